"""How the worker does, second by second: read from the registry that `/metrics` shows, so that both say the same.

Rates are differences of counters by the time between two samples. The latencies are quantiles over the last `WINDOW` samples,
linear within a bucket of the histogram, as Prometheus' `histogram_quantile` has them.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from streams.adapters.supervision.catalogue import (
    AGENT_LATENCY,
    AGENT_RECORDS,
    END_TO_END,
    IN_FLIGHT,
    LAG_RECORDS,
    LAG_SECONDS,
    OUTCOMES,
    PREFIX,
    RECORDS,
)
from streams.errors import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus_client import CollectorRegistry

    from streams.adapters.supervision.web import Readiness

MEMORY: Final = "process_resident_memory_bytes"
FAMILIES: Final = (RECORDS, AGENT_RECORDS, END_TO_END, AGENT_LATENCY, LAG_RECORDS, LAG_SECONDS, IN_FLIGHT)
READ: Final = frozenset({PREFIX + each.name for each in FAMILIES} | {MEMORY})
WINDOW: Final = 10

Buckets = dict[float, float]
"""Records up to a number of seconds, cumulative, by that number."""

Values = defaultdict[str, list[tuple["Mapping[str, str]", float]]]
"""Labels and value of each sample by the name of its metric."""


class Sampler:
    """Takes samples of one worker.

    Args:
        registry: of its metrics.
        readiness: tells whether it works.
    """

    def __init__(self, registry: CollectorRegistry, readiness: Callable[[], Readiness]) -> None:
        self._registry = registry
        self._readiness = readiness
        self._before: tuple[float, dict[str, float]] | None = None
        self._buckets: deque[Buckets] = deque(maxlen=WINDOW + 1)

    def take(self, now: float) -> dict[str, Any]:
        """Return a sample; times are seconds since 1970, rates a second, latencies seconds."""
        values = self._read()
        totals = self._totals(values)
        self._buckets.append(self._latencies(values))
        state = self._readiness()
        return {
            "time": now,
            "ready": state.ready,
            **asdict(state),
            "totals": totals,
            "rates": self._rates(now, totals),  # `done` among them: raw records a second
            "p50": self._quantile(0.5),
            "p95": self._quantile(0.95),
            "lag": sum(value for _, value in values[LAG_RECORDS.name]),
            "lag_seconds": max((value for _, value in values[LAG_SECONDS.name]), default=0.0),
            "in_flight": sum(value for _, value in values[IN_FLIGHT.name]),
            "memory": sum(value for _, value in values[MEMORY]),
        }

    def _totals(self, values: Values) -> dict[str, float]:
        """Return records by outcome; the stages that remember drop and bury, too, what was enriched before."""
        totals = dict.fromkeys(OUTCOMES, 0.0) | {"done": 0.0}
        for labels, value in values[RECORDS.name]:
            totals[labels["outcome"]] += value
            totals["done"] += value
        for labels, value in values[AGENT_RECORDS.name]:
            if labels["outcome"] in {"dropped", "dead_lettered"}:
                totals[labels["outcome"]] += value
        return totals

    def _latencies(self, values: Values) -> Buckets:
        """Return the buckets until an article is there for all to read: the desk's, where it has a hand in it."""
        desk = [each for each in values[AGENT_LATENCY.name] if each[0]["agent"] == Stage.PLACES and each[1]]
        buckets: Buckets = defaultdict(float)
        for labels, value in desk or values[END_TO_END.name]:
            buckets[float(labels["le"])] += value
        return dict(buckets)

    def _read(self) -> Values:
        values: Values = defaultdict(list)
        for metric in self._registry.collect():
            if metric.name in READ:
                values[metric.name.removeprefix(PREFIX)] += [
                    (sample.labels, sample.value)
                    for sample in metric.samples
                    if metric.type != "histogram" or sample.name.endswith("_bucket")
                ]
        return values

    def _rates(self, now: float, totals: dict[str, float]) -> dict[str, float]:
        before, self._before = self._before, (now, totals)
        if before is None or now <= before[0]:
            return dict.fromkeys(totals, 0.0)
        seconds, old = now - before[0], before[1]
        return {outcome: max(0.0, total - old.get(outcome, 0.0)) / seconds for outcome, total in totals.items()}

    def _quantile(self, share: float) -> float | None:
        old, new = self._buckets[0], self._buckets[-1]
        return quantile(share, {bound: count - old.get(bound, 0.0) for bound, count in new.items()})


def quantile(share: float, buckets: Buckets) -> float | None:
    """Return the value below which a share of the observations lies; None where there are none.

    Args:
        share: 0 to 1.
        buckets: cumulative counts by upper bound, infinity among them.
    """
    bounds = sorted(buckets)
    if not bounds or buckets[bounds[-1]] <= 0:
        return None
    wanted = share * buckets[bounds[-1]]
    low, below = 0.0, 0.0
    for bound in bounds:
        if (count := buckets[bound]) >= wanted:
            # What lies over the last finite bound is told as that bound: nobody knows more.
            return low if bound == float("inf") else low + (bound - low) * (wanted - below) / max(count - below, 1e-9)
        low, below = bound, count
    return low
