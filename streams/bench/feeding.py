"""Puts records on the broker: all at once, or so many a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from confluent_kafka import KafkaException, Producer

from streams.bench.tasks import ACKS, COMPRESSION, QUIET
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confluent_kafka import KafkaError, Message

    from streams.bench.loads import Item

FLUSH_SECONDS: Final = 60.0
TICK: Final = 0.005


class Feed:
    """A producer of raw records.

    Args:
        broker: `host:port`.
        partitions: over how many of the topic's partitions, the first ones: assignors deal them out in turn, one to each worker.
    """

    def __init__(self, broker: str, partitions: int = RAW.partitions) -> None:
        self._partitions = range(partitions)
        self._producer = Producer(
            {"bootstrap.servers": broker, "acks": ACKS, "compression.type": COMPRESSION, "linger.ms": 1, **QUIET}
        )
        self._next = 0

    def put_all(self, items: Sequence[Item]) -> None:
        """Publish all, and wait until the broker has them."""
        for item in items:
            self._put(item)
        self._flush()

    def put_paced(self, items: Sequence[Item], rate: float) -> dict[bytes, float]:
        """Publish so many a second; return when (seconds since 1970) each was given, by the key of its outcome."""
        given: dict[bytes, float] = {}
        began = time.monotonic()
        for number, item in enumerate(items):
            # One that is late is sent at once, and counted from when it was due: waiting for us is waiting, too.
            due = began + number / rate
            while (ahead := due - time.monotonic()) > 0:
                self._producer.poll(min(ahead, TICK))
            self._put(item)
            given[item.outcome] = time.time() - (time.monotonic() - due)
        self._flush()
        return given

    def _put(self, item: Item) -> None:
        partition = self._partitions[self._next % len(self._partitions)]
        self._next += 1
        while True:
            try:
                self._producer.produce(RAW.name, item.value, item.key, partition=partition, on_delivery=_require)
            except BufferError:
                self._producer.poll(0.05)
            else:
                self._producer.poll(0)
                return

    def _flush(self) -> None:
        if self._producer.flush(FLUSH_SECONDS):
            msg = "the broker did not take the benchmark's records within a minute"
            raise TimeoutError(msg)


def _require(error: KafkaError | None, message: Message) -> None:
    del message
    if error is not None:
        raise KafkaException(error)
