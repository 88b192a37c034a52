"""The catalogue of metrics: every name, type, unit and label that a worker shows on `/metrics`, and nothing else is shown.

Seconds, bytes and records throughout, as Prometheus asks (https://prometheus.io/docs/practices/naming/). A label is a
closed set or, where it says so, bounded by what is set up. `python -m streams.adapters.supervision.catalogue` prints the
table of `deploy/prometheus/README.md`; a test holds both against a running worker.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final, Literal

from streams.errors import Reason, Stage
from streams.rules.model import SEVERITIES
from streams.topics import ENRICHED, FRESH, MATCHED, MENTIONED, RAW, READ

PREFIX: Final = "news_streams_"
Kind = Literal["counter", "gauge", "histogram", "info"]

SHORT: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LONG: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 3600.0, 86400.0)
BATCHES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)

OUTCOMES: Final = ("published", "dropped", "dead_lettered")
"""What a record can become: the `name` of every outcome."""
ENDS: Final = (*OUTCOMES, "let_go")
"""What becomes of a record that was read: an outcome, or it is let go at a rebalance or a stop, and read again."""
PIPELINE: Final = (Stage.DECODE, Stage.EXTRACT, Stage.ENRICH, Stage.ROUTE)
"""What the agent of raw articles does."""
AGENTS: Final = tuple(stage for stage in Stage if stage not in PIPELINE)
"""The stages with an agent of their own behind it."""
ANSWERS: Final = ("published", "dropped", "none", "dead_lettered")
"""What a record can come to at one of them; `none`: nothing was to be said."""

ALERT_KINDS: Final = ("alert", "update")


@dataclass(frozen=True, slots=True)
class Label:
    """One label.

    Attributes:
        name: of the label.
        values: all that it can be; None where it is bounded, but not by us.
        told: what it says, for the docs, where there are no values.
    """

    name: str
    values: tuple[str, ...] | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """One metric.

    Attributes:
        name: without `news_streams_` before it; prometheus-client puts `_total` or `_info` behind.
        kind: its type.
        unit: of its values, in the plural; `1` for yes and 0 for no.
        told: what it says, one line.
        labels: in order.
        buckets: upper bounds, of a histogram.
    """

    name: str
    kind: Kind
    unit: str
    told: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def full_name(self) -> str:
        """The name that a query uses; of a histogram without `_bucket`, `_sum` and `_count`."""
        return PREFIX + self.name + {"counter": "_total", "info": "_info"}.get(self.kind, "")

    @property
    def label_names(self) -> tuple[str, ...]:
        """The labels' names in order."""
        return tuple(label.name for label in self.labels)


OUTCOME: Final = Label("outcome", OUTCOMES)
STAGE: Final = Label("stage", PIPELINE)
FAILED_STAGE: Final = Label("stage", tuple(Stage))
REASON: Final = Label("reason", tuple(Reason))
TOPIC: Final = Label("topic", tuple(topic.name for topic in (RAW, READ, FRESH, ENRICHED, MENTIONED, MATCHED)))
PARTITION: Final = Label("partition", told="its number")
AGENT: Final = Label("agent", AGENTS)
VERSION: Final = Label("version", told="its version")

RECORDS: Final = Family(
    "records",
    "counter",
    "records",
    "Raw records by what the first agent made of them; what is dropped later is in agent_records.",
    (OUTCOME,),
)
DEAD_LETTERS: Final = Family(
    "dead_letters", "counter", "records", "Dead letters by stage and reason.", (FAILED_STAGE, REASON)
)
STAGE_DURATION: Final = Family(
    *("stage_duration_seconds", "histogram", "seconds", "One run of a stage: one record, for enrich one batch."),
    (STAGE,),
    SHORT,
)
MODEL_DURATION: Final = Family(
    "model_duration_seconds", "histogram", "seconds", "One pass of the model over some sentences.", (), SHORT
)
MODEL_SENTENCES: Final = Family("model_sentences", "counter", "sentences", "Sentences that the model read.")
BATCH_SIZE: Final = Family(
    *("batch_size_records", "histogram", "records", "Records that went through the pipeline together."),
    *((), BATCHES),
)
IN_FLIGHT: Final = Family("in_flight_records", "gauge", "records", "Records read and not yet acked.")
HELD: Final = Family("held_bytes", "gauge", "bytes", "Bytes of the raw records that were read and are in memory.")
HUNG: Final = Family("hung_threads", "gauge", "threads", "Threads given up because a record hung, and still there.")
PUBLISH_LATENCY: Final = Family(
    *("publish_latency_seconds", "histogram", "seconds"),
    "From handing an outcome's records to the producer until the broker acknowledged all.",
    *((), SHORT),
)
PUBLISH_RETRIES: Final = Family(
    "publish_retries", "counter", "attempts", "Attempts to publish that failed or took long and were repeated."
)
END_TO_END: Final = Family(
    *("end_to_end_latency_seconds", "histogram", "seconds"),
    "From the raw record's timestamp until what the first agent made of it was acknowledged; with `stories` the desk comes after.",
    *((), LONG),
)
LAG_RECORDS: Final = Family(
    *("consumer_lag_records", "gauge", "records", "Records of an assigned partition not yet acked."),
    (TOPIC, PARTITION),
)
LAG_SECONDS: Final = Family(
    *("consumer_lag_seconds", "gauge", "seconds"),
    "Age of the oldest record of an assigned partition not yet acked, as far as it is known.",
    (TOPIC, PARTITION),
)
ASSIGNED: Final = Family("assigned_partitions", "gauge", "partitions", "Partitions that this worker has.")
REBALANCES: Final = Family("rebalances", "counter", "times", "Times that partitions were given to this worker.")
COMMITS: Final = Family(
    *("commits", "counter", "times", "Commits of offsets to the group."), (Label("result", ("done", "failed")),)
)
STALLED: Final = Family(
    "stalled_seconds", "gauge", "seconds", "Time without progress as the watchdog counts it, with work to do."
)
STALL_TIMEOUT: Final = Family(
    "stall_timeout_seconds", "gauge", "seconds", "How much of that ends the worker: the setting stall_timeout."
)
REACHABLE: Final = Family("broker_reachable", "gauge", "1", "Whether the broker answers and takes what is published.")
READY: Final = Family("ready", "gauge", "1", "Whether the worker works, as /ready tells.")
MODEL: Final = Family(
    "model", "info", "1", "The models that judge, by name.", (Label("name", told="of the model"), VERSION)
)
BUILD: Final = Family("build", "info", "1", "This worker's version.", (VERSION,))

