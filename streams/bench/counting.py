"""Counts what comes out, and when: each key of an enriched article once, repeats beside it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from confluent_kafka import OFFSET_BEGINNING, TIMESTAMP_LOG_APPEND_TIME, Consumer, TopicPartition

from streams.bench.tasks import FETCH_WAIT_MS, QUIET
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from confluent_kafka import Message

MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """When one outcome was there, seconds since 1970.

    Attributes:
        seen: when we read it.
        stamped: what its record says: when the broker had it, or on a broker that does not tell, when it was produced.
        by_broker: whether the stamp is the broker's.
    """

    seen: float
    stamped: float
    by_broker: bool

    @property
    def there(self) -> float:
        """The best that is known of when it was there."""
        return self.stamped if self.by_broker else self.seen


class Counter:
    """Reads the enriched articles in a thread, for the length of a `with`.

    Args:
        broker: `host:port`.

    Attributes:
        arrivals: of each key the first, in the order in which they were seen.
        repeated: records whose key was there before.
    """

    def __init__(self, broker: str) -> None:
        self.arrivals: dict[bytes, Arrival] = {}
        self.repeated = 0
        self._consumer = Consumer(
            {
                "bootstrap.servers": broker,
                "group.id": "news-streams-bench-counter",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": FETCH_WAIT_MS,
                **QUIET,
            }
        )
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._count, name="bench-counter", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        places = [TopicPartition(ENRICHED.name, number, OFFSET_BEGINNING) for number in range(ENRICHED.partitions)]
        self._consumer.assign(places)
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        """End."""
        del reason
        self._ended.set()
        self._thread.join()
        self._consumer.close()

    def _count(self) -> None:
        while not self._ended.is_set():
            for message in self._consumer.consume(MOST, timeout=0.02):
                if message.error() is None:
                    self._note(message)

    def _note(self, message: Message) -> None:
        key = message.key()
        kind, milliseconds = message.timestamp()
        name = key if isinstance(key, bytes) else str(key).encode()
        if name in self.arrivals:
            self.repeated += 1
        else:
            self.arrivals[name] = Arrival(time.time(), milliseconds / 1000, kind == TIMESTAMP_LOG_APPEND_TIME)
