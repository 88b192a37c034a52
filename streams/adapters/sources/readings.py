"""What a reader finds: a raw article, or a place where one should be and none can be read."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from streams.errors import Reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One raw article as it was found.

    Attributes:
        origin: for a person: `articles.jsonl:12`.
        value: what goes into a record.
    """

    origin: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place where an article should be and none can be read."""

    origin: str
    reason: Reason
    message: str


Reading = Entry | Unreadable


def weigh(reading: Reading) -> int:
    """Return how many bytes a reading holds."""
    return len(reading.value) if isinstance(reading, Entry) else 0


def make_article(origin: str, limit: int, **fields: object) -> Reading:
    """Return the raw article with these fields, those that are None left out."""
    return bounded(origin, orjson.dumps({name: value for name, value in fields.items() if value is not None}), limit)


def bounded(origin: str, value: bytes, limit: int) -> Reading:
    """Return the entry, unless it is larger than the limit, in bytes."""
    return Entry(origin, value) if len(value) <= limit else too_large(origin, limit)


def too_large(origin: str, limit: int) -> Unreadable:
    """Say that what is there is larger than the limit."""
    return Unreadable(origin, Reason.TOO_LARGE, f"larger than {limit} bytes (setting max_record_bytes)")