READ_RECORDS: Final = Family("partition_read_records", "counter", "records", "Raw records read.", (PARTITION,))
ENDED: Final = Family(
    *("partition_records", "counter", "records", "Raw records that were read, by what became of them."),
    (PARTITION, Label("outcome", ENDS)),
)
UNENDED: Final = Family(
    *("partition_in_flight_records", "gauge", "records", "Raw records read, of which nothing has become yet."),
    (PARTITION,),
)

AGENT_RECORDS: Final = Family(
    *("agent_records", "counter", "records", "Records read by an agent, by what came of them."),
    (AGENT, Label("outcome", ANSWERS)),
)
AGENT_DURATION: Final = Family(
    "agent_duration_seconds", "histogram", "seconds", "Answering one record, its tables included.", (AGENT,), SHORT
)
AGENT_LATENCY: Final = Family(
    *("agent_latency_seconds", "histogram", "seconds"),
    "From the raw record's timestamp until what an agent made of it was acknowledged.",
    *((AGENT,), LONG),
)
CHANGELOG_ROWS: Final = Family("changelog_rows", "counter", "rows", "Rows written to an agent's changelog.", (AGENT,))
CHANGELOG_BYTES: Final = Family("changelog_bytes", "counter", "bytes", "Bytes of these rows.", (AGENT,))
CHANGELOG_LATENCY: Final = Family(
    *("changelog_latency_seconds", "histogram", "seconds"),
    "From handing the changed rows of a batch to the producer until the broker acknowledged all.",
    *((AGENT,), SHORT),
)
RECOVERY: Final = Family(
    *("recovery_seconds", "gauge", "seconds"),
    "How long the last reading back of an agent's tables took, or has taken so far.",
    (AGENT,),
)
RECOVERING: Final = Family(
    "recovering_partitions", "gauge", "partitions", "Partitions whose tables are being read back.", (AGENT,)
)
HELD_ROWS: Final = Family("held_rows", "gauge", "rows", "Rows in an agent's tables.", (AGENT,))
ALERTS: Final = Family(
    *("alerts", "counter", "alerts", "Alerts published."),
    (Label("severity", SEVERITIES), Label("kind", ALERT_KINDS)),
)
LOADED_RULES: Final = Family("loaded_rules", "gauge", "rules", "Alert rules in force.")
REFUSED_RULES: Final = Family("refused_rules", "gauge", "rules", "Alert rules on the topic that cannot be understood.")

CATALOGUE: Final = (
    *(RECORDS, DEAD_LETTERS, STAGE_DURATION, MODEL_DURATION, MODEL_SENTENCES, BATCH_SIZE, IN_FLIGHT, HELD, HUNG),
    *(PUBLISH_LATENCY, PUBLISH_RETRIES, END_TO_END, LAG_RECORDS, LAG_SECONDS, ASSIGNED, REBALANCES, COMMITS),
    *(STALLED, STALL_TIMEOUT, REACHABLE, READY, MODEL, BUILD, READ_RECORDS, ENDED, UNENDED),
    *(AGENT_RECORDS, AGENT_DURATION, AGENT_LATENCY, CHANGELOG_ROWS, CHANGELOG_BYTES, CHANGELOG_LATENCY),
    *(RECOVERY, RECOVERING, HELD_ROWS, ALERTS, LOADED_RULES, REFUSED_RULES),
)
"""All of them. Beside them stand `process_*` and `python_*`, which prometheus-client makes and describes."""


def as_markdown() -> str:
    """Return the catalogue as a table for a reader."""
    rows = [
        f"| `{each.full_name}` | {each.kind} | {each.unit} | {', '.join(map(_label, each.labels))} | {each.told} |"
        for each in CATALOGUE
    ]
    return "\n".join(["| metric | type | unit | labels | what |", "|---|---|---|---|---|", *rows, ""])


def _label(label: Label) -> str:
    values = label.told if label.values is None else " ".join(label.values)
    return f"`{label.name}`: {values}"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
