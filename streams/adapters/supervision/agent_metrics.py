"""What the agents behind the one of raw articles show: `Metrics.agents["places"].count("published", 0.4)`.

Every series of an agent is looked up once; counting then costs a microsecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.supervision import catalogue
from streams.adapters.supervision.catalogue import AGENTS, ANSWERS
from streams.adapters.supervision.stopwatch import Stopwatch, both

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from prometheus_client import Counter, Gauge, Histogram

    from streams.adapters.supervision.families import Families
    from streams.adapters.supervision.tracing import Tracer
    from streams.records import InboundRecord


class AgentFamilies:
    """The metrics that all these agents share.

    Args:
        families: makes them.
    """

    def __init__(self, families: Families) -> None:
        self.records: Counter = families.counter(catalogue.AGENT_RECORDS)
        self.duration: Histogram = families.histogram(catalogue.AGENT_DURATION)
        self.latency: Histogram = families.histogram(catalogue.AGENT_LATENCY)
        self.changelog_rows: Counter = families.counter(catalogue.CHANGELOG_ROWS)
        self.changelog_bytes: Counter = families.counter(catalogue.CHANGELOG_BYTES)
        self.changelog_latency: Histogram = families.histogram(catalogue.CHANGELOG_LATENCY)
        self.recovery: Gauge = families.gauge(catalogue.RECOVERY)
        self.recovering: Gauge = families.gauge(catalogue.RECOVERING)
        self.held_rows: Gauge = families.gauge(catalogue.HELD_ROWS)


class AgentMetrics:
    """The metrics of one agent.

    Args:
        shared: of all agents.
        agent: one of `AGENTS`.

    Attributes:
        recovery: a gauge: seconds that reading the tables back took.
        recovering: a gauge: partitions that are read back now.
        held_rows: a gauge: set the rows, or give it a function.
    """

    def __init__(self, shared: AgentFamilies, agent: str) -> None:
        self._agent = agent
        self._tracer: Tracer | None = None
        self._records = {answer: shared.records.labels(agent, answer) for answer in ANSWERS}
        self._duration = shared.duration.labels(agent)
        self._latency = shared.latency.labels(agent)
        self._rows = shared.changelog_rows.labels(agent)
        self._bytes = shared.changelog_bytes.labels(agent)
        self._changelog_latency = shared.changelog_latency.labels(agent)
        self.recovery = shared.recovery.labels(agent)
        self.recovering = shared.recovering.labels(agent)
        self.held_rows = shared.held_rows.labels(agent)

    def trace(self, tracer: Tracer) -> None:
        """Make a span of each answer as well."""
        self._tracer = tracer

    def time(self, record: InboundRecord) -> AbstractContextManager[object]:
        """Time the answer to one record."""
        timer = Stopwatch(self._duration.observe)
        return timer if self._tracer is None else both(timer, self._tracer.stage(self._agent, (record,)))

    def count(self, answer: str, seconds: float) -> None:
        """Count a record that is done.

        Args:
            answer: one of `ANSWERS`.
            seconds: since the raw record's timestamp; a clock ahead of ours counts as 0.
        """
        self._records[answer].inc()
        self._latency.observe(max(0.0, seconds))

    def keep(self, rows: int, size: int, seconds: float) -> None:
        """Count rows that stand in the changelog.

        Args:
            rows: how many.
            size: bytes of their keys and values.
            seconds: until the broker had them.
        """
        self._rows.inc(rows)
        self._bytes.inc(size)
        self._changelog_latency.observe(seconds)


def agent_metrics(families: Families) -> dict[str, AgentMetrics]:
    """Return the metrics of each agent by the name of its stage."""
    shared = AgentFamilies(families)
    return {str(agent): AgentMetrics(shared, agent) for agent in AGENTS}
