"""What a record of the dead-letter topic says: why it failed, where it came from, how often it was tried."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from streams.adapters.processing.inbound import utc_time
from streams.contracts import DEAD_LETTER, load_schema
from streams.records import VALUE_LEFT
from streams.stages.dead_letter import PREFIX

if TYPE_CHECKING:
    from datetime import datetime

    from aiokafka import ConsumerRecord

    from streams.records import Headers

REPLAY_OF: Final = "news_streams.replay_of"
"""Header of a replayed raw record: `topic/partition/offset` of the one that it repeats."""
UNKNOWN: Final = "unknown"
_POSITION: Final = re.compile(r"([0-9]{1,9}):([0-9]{1,18})", re.ASCII)
_INPUT: Final = re.compile(r"([^/]{1,249})/([0-9]{1,9})/([0-9]{1,18})", re.ASCII)


class Position(NamedTuple):
    """Where a dead letter stands in the dead-letter topic, written `partition:offset`."""

    partition: int
    offset: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `3:17`, or return None."""
        found = _POSITION.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.partition}:{self.offset}"


class Origin(NamedTuple):
    """Where a record was read from, written `topic/partition/offset`."""

    topic: str
    partition: int
    offset: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `news.articles.raw/3/17`, or return None."""
        found = _INPUT.fullmatch(text)
        return cls(found[1], int(found[2]), int(found[3])) if found else None

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter without its bytes, of which there may be many.

    Attributes:
        position: in the dead-letter topic.
        time: when it was set aside.
        origin: where the raw record was read; None where the headers do not say.
        attempts: how often it was tried, over all replays.
        size: bytes of its value; None for a tombstone.
        left_at: where the value is, if the dead-letter topic did not take it.
    """

    position: Position
    time: datetime
    origin: Origin | None
    stage: str
    reason: str
    message: str
    attempts: int
    size: int | None
    left_at: Origin | None


def read_letter(record: ConsumerRecord) -> DeadLetter | None:
    """Return what the record says, or None where it is no dead letter: anyone can write to a topic."""
    headers = read_headers(record)
    if PREFIX + "stage" not in headers:
        return None
    ours = {name.removeprefix(PREFIX): text for name, text in headers.items()}
    return DeadLetter(
        position=Position(record.partition, record.offset),
        time=utc_time(record.timestamp / 1000),
        origin=Origin.parse("/".join(ours.get(name, "") for name in ("topic", "partition", "offset"))),
        stage=ours["stage"],
        reason=ours.get("reason", UNKNOWN),
        message=ours.get("exception.message", ""),
        attempts=int(count) if re.fullmatch("[0-9]{1,9}", count := ours.get("attempts", ""), re.ASCII) else 1,
        size=None if record.value is None else len(record.value),
        left_at=Origin.parse(headers.get(VALUE_LEFT, "")),
    )


def read_headers(record: ConsumerRecord) -> dict[str, str]:
    """Return the last of each header as text."""
    return {name: (content or b"").decode(errors="replace") for name, content in record.headers}


def own_headers(headers: Any) -> Headers:
    """Return the headers that the raw record came with: all but those that became of its failures."""
    added = {*load_schema(DEAD_LETTER)["properties"], REPLAY_OF, VALUE_LEFT}
    return tuple((name, content) for name, content in headers if name not in added)
