"""Accounting of one worker as metrics, per partition of the raw topic.

    read = published + dropped + dead_lettered + let_go + in flight

Let go are records that were read and neither processed nor acked, at a rebalance or a stop: whoever has the partition
next reads them again. Over all workers, what was read and not let go is what went in. Counted in plain numbers, which
are shown when somebody asks: six of these steps a record would be half of what all metrics cost.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from streams.adapters.supervision.catalogue import ENDED, ENDS, PREFIX, READ_RECORDS, UNENDED
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client.metrics_core import Metric


class Tally(Collector):
    """Counts records per partition; on the event loop, where it is asked as well.

    Attributes:
        in_flight: gives the partition of every record in flight; asked of the window, not worked out of the rest, so
            that a record which is nowhere is seen.
    """

    def __init__(self) -> None:
        self.in_flight: Callable[[], Iterable[int]] = tuple
        self._read = dict.fromkeys(range(RAW.partitions), 0)
        self._ended = dict.fromkeys(product(range(RAW.partitions), ENDS), 0)

    def read(self, partition: int) -> None:
        """Count a record that was read."""
        self._read[partition] = self._read.get(partition, 0) + 1

    def end(self, partition: int, outcome: str) -> None:
        """Count what became of it.

        Args:
            partition: of the raw topic.
            outcome: one of `ENDS`.
        """
        self._ended[partition, outcome] = self._ended.get((partition, outcome), 0) + 1

    def collect(self) -> Iterator[Metric]:
        """Yield the counts, and what is in flight."""
        read = CounterMetricFamily(PREFIX + READ_RECORDS.name, READ_RECORDS.told, labels=READ_RECORDS.label_names)
        flying = Counter(self.in_flight())
        left = GaugeMetricFamily(UNENDED.full_name, UNENDED.told, labels=UNENDED.label_names)
        ended = CounterMetricFamily(PREFIX + ENDED.name, ENDED.told, labels=ENDED.label_names)
        for partition, count in self._read.items():
            read.add_metric([str(partition)], count)
            left.add_metric([str(partition)], flying[partition])
        for (partition, outcome), count in self._ended.items():
            ended.add_metric([str(partition), outcome], count)
        yield from (read, ended, left)
