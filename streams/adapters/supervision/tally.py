"""Accounting of one worker as metrics, per partition of the raw topic.

    read = published + dropped + dead_lettered + let_go + in flight

Let go are records that were read and neither processed nor acked, at a rebalance or a stop: whoever has the partition
next reads them again. Over all workers, what was read and not let go is what went in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.supervision.catalogue import ENDED, ENDS, READ_RECORDS, UNENDED
from streams.topics import RAW

if TYPE_CHECKING:
    from streams.adapters.supervision.families import Families


class Tally:
    """Counts records per partition.

    Args:
        families: makes the metrics.
    """

    def __init__(self, families: Families) -> None:
        self._read = families.counter(READ_RECORDS)
        self._ended = families.counter(ENDED)
        self._in_flight = families.gauge(UNENDED)
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
