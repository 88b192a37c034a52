"""The metrics of one worker: the objects to count with, by the words of `catalogue.py`, in a registry of its own."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector
from prometheus_client import ProcessCollector as ProcessMetrics

from streams.adapters.supervision import catalogue
from streams.adapters.supervision.agent_metrics import agent_metrics
from streams.adapters.supervision.families import Families
from streams.adapters.supervision.lag import LagCollector
from streams.adapters.supervision.stopwatch import Stopwatch, both
from streams.adapters.supervision.tally import Tally
from streams.outcomes import DeadLettered
from streams.rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from streams.adapters.supervision.tracing import Publish, Tracer
    from streams.errors import Stage
    from streams.outcomes import Outcome
    from streams.records import InboundRecord, OutboundRecord


class Metrics:
    """All metrics of one worker; what each says stands in the catalogue under its name."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        families = Families(self.registry)
        self._make_records(families)
        self._make_worker(families)
        self.tally = Tally()
        self.registry.register(self.tally)
        self.agents = agent_metrics(families)
        self.alerts = families.counter(catalogue.ALERTS)
        self.loaded_rules = families.gauge(catalogue.LOADED_RULES)
        self.refused_rules = families.gauge(catalogue.REFUSED_RULES)
        self._add_process()

        self._tracer: Tracer | None = None

    def _make_records(self, families: Families) -> None:
        records = families.counter(catalogue.RECORDS)
        # Looked up once: finding a series costs more than counting.
        self._records = {outcome: records.labels(outcome) for outcome in catalogue.OUTCOMES}
        self.dead_letters = families.counter(catalogue.DEAD_LETTERS)
        self.stage_duration = families.histogram(catalogue.STAGE_DURATION)
        self.model_duration = families.histogram(catalogue.MODEL_DURATION)
        self.model_sentences = families.counter(catalogue.MODEL_SENTENCES)
        self.batch_size = families.histogram(catalogue.BATCH_SIZE)
        self.publish_latency = families.histogram(catalogue.PUBLISH_LATENCY)
        self.publish_retries = families.counter(catalogue.PUBLISH_RETRIES)
        self.end_to_end = families.histogram(catalogue.END_TO_END)
        self._timers = {stage: self.stage_duration.labels(stage) for stage in catalogue.PIPELINE}

    def _make_worker(self, families: Families) -> None:
        self.in_flight = families.gauge(catalogue.IN_FLIGHT)
        self.held = families.gauge(catalogue.HELD)
        self.hung = families.gauge(catalogue.HUNG)
        self.assigned = families.gauge(catalogue.ASSIGNED)
        self.rebalances = families.counter(catalogue.REBALANCES)
        self.commits = families.counter(catalogue.COMMITS)
        self.stalled = families.gauge(catalogue.STALLED)
        self.stall_timeout = families.gauge(catalogue.STALL_TIMEOUT)
        self.reachable = families.gauge(catalogue.REACHABLE)
        self.ready = families.gauge(catalogue.READY)
        self.model = families.info(catalogue.MODEL)
        self.build = families.info(catalogue.BUILD)
        self.build.info({"version": version("news-streams")})

    def time_publishing(self) -> AbstractContextManager[object]:
        """Time the records of one outcome until the broker has them."""
        return Stopwatch(self.publish_latency.observe)

    def _add_process(self) -> None:
        """Add what is asked for when it is scraped: lag, and what the process tells of itself."""
        self.lag = LagCollector()
        self.registry.register(self.lag)
        ProcessMetrics(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def trace(self, tracer: Tracer) -> None:
        """Make a span of whatever is timed for a record as well."""
        self._tracer = tracer
        for agent in self.agents.values():
            agent.trace(tracer)

    def time_stage(self, stage: Stage, records: Sequence[InboundRecord] = ()) -> AbstractContextManager[object]:
        """Time one run of a stage over some records: the pipeline's `Timer`."""
        timer = Stopwatch(self._timers[stage].observe)
        return timer if self._tracer is None else both(timer, self._tracer.stage(stage, records))

    def count(self, outcome: Outcome, seconds: float) -> None:
        """Count a record that is done.

        Args:
            outcome: what became of it.
            seconds: since the raw record's timestamp; a clock ahead of ours counts as 0.
        """
        self._records[outcome.name].inc()
        self.end_to_end.observe(max(0.0, seconds))
        if isinstance(outcome, DeadLettered):
            self.bury(outcome)

    def bury(self, letter: DeadLettered) -> None:
        """Count a dead letter, of whichever stage."""
        self.dead_letters.labels(letter.stage, letter.reason).inc()

    def counting_alerts(self, publish: Publish) -> Publish:
        """Return what publishes and counts the alerts among it, by the headers that a subscriber filters by."""

        async def publish_counted(records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
            await publish(records, refusable=refusable)
            for record in records:
                told = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
                if told.get("severity") in SEVERITIES and told.get("kind") in catalogue.ALERT_KINDS:
                    self.alerts.labels(told["severity"], told["kind"]).inc()

        return publish_counted

    def committed(self, done: bool) -> None:  # noqa: FBT001 - what the consumer says
        """Count a commit."""
        self.commits.labels("done" if done else "failed").inc()

    def name_models(self, models: Mapping[str, str]) -> None:
        """Show the models in use, name and version."""
        for name, model_version in models.items():
            self.model.labels(name).info({"version": model_version})
