"""Records as they come from and go to a topic, free of any Kafka client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

VALUE_LEFT: Final = "news_streams.value.left_at"
"""Header of a record without its value: `topic/partition/offset` of the raw record that has it."""
Headers = tuple[tuple[str, bytes | None], ...]
"""Record headers in their order; Kafka allows a name twice and a null value."""


@dataclass(frozen=True, slots=True)
class InboundRecord:
    """One record as it was read, untouched.

    Attributes:
        value: the bytes, or None for a tombstone.
        key: the bytes, or None.
        headers: as they came.
        timestamp: of the record (UTC, aware): when the crawler produced it.
        topic: where it was read from.
        partition: of that topic.
        offset: in that partition.
    """

    value: bytes | None
    timestamp: datetime
    key: bytes | None = None
    headers: Headers = ()
    topic: str = "news.articles.raw"
    partition: int = 0
    offset: int = 0

    def header(self, name: str) -> bytes | None:
        """Return the last value of a header (names compare without case), or None."""
        wanted = name.lower()
        return next((value for key, value in reversed(self.headers) if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class OutboundRecord:
    """One record to publish.

    Attributes:
        topic: where to.
        key: the partitioning key, or None.
        value: the bytes, or None for a tombstone.
        headers: in order.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
