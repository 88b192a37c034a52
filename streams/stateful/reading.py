"""What a stage that remembers reads: an article or a mention as JSON, checked, for anyone may write to a topic."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from streams.contracts import ENRICHED_ARTICLE, validator
from streams.errors import DecodeError, Reason
from streams.stages.decode.documents import parse_json
from streams.stages.decode.payloads import check_value
from streams.stages.quoting import point, quote
from streams.stages.route.headers import INPUT, carry_trace

if TYPE_CHECKING:
    from streams.records import Headers, InboundRecord

_INPUT: Final = re.compile(rb"[\w.-]{1,249}/[0-9]{1,9}/[0-9]{1,18}", re.ASCII)


def read_value(record: InboundRecord, schema: str) -> dict[str, Any]:
    """Return a record's value.

    Raises:
        DecodeError: it does not fit its schema, or is no JSON at all.
    """
    value: dict[str, Any] = parse_json(check_value(record, sys.maxsize))
    checker = validator(schema)
    if not checker.is_valid(value):
        error = next(checker.iter_errors(value))
        raise DecodeError(Reason.BAD_SCHEMA, f"{schema}: {point(error.instance_path)} fails {error.kind.name}")
    return value


def read_article(record: InboundRecord) -> dict[str, Any]:
    """Return the article of a record between our stages, or of `news.articles.enriched`.

    Raises:
        DecodeError: it is none.
    """
    return read_value(record, ENRICHED_ARTICLE)


def time_of(value: dict[str, Any]) -> float:
    """Return the time of the raw record that a value came from, seconds since 1970.

    Raises:
        DecodeError: the calendar does not know it: RFC 3339 has leap seconds and a year 0.
    """
    told = value["enriched_at"]
    try:
        return datetime.fromisoformat(told.upper()).timestamp()
    except (ValueError, OverflowError) as error:
        raise DecodeError(Reason.BAD_SCHEMA, f"/enriched_at: {quote(told)}: {error}") from None


def carry(record: InboundRecord) -> Headers:
    """Return the headers that every output carries on: the place of the raw record, first, and its trace.

    Raises:
        DecodeError: the record does not say which raw record it came from; nobody could tell what became of that.
    """
    place = record.header(INPUT)
    if not place or not _INPUT.fullmatch(place):
        raise DecodeError(Reason.BAD_EVENT, f"header {INPUT}: expected topic/partition/offset of the raw record")
    return ((INPUT, place), *carry_trace(record))
