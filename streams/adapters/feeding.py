"""Publishing what was read: keyed, paced, acknowledged, counted."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordTooLargeError

from streams.adapters.kafka.clients import open_producer
from streams.adapters.kafka.topic_layouts import Layout, require_layouts
from streams.adapters.sources.reading_ahead import ReadAhead
from streams.adapters.sources.readings import Entry, Reading, weigh
from streams.errors import BrokerUnavailableError
from streams.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from aiokafka import AIOKafkaProducer

    from streams.settings import Settings

IN_FLIGHT = 1000
"""Records sent and not yet acknowledged, at most."""
_AHEAD_BYTES = 4 * 1024 * 1024
_PATIENCE = 0.2
"""Seconds until a wait for input looks whether it should stop."""
_OF_THE_RECORD = (MessageSizeTooLargeError, RecordTooLargeError)
"""Errors that are one record's own; after any other the broker is taken for gone."""


@dataclass(slots=True)
class Feed:
    """One run of publishing.

    Attributes:
        settings: where the broker is.
        topic: where to.
        rate: records a second, at most; None is as fast as it goes.
        source: the source of articles that name none.
        tell: called with the place and the reason of each record that could not be published.
        published: how many were acknowledged.
        refused: how many could not be read or were too large.
    """

    settings: Settings
    topic: str
    rate: float | None = None
    source: str | None = None
    tell: Callable[[str, str], None] = print
    published: int = 0
    refused: int = 0
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))
    _lost: Exception | None = None

    async def run(self, readings: Iterable[Reading]) -> None:
        """Publish them all, in order, and wait for the last acknowledgement.

        Raises:
            BrokerUnavailableError: nobody speaks Kafka there, or no longer.
            TopicLayoutError: the topic does not exist, or is one of ours with another number of partitions.
        """
        async with open_producer(self.settings, self.topic) as producer:
            await require_layout(producer, self.topic)
            async for reading in _paced(_taken(readings), self.rate):
                if isinstance(reading, Entry):
                    await self._send(producer, reading)
                else:
                    self._refuse(reading.origin, f"{reading.reason}: {reading.message}")
            for _ in range(IN_FLIGHT):
                await self._room.acquire()
            self._check()

    async def _send(self, producer: AIOKafkaProducer, entry: Entry) -> None:
        await self._room.acquire()
        self._check()
        key, value = key_and_value(entry.value, self.source)
        try:
            acknowledged = await producer.send(self.topic, value, key=key)
        except KafkaError as error:
            self._failed(entry.origin, error)
            self._room.release()
        else:
            acknowledged.add_done_callback(partial(self._settled, entry.origin))

    def _settled(self, origin: str, acknowledged: asyncio.Future[Any]) -> None:
        self._room.release()
        error = None if acknowledged.cancelled() else acknowledged.exception()
        if isinstance(error, Exception):
            self._failed(origin, error)
        elif not acknowledged.cancelled():
            self.published += 1

    def _failed(self, origin: str, error: Exception) -> None:
        if isinstance(error, _OF_THE_RECORD):
            self._refuse(origin, f"too_large: {error}")
        else:
            self._lost = self._lost or error

    def _refuse(self, origin: str, why: str) -> None:
        self.refused += 1
        self.tell(origin, why)

    def _check(self) -> None:
        if self._lost is not None:
            msg = f"lost the broker at {self.settings.broker} after {self.published} records: {self._lost}"
            raise BrokerUnavailableError(msg)


async def require_layout(producer: AIOKafkaProducer, name: str) -> None:
    """Check the partitions of a topic, which the producer asks for anyway; a topic that is not ours may have any.

    Raises:
        TopicLayoutError: naming both layouts.
    """
    ours = [topic for topic in TOPICS if topic.name == name]
    require_layouts(ours, {name: Layout(len(await producer.partitions_for(name)))})


def key_and_value(value: bytes, source: str | None = None) -> tuple[bytes | None, bytes]:
    """Return the key of a raw article, its URL or else its id, and its bytes, with `source` filled in if asked.

    What is no JSON object has no key and stays as it is.
    """
    try:
        article = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None, value
    if not isinstance(article, dict):
        return None, value
    key = next((name for name in (article.get("url"), article.get("id")) if isinstance(name, str) and name), None)
    filled = orjson.dumps(article | {"source": source}) if source and article.get("source") is None else value
    return (key.encode() if key else None), filled


async def _taken(readings: Iterable[Reading]) -> AsyncIterator[Reading]:
    """Read in a thread, so that a slow source holds up nothing else."""
    ahead = ReadAhead(readings, IN_FLIGHT, _AHEAD_BYTES, weigh)
    while ahead.more:
        for reading in await asyncio.to_thread(ahead.take, IN_FLIGHT, _PATIENCE, 0):
            yield reading


async def _paced(readings: AsyncIterator[Reading], rate: float | None) -> AsyncIterator[Reading]:
    start, count = time.monotonic(), 0
    async for reading in readings:
        if rate is not None:
            await asyncio.sleep(max(0.0, start + count / rate - time.monotonic()))
        yield reading
        count += 1
