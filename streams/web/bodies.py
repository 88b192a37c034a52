"""Whole records by their place: the last ones from memory, older ones from the topic itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiokafka import TopicPartition

from streams.adapters.kafka.reading_to_end import read_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiokafka import ConsumerRecord

    from streams.settings import Settings

MOST_BYTES: Final = 32 * 1024 * 1024
OVERHEAD: Final = 512
PATIENCE: Final = 10.0
"""Seconds that a record may take to come from its topic."""

Place = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True, slots=True)
class Body:
    """One record.

    Attributes:
        time: its timestamp in milliseconds since 1970.
        headers: in their order.
        value: its bytes; None for a tombstone.
    """

    time: int
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None


class Bodies:
    """Keeps the last records within a number of bytes.

    Args:
        settings: of the broker, for the older ones.
        most_bytes: of values that are kept.
    """

    def __init__(self, settings: Settings, most_bytes: int = MOST_BYTES) -> None:
        self._settings = settings
        self._most_bytes = most_bytes
        self._kept: dict[Place, Body] = {}
        self._bytes = 0
        self._turn = asyncio.Lock()

    def keep(self, record: ConsumerRecord) -> None:
        """Keep a record; the oldest make room."""
        place = (record.topic, record.partition, record.offset)
        self._drop(place)
        body = Body(record.timestamp, record.headers, record.value)
        if weigh(body) > self._most_bytes:
            return
        self._kept[place] = body
        self._bytes += weigh(body)
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, place: Place) -> None:
        if (body := self._kept.pop(place, None)) is not None:
            self._bytes -= weigh(body)

    async def get(self, place: Place) -> Body | None:
        """Return a record; None where the topic does not hold it (any more).

        Raises:
            NewsStreamsError: the broker does not give it.
            TimeoutError: not in time.
        """
        if (body := self._kept.get(place)) is not None:
            return body
        topic, partition, offset = place
        async with asyncio.timeout(PATIENCE), self._turn:
            record = await read_record(self._settings, TopicPartition(topic, partition), offset)
        return None if record is None else Body(record.timestamp, record.headers, record.value)


def weigh(body: Body) -> int:
    """Return about how many bytes of memory a record takes."""
    return OVERHEAD + len(body.value or b"") + sum(len(name) + len(content or b"") for name, content in body.headers)
