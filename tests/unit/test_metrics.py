"""The catalogue of metrics: names, units and closed labels; what is shown is what it holds, and nothing else."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from streams.adapters.supervision.catalogue import AGENTS, ANSWERS, CATALOGUE, OUTCOMES, as_markdown
from streams.adapters.supervision.lag import Lag, lag_of
from streams.adapters.supervision.metrics import Metrics
from streams.errors import Reason, Stage
from streams.outcomes import DeadLettered, Dropped
from streams.records import OutboundRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_client.metrics_core import Metric

    from streams.adapters.supervision.catalogue import Family

UNITS = {
    "1",
    "attempts",
    "alerts",
    "bytes",
    "partitions",
    "records",
    "rows",
    "rules",
    "seconds",
    "sentences",
    "threads",
}
DOCS = Path(__file__).parents[2] / "deploy" / "prometheus" / "README.md"


def filled() -> Metrics:
    metrics = Metrics()
    metrics.count(Dropped("unchanged", ()), 1.5)
    metrics.count(DeadLettered(Stage.DECODE, Reason.BAD_JSON, "no", ()), -3.0)
    with metrics.time_stage(Stage.ENRICH):
        pass
    metrics.name_models({"nuansa": "1.2"})
    metrics.lag.ask = lambda: [Lag("news.articles.raw", 3, 7, 0.5), Lag("news.articles.raw", 4, None, None)]
    return metrics


def shown(metrics: Metrics) -> dict[str, Metric]:
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {family.name: family for family in families if family.name.startswith("news_streams_")}


def parsed_name(family: Family) -> str:
    """The parser gives a counter without its `_total`."""
    return family.full_name.removesuffix("_total")


def test_counts_what_happened() -> None:
    value = filled().registry.get_sample_value
    assert value("news_streams_records_total", {"outcome": "dropped"}) == 1
    assert value("news_streams_records_total", {"outcome": "published"}) == 0, "a closed label set starts at zero"
    assert value("news_streams_dead_letters_total", {"stage": "decode", "reason": "bad_json"}) == 1
    assert value("news_streams_end_to_end_latency_seconds_sum") == 1.5, "a clock ahead of ours is no negative latency"
    assert value("news_streams_stage_duration_seconds_count", {"stage": "enrich"}) == 1
    assert value("news_streams_model_info", {"name": "nuansa", "version": "1.2"}) == 1
    assert value("news_streams_consumer_lag_records", {"topic": "news.articles.raw", "partition": "3"}) == 7
    assert value("news_streams_consumer_lag_records", {"topic": "news.articles.raw", "partition": "4"}) is None


def test_what_is_shown_is_the_catalogue() -> None:
    assert set(shown(filled())) == {parsed_name(family) for family in CATALOGUE}


@pytest.mark.parametrize("family", CATALOGUE, ids=lambda family: family.name)
def test_every_family_is_as_the_catalogue_says(family: Family) -> None:
    found = shown(filled())[parsed_name(family)]
    assert found.type == {"info": "gauge"}.get(family.kind, family.kind), "an info is a gauge in this format"
    assert found.documentation == family.told
    labels = {label for sample in found.samples for label in sample.labels} - {"le"}
    assert labels == set(family.label_names)
    for label in family.labels:
        if label.values is not None:
            assert {sample.labels[label.name] for sample in found.samples} <= set(label.values)
    if family.buckets:
        bounds = {float(sample.labels["le"]) for sample in found.samples if "le" in sample.labels}
        assert bounds == {*family.buckets, float("inf")}


@pytest.mark.parametrize("family", CATALOGUE, ids=lambda family: family.name)
def test_names_and_units_are_those_of_the_field(family: Family) -> None:
    assert family.unit in UNITS | {"times"}
    assert family.kind != "histogram" or family.name.endswith(f"_{family.unit}"), "a histogram's name ends in its unit"
    assert family.unit not in {"seconds", "bytes"} or family.name.endswith(f"_{family.unit}")
    assert family.told.endswith(".")


@pytest.mark.parametrize("kind", ["counter", "histogram"])
def test_every_closed_label_set_starts_at_zero(kind: str) -> None:
    fresh = shown(Metrics())
    for family in CATALOGUE:
        sets = [label.values or () for label in family.labels]
        if family.kind == kind and all(sets) and sets:
            told = {
                tuple(sample.labels[name] for name in family.label_names)
                for sample in fresh[parsed_name(family)].samples
            }
            assert told == set(product(*sets)), family.name


def test_the_docs_hold_the_catalogue() -> None:
    assert as_markdown() in DOCS.read_text(), "run `python -m streams.adapters.supervision.catalogue`"


def test_two_workers_in_one_process_do_not_collide() -> None:
    one, other = filled(), Metrics()
    assert one.registry.get_sample_value("news_streams_records_total", {"outcome": "dropped"}) == 1
    assert other.registry.get_sample_value("news_streams_records_total", {"outcome": "dropped"}) == 0


def test_outcomes_are_all_there_are() -> None:
    assert {"published", "dropped", "dead_lettered"} == set(OUTCOMES)
    assert len(AGENTS) == 5


@pytest.mark.parametrize("agent", AGENTS)
def test_counts_what_an_agent_that_remembers_did(agent: str) -> None:
    metrics = Metrics()
    counted = metrics.agents[agent]
    for answer in ANSWERS:
        counted.count(answer, 2.0)
    counted.keep(3, 400, 0.25)
    counted.recovery.set(7.5)
    value = metrics.registry.get_sample_value
    for answer in ANSWERS:
        assert value("news_streams_agent_records_total", {"agent": agent, "outcome": answer}) == 1
    assert value("news_streams_agent_latency_seconds_sum", {"agent": agent}) == 8
    assert value("news_streams_changelog_rows_total", {"agent": agent}) == 3
    assert value("news_streams_changelog_bytes_total", {"agent": agent}) == 400
    assert value("news_streams_changelog_latency_seconds_sum", {"agent": agent}) == 0.25
    assert value("news_streams_recovery_seconds", {"agent": agent}) == 7.5


def test_lag_is_never_negative() -> None:
    assert lag_of(("raw", 1), end=5, next_offset=7, oldest=100.0, now=90.0) == Lag("raw", 1, 0, 0.0)
    assert lag_of(("raw", 1), end=None, next_offset=7, oldest=None, now=90.0) == Lag("raw", 1, None, None)
    assert lag_of(("raw", 1), end=9, next_offset=7, oldest=80.0, now=90.0) == Lag("raw", 1, 2, 10.0)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ([(0, None)], 0),
        ([(5, 40.0), (5, None)], 50),
        ([(5, 40.0), (5, None), (5, None)], 60),
        ([(5, 40.0), (0, None), (3, None)], 0),
        ([(5, 40.0), (0, None), (3, None), (3, None)], 10),
        ([(5, 40.0), (None, None)], 0),
        ([(5, None), (5, None)], 10),
        ([(5, 40.0), (5, None), (4, 2.0)], 2),
    ],
)
def test_a_partition_whose_records_wait_for_those_of_others_is_no_less_behind(
    monkeypatch: pytest.MonkeyPatch, told: list[tuple[int | None, float | None]], seconds: float
) -> None:
    """Asked every ten seconds; what is told are records not acked, and the age of the oldest in flight."""
    metrics = Metrics()
    for turn, (records, age) in enumerate(told):
        monkeypatch.setattr("streams.adapters.supervision.lag.time.time", lambda turn=turn: 1_000.0 + 10 * turn)
        metrics.lag.ask = lambda records=records, age=age: [Lag("news.articles.raw", 3, records, age)]
        generate_latest(metrics.registry)
    where = {"topic": "news.articles.raw", "partition": "3"}
    assert metrics.registry.get_sample_value("news_streams_consumer_lag_seconds", where) == seconds


def test_a_partition_given_away_and_back_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.adapters.supervision.lag.time.time", lambda: 1_000.0)
    metrics = Metrics()
    where = {"topic": "news.articles.raw", "partition": "3"}
    for lags in ([Lag("news.articles.raw", 3, 5, 900.0)], [], [Lag("news.articles.raw", 3, 5, None)]):
        metrics.lag.ask = lambda lags=lags: lags  # type: ignore[misc]
        generate_latest(metrics.registry)
    assert metrics.registry.get_sample_value("news_streams_consumer_lag_seconds", where) == 0


async def test_alerts_are_counted_when_they_are_published() -> None:
    sent: list[OutboundRecord] = []

    async def publish(records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
        assert refusable
        if any(record.key is None for record in records):
            raise ConnectionError
        sent.extend(records)

    metrics = Metrics()
    counted = metrics.counting_alerts(publish)
    told = (("severity", b"high"), ("kind", b"alert"))
    await counted([OutboundRecord("news.alerts", b"a", b"{}", told), OutboundRecord("news.alerts", b"b", b"{}")])
    with pytest.raises(ConnectionError):
        await counted([OutboundRecord("news.alerts", None, b"{}", told)])
    hostile = (("severity", b"\xff"), ("kind", None))
    await counted([OutboundRecord("news.alerts", b"c", b"{}", hostile)])
    assert len(sent) == 3
    value = metrics.registry.get_sample_value
    assert value("news_streams_alerts_total", {"severity": "high", "kind": "alert"}) == 1
    assert len(shown(metrics)["news_streams_alerts"].samples) == 10, "the label sets stay closed"
