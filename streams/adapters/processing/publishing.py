"""Publishing: records out, confirmed by the broker, with an own producer.

Faust's producer is not used for this: it acknowledges late, swallows failures and costs 1.6 times as much.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from aiokafka.errors import KafkaError
from mode import Service

from streams.adapters.kafka.producers import close_producer, is_lost, open_producer
from streams.adapters.kafka.topic_layouts import largest_record
from streams.adapters.processing.handed_over import HandedOver, failures, passes, tell_end
from streams.adapters.processing.turns import Turns
from streams.records import VALUE_LEFT, OutboundRecord

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Sequence

    from aiokafka import AIOKafkaProducer

    from streams.adapters.processing.handed_over import Landed
    from streams.adapters.supervision.metrics import Metrics
    from streams.settings import Settings

logger = logging.getLogger(__name__)

PAUSES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts; the last one for ever."""
SLOW_SECONDS: Final = 5.0

LONGEST_KEY: Final = 1024


class RefusedError(Exception):
    """A record that the broker will never take, however often it is tried: too large, as a rule."""


class Publisher(Service):
    """Publishes and waits for the acknowledgement; started and stopped with the worker.

    Args:
        settings: broker and limits.
        metrics: where latency and retries are counted.
    """

    mundane_level = "debug"

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        super().__init__()
        self._settings = settings
        self._metrics = metrics
        self._limit = largest_record(settings.max_record_bytes)
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()
        self._turns = Turns()
        self._slow: set[int] = set()
        self._handed_over: dict[int, float] = {}
        self._looking: asyncio.TimerHandle | None = None

    async def on_start(self) -> None:
        """Connect the producer."""
        self._producer = await open_producer(self._settings)

    async def on_stop(self) -> None:
        """Send what is left and disconnect."""
        if self._producer is not None:
            await close_producer(self._producer)

    @property
    def troubled(self) -> bool:
        """Whether something could not be published and is tried again, or waits for long."""
        return bool(self._turns.failing or self._slow)

    async def hand_over(self, records: Sequence[OutboundRecord], landed: Landed) -> None:
        """Give records to the producer, after all that was given before; a task for them is made only where something fails.

        Args:
            records: of one outcome.
            landed: told when the broker has all of them, however long it takes; its error is a RefusedError, as that of `publish`.
        """
        if self._turns:
            tell_end(asyncio.ensure_future(self.publish(records)), landed)
            return
        try:
            self._require_sizes(records)
        except RefusedError as error:
            landed(error)
            return
        batch = HandedOver(records, self._turns.draw(), self._producer, landed)
        self._watch(batch)
        sent = [await self._send(batch.producer, record) for record in records]
        batch.follow(sent, self._end_hand_over)

    def _watch(self, batch: HandedOver) -> None:
        loop = asyncio.get_running_loop()
        self._handed_over[batch.number] = loop.time()
        if self._looking is None:
            self._looking = loop.call_later(SLOW_SECONDS, self._look)

    def _look(self) -> None:
        """Say where the oldest takes long, as `_wait` does."""
        loop = asyncio.get_running_loop()
        number, since = next(iter(self._handed_over.items()), (None, 0.0))
        self._looking = loop.call_later(SLOW_SECONDS, self._look) if number is not None else None
        if number is not None and loop.time() - since >= SLOW_SECONDS:
            self._note_slow(number)

    def _end_hand_over(self, batch: HandedOver, failed: list[OutboundRecord], worst: Exception | None) -> None:
        since = self._handed_over.pop(batch.number)
        self._slow.discard(batch.number)
        if worst is None:
            self._metrics.publish_latency.observe(asyncio.get_running_loop().time() - since)
            batch.landed(None)
            return
        if passes(worst):
            # At once: what comes later waits from now on.
            self._turns.fail(batch.number)
        tell_end(asyncio.ensure_future(self._mend(batch, failed, worst)), batch.landed)

    async def _mend(self, batch: HandedOver, failed: list[OutboundRecord], worst: Exception) -> None:
        try:
            with self._metrics.time_publishing():
                await self._renew(batch.producer, worst)
                await self._retry(failed, worst, batch.number, refusable=True)
        finally:
            self._slow.discard(batch.number)
            self._turns.finish(batch.number)

    async def publish(self, records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
        """Publish records and return when the broker has all of them; retries for as long as it takes.

        Args:
            records: of one outcome.
            refusable: False for a last resort, which is tried for ever rather than given up.

        Raises:
            RefusedError: one of the records will never be taken; where its size told, none was sent.
        """
        self._require_sizes(records)
        number = self._turns.draw()
        try:
            with self._metrics.time_publishing():
                await self._insist(list(records), number, refusable=refusable)
        finally:
            self._slow.discard(number)
            self._turns.finish(number)

    async def _insist(self, left: Sequence[OutboundRecord], number: int, *, refusable: bool) -> None:
        left, error = await self._attempt(left, number)
        if error is not None:
            await self._retry(left, error, number, refusable=refusable)

    async def _retry(
        self, left: Sequence[OutboundRecord], error: Exception | None, number: int, *, refusable: bool
    ) -> None:
        """Go on after an attempt that failed."""
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            if error is None:
                return
            if refusable and not passes(error):
                msg = f"{type(error).__name__}: {error}"
                raise RefusedError(msg) from error
            self._turns.fail(number)
            self._metrics.publish_retries.inc()
            # The class alone: the text of some errors quotes the record.
            logger.warning("publishing failed (%s), trying again in %g s", type(error).__name__, pause)
            await asyncio.sleep(pause)
            left, error = await self._attempt(left, number)

    def _require_sizes(self, records: Sequence[OutboundRecord]) -> None:
        for record in records:
            if (size := size_of(record)) > self._limit:
                msg = f"a record of {size} bytes for {record.topic} is over the limit of {self._limit}"
                raise RefusedError(msg)

    async def _attempt(
        self, records: Sequence[OutboundRecord], number: int
    ) -> tuple[list[OutboundRecord], Exception | None]:
        """Try all records once; return those that failed and the worst of the errors."""
        async with self._turns.take(number):
            producer = self._producer
            sent = [await self._send(producer, record) for record in records]
        await self._wait([each for each in sent if not isinstance(each, Exception)], number)
        failed, worst = failures(records, sent)
        if worst is not None:
            await self._renew(producer, worst)
        return failed, worst

    async def _wait(self, deliveries: Sequence[Future[object]], number: int) -> None:
        """Wait for deliveries; say when it takes long: an idempotent producer repeats in silence, and for ever."""
        while deliveries and (await asyncio.wait(deliveries, timeout=SLOW_SECONDS))[1]:
            self._note_slow(number)
        self._slow.discard(number)

    def _note_slow(self, number: int) -> None:
        if not self._slow:
            logger.warning("publishing waits for the broker")
        self._slow.add(number)
        self._metrics.publish_retries.inc()

    async def _renew(self, producer: AIOKafkaProducer | None, error: Exception) -> None:
        """Replace a producer that will fail for ever; where nobody answers, the next attempt does it."""
        async with self._renewing:
            if producer is None or producer is not self._producer or not is_lost(producer, error):
                return
            logger.warning("the producer is lost (%s), a fresh one takes its place", type(error).__name__)
            with suppress(KafkaError, OSError, TimeoutError):
                self._producer = await open_producer(self._settings)
                await close_producer(producer)

    async def _send(self, producer: AIOKafkaProducer | None, record: OutboundRecord) -> Future[object] | Exception:
        """Hand one record to the producer; return what tells of its delivery, or why it was not taken."""
        if producer is None:
            return RuntimeError("the publisher is not started")
        try:
            if record.key is None and record.value is None:
                return await send_bare(producer, record)
            future: Future[object] = await producer.send(
                record.topic, record.value, record.key, headers=list(record.headers)
            )
        except Exception as error:  # noqa: BLE001 - judged by the caller
            return error
        return future


async def send_bare(producer: AIOKafkaProducer, record: OutboundRecord) -> Future[object]:
    """Send a record without key and value (a dead tombstone), which the producer's `send` does not allow."""
    batch = producer.create_batch()
    batch.append(timestamp=None, key=None, value=None, headers=list(record.headers))
    batch.close()
    partition = min(await producer.partitions_for(record.topic))
    future: Future[object] = await producer.send_batch(batch, record.topic, partition=partition)
    return future


async def failure(delivery: Future[object]) -> Exception | None:
    """Wait for a delivery; return why it failed, if it did."""
    try:
        await delivery
    except Exception as error:  # noqa: BLE001 - judged by the caller
        return error
    return None


def size_of(record: OutboundRecord) -> int:
    """Return the bytes of a record on the wire before compression, rounded up."""
    size = len(record.key or b"") + len(record.value or b"") + 128
    for name, value in record.headers:
        size += len(name) * 4 + len(value or b"") + 16
    return size


def without_value(record: OutboundRecord, left_at: str) -> OutboundRecord:
    """Return a dead letter that says where its value is instead of carrying it: the last resort.

    Args:
        record: the whole dead letter, which its topic does not take.
        left_at: `topic/partition/offset` of the raw record.
    """
    ours = tuple((name, value) for name, value in record.headers if name.startswith("__connect.errors."))
    key = record.key if record.key is not None and len(record.key) <= LONGEST_KEY else None
    return OutboundRecord(record.topic, key, None, (*ours, (VALUE_LEFT, left_at.encode())))
