"""Accounting of one worker as metrics, per partition of the raw topic.

    read = published + dropped + dead_lettered + let_go + in flight

Let go are records that were read and neither processed nor acked, at a rebalance or a stop: whoever has the partition
next reads them again. Over all workers, what was read and not let go is what went in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import Counter, Gauge

from streams.topics import RAW

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

ENDS: Final = ("published", "dropped", "dead_lettered", "let_go")
"""What becomes of a record that was read: the `name` of every outcome, and `let_go`."""


class Tally:
    """Counts records per partition.

    Args:
        registry: where the metrics are shown.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._read = Counter(
            "news_streams_partition_read_records", "Raw records read.", ["partition"], registry=registry
        )
        self._ended = Counter(
            "news_streams_partition_records",
            "Raw records that were read, by what became of them.",
            ["partition", "outcome"],
            registry=registry,
        )
        self._in_flight = Gauge(
            "news_streams_partition_in_flight_records",
            "Raw records read, of which nothing has become yet.",
            ["partition"],
            registry=registry,
        )
        for partition in range(RAW.partitions):
            self._start(partition)

    def _start(self, partition: int) -> None:
        self._read.labels(partition)
        self._in_flight.labels(partition)
        for end in ENDS:
            self._ended.labels(partition, end)

    def read(self, partition: int) -> None:
        """Count a record that was read."""
        self._read.labels(partition).inc()
        self._in_flight.labels(partition).inc()

    def end(self, partition: int, outcome: str) -> None:
        """Count what became of it.

        Args:
            partition: of the raw topic.
            outcome: one of `ENDS`.
        """
        self._ended.labels(partition, outcome).inc()
        self._in_flight.labels(partition).dec()
