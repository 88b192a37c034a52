"""Consumer lag: how far each assigned partition is behind, in records and in seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from streams.adapters.supervision.catalogue import LAG_RECORDS, LAG_SECONDS, Family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Lag:
    """How far one assigned partition is behind.

    Attributes:
        topic: of the partition.
        partition: its number.
        records: not yet acked, by the broker's word on where the partition ends; None while it is unknown.
        seconds: age of the oldest record in flight; None where there is none.
    """

    topic: str
    partition: int
    records: int | None
    seconds: float | None


def lag_of(
    partition: tuple[str, int], end: int | None, next_offset: int | None, oldest: float | None, now: float
) -> Lag:
    """Tell how far a partition is behind.

    Args:
        partition: topic and number.
        end: the offset after its last record as far as the broker told; None where unknown.
        next_offset: the first that is not acked; None where unknown.
        oldest: when the oldest record in flight was produced (seconds since 1970); None where there is none.
        now: seconds since 1970.
    """
    records = None if end is None or next_offset is None else max(0, end - next_offset)
    return Lag(*partition, records, None if oldest is None else max(0.0, now - oldest))


class LagCollector(Collector):
    """Asks for the lag when it is scraped, so that a partition given away leaves no stale series.

    A partition that is behind and has no record in flight, because those of others fill the window, is as far behind as it was
    when it was last seen with one, and the time since: its first unread record is no older. The oftener it is seen, the truer.
    """

    def __init__(self) -> None:
        self.ask: Callable[[], Iterable[Lag]] = tuple
        self._since: dict[tuple[str, int], float] = {}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges of the partitions assigned now."""
        records, seconds = _gauge(LAG_RECORDS), _gauge(LAG_SECONDS)
        lags = list(self.ask())
        now = self.see(lags)
        for lag in lags:
            where = [lag.topic, str(lag.partition)]
            seconds.add_metric(where, now - self._since.get((lag.topic, lag.partition), now))
            if lag.records is not None:
                records.add_metric(where, lag.records)
        yield records
        yield seconds

    def see(self, lags: Iterable[Lag]) -> float:
        """Remember the time that each partition which is behind has come to; return the time, seconds since 1970."""
        now = time.time()
        behind = [lag for lag in lags if lag.records or lag.seconds is not None]
        self._since = {(lag.topic, lag.partition): self._begin(lag, now) for lag in behind}
        return now

    def _begin(self, lag: Lag, now: float) -> float:
        return now - lag.seconds if lag.seconds is not None else self._since.get((lag.topic, lag.partition), now)


def _gauge(family: Family) -> GaugeMetricFamily:
    return GaugeMetricFamily(family.full_name, family.told, labels=family.label_names)
