"""Figures of repeated runs: minimum, median and maximum, percentiles, ratios pair by pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.bench.promises import Kept


@dataclass(frozen=True, slots=True)
class Capacity:
    """One run over records that lay ready.

    Attributes:
        rate: records a second, from the first tenth of the outputs to the last.
        cpu: seconds of CPU per 1,000 records, all processes of the contestant together.
        peak: bytes of memory, all processes together.
        first_output: seconds from the start of the processes to the first output.
        kept: what the promise came to.
    """

    rate: float
    cpu: float
    peak: int
    first_output: float
    kept: Kept


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from raw record to output at a steady rate: percentiles, and the rate in records a second."""

    rate: float
    p50: float
    p95: float
    p99: float


@dataclass(slots=True)
class Row:
    """All runs of one contestant with so many processes.

    Attributes:
        name: of the contestant.
        version: of its library.
        processes: how many.
        runs: its capacity, in the order of the rounds.
        latency: at half of the median; None where it was not measured.
        failure: why it has no figures.
    """

    name: str
    version: str
    processes: int
    runs: list[Capacity] = field(default_factory=list)
    latency: Latency | None = None
    failure: str | None = None

    @property
    def rates(self) -> list[float]:
        """Records a second of each run."""
        return [run.rate for run in self.runs]


def percentiles(seconds: Sequence[float], rate: float) -> Latency:
    """Return the percentiles of latencies; there must be two at least."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return Latency(rate, cuts[49], cuts[94], cuts[98])


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Return minimum, median and maximum."""
    return min(values), median(values), max(values)


def paired(values: Sequence[float], others: Sequence[float]) -> float | None:
    """Return the median of the ratios within each round; None where there is none.

    What slows a machine down for a while slows both runs of a round: their ratio stays.
    """
    ratios = [value / other for value, other in zip(values, others, strict=False) if other]
    return median(ratios) if ratios else None
