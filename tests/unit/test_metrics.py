"""The catalogue of metrics: names, units and closed labels, and nothing else in it."""

from __future__ import annotations

from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from streams.adapters.supervision.metrics import OUTCOMES, Lag, Metrics
from streams.errors import Reason, Stage
from streams.outcomes import DeadLettered, Dropped

LABELS = {
    "news_streams_records": {"outcome"},
    "news_streams_dead_letters": {"stage", "reason"},
    "news_streams_stage_duration_seconds": {"stage"},
    "news_streams_consumer_lag_records": {"topic", "partition"},
    "news_streams_consumer_lag_seconds": {"topic", "partition"},
    "news_streams_model_info": {"name", "version"},
    "news_streams_build_info": {"version"},
    "news_streams_partition_read_records": {"partition"},
    "news_streams_partition_records": {"partition", "outcome"},
    "news_streams_partition_in_flight_records": {"partition"},
}
UNITS = ("_seconds", "_records", "_partitions", "_info", "_letters", "_retries", "_rebalances", "_threads", "_bytes")


def filled() -> Metrics:
    metrics = Metrics()
    metrics.count(Dropped("unchanged", ()), 1.5)
    metrics.count(DeadLettered(Stage.DECODE, Reason.BAD_JSON, "no", ()), -3.0)
    with metrics.time_stage(Stage.ENRICH):
        pass
    metrics.name_models({"nuansa": "1.2"})
    metrics.lag.ask = lambda: [Lag("raw", 3, 7, 0.5), Lag("raw", 4, None, 0.0)]
    return metrics


def test_counts_what_happened() -> None:
    value = filled().registry.get_sample_value
    assert value("news_streams_records_total", {"outcome": "dropped"}) == 1
    assert value("news_streams_records_total", {"outcome": "published"}) == 0, "a closed label set starts at zero"
    assert value("news_streams_dead_letters_total", {"stage": "decode", "reason": "bad_json"}) == 1
    assert value("news_streams_end_to_end_latency_seconds_sum") == 1.5, "a clock ahead of ours is no negative latency"
    assert value("news_streams_stage_duration_seconds_count", {"stage": "enrich"}) == 1
    assert value("news_streams_model_info", {"name": "nuansa", "version": "1.2"}) == 1
    assert value("news_streams_consumer_lag_records", {"topic": "raw", "partition": "3"}) == 7
    assert value("news_streams_consumer_lag_records", {"topic": "raw", "partition": "4"}) is None


def test_names_units_and_labels_are_those_of_the_catalogue() -> None:
    families = text_string_to_metric_families(generate_latest(filled().registry).decode())
    ours = {family.name: family for family in families if family.name.startswith("news_streams_")}
    assert set(LABELS) <= set(ours)
    for name, family in ours.items():
        assert family.documentation
        assert name.endswith(UNITS), name
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert labels == LABELS.get(name, set()), name


def test_two_workers_in_one_process_do_not_collide() -> None:
    one, other = filled(), Metrics()
    assert one.registry.get_sample_value("news_streams_records_total", {"outcome": "dropped"}) == 1
    assert other.registry.get_sample_value("news_streams_records_total", {"outcome": "dropped"}) == 0


def test_outcomes_are_all_there_are() -> None:
    assert {"published", "dropped", "dead_lettered"} == set(OUTCOMES)
