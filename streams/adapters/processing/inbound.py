"""A message as Faust gives it, as an inbound record of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from streams.records import InboundRecord

if TYPE_CHECKING:
    from faust.types import Message

LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


def inbound(message: Message) -> InboundRecord:
    """Copy a consumed message; never raises, whatever the producer wrote."""
    headers = message.headers or ()
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return InboundRecord(
        value=message.value,
        timestamp=utc_time(message.timestamp),
        key=message.key,
        headers=tuple(pairs),
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
    )


def utc_time(seconds: float | None) -> datetime:
    """Return a record's time; a producer may write any 64 bits, so what no calendar holds is cut to 1970..9999."""
    return datetime.fromtimestamp(min(max(seconds or 0.0, 0.0), LATEST), UTC)
