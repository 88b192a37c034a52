"""The catalogue of metrics: every name, unit and label that a worker shows on `/metrics`.

Seconds and records throughout; the label sets are closed. One object per worker, with a registry of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    disable_created_metrics,
)
from prometheus_client import ProcessCollector as ProcessMetrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from streams.adapters.supervision.tally import Tally
from streams.errors import Stage
from streams.outcomes import DeadLettered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from streams.outcomes import Outcome

# One more series for every counter and histogram that nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

OUTCOMES = ("published", "dropped", "dead_lettered")
"""What a record can become: the `name` of every outcome."""
SHORT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LONG = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 3600.0, 86400.0)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@dataclass(frozen=True, slots=True)
class Lag:
    """How far one assigned partition is behind.

    Attributes:
        topic: of the partition.
        partition: its number.
        records: not yet acked, by the broker's word on where the partition ends; None while it is unknown.
        seconds: age of the oldest record in flight, 0 where there is none.
    """

    topic: str
    partition: int
    records: int | None
    seconds: float


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
    return Lag(*partition, records, 0.0 if oldest is None else max(0.0, now - oldest))


class LagCollector(Collector):
    """Asks for the lag when it is scraped, so that a partition given away leaves no stale series."""

    def __init__(self) -> None:
        self.ask: Callable[[], Iterable[Lag]] = tuple

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges of the partitions assigned now."""
        labels = ["topic", "partition"]
        records = GaugeMetricFamily(
            "news_streams_consumer_lag_records", "Records of an assigned partition not yet acked.", labels=labels
        )
        seconds = GaugeMetricFamily(
            "news_streams_consumer_lag_seconds", "Age of the oldest raw record in flight.", labels=labels
        )
        for lag in self.ask():
            where = [lag.topic, str(lag.partition)]
            seconds.add_metric(where, lag.seconds)
            if lag.records is not None:
                records.add_metric(where, lag.records)
        yield records
        yield seconds


class Metrics:
    """All metrics of one worker."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.records = Counter(
            "news_streams_records", "Raw records by what became of them.", ["outcome"], registry=registry
        )
        self.dead_letters = Counter(
            "news_streams_dead_letters", "Dead letters by stage and reason.", ["stage", "reason"], registry=registry
        )
        self.stage_duration = Histogram(
            "news_streams_stage_duration_seconds",
            "One run of a stage: one record, for enrich one batch.",
            ["stage"],
            buckets=SHORT,
            registry=registry,
        )
        self.batch_size = Histogram(
            "news_streams_batch_size_records",
            "Records that went through the pipeline together.",
            buckets=BATCHES,
            registry=registry,
        )
        self.in_flight = Gauge("news_streams_in_flight_records", "Records read and not yet acked.", registry=registry)
        self.held = Gauge(
            "news_streams_held_bytes", "Bytes of the raw records that were read and are in memory.", registry=registry
        )
        self.hung = Gauge(
            "news_streams_hung_threads", "Threads given up because a record hung, and still there.", registry=registry
        )
        self.tally = Tally(registry)
        self.publish_latency = Histogram(
            "news_streams_publish_latency_seconds",
            "From handing an outcome's records to the producer until the broker acknowledged all.",
            buckets=SHORT,
            registry=registry,
        )
        self.publish_retries = Counter(
            "news_streams_publish_retries",
            "Attempts to publish that failed or took long and were repeated.",
            registry=registry,
        )
        self.end_to_end = Histogram(
            "news_streams_end_to_end_latency_seconds",
            "From the raw record's timestamp until its outputs were acknowledged.",
            buckets=LONG,
            registry=registry,
        )
        self.assigned = Gauge("news_streams_assigned_partitions", "Partitions that this worker has.", registry=registry)
        self.rebalances = Counter(
            "news_streams_rebalances", "Times that partitions were given to this worker.", registry=registry
        )
        self.model = Info("news_streams_model", "The models that judge, by name.", ["name"], registry=registry)
        self.build = Info("news_streams_build", "This worker's version.", registry=registry)
        self.lag = LagCollector()
        self._register()

    def _register(self) -> None:
        """Start the closed label sets at zero and add what the process tells of itself."""
        for outcome in OUTCOMES:
            self.records.labels(outcome)
        self._timers = {stage: self.stage_duration.labels(stage) for stage in Stage}
        self.build.info({"version": version("news-streams")})
        self.registry.register(self.lag)
        ProcessMetrics(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def time_stage(self, stage: Stage) -> AbstractContextManager[object]:
        """Time one run of a stage: the pipeline's `Timer`."""
        return self._timers[stage].time()

    def count(self, outcome: Outcome, seconds: float) -> None:
        """Count a record that is done.

        Args:
            outcome: what became of it.
            seconds: since the raw record's timestamp; a clock ahead of ours counts as 0.
        """
        self.records.labels(outcome.name).inc()
        self.end_to_end.observe(max(0.0, seconds))
        if isinstance(outcome, DeadLettered):
            self.dead_letters.labels(outcome.stage, outcome.reason).inc()

    def name_models(self, models: Mapping[str, str]) -> None:
        """Show the models in use, name and version."""
        for name, model_version in models.items():
            self.model.labels(name).info({"version": model_version})
