"""A real Prometheus scrapes a real worker: what it finds is the catalogue, and the recording rules have answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from monitoring.conftest import ARTICLES, BROKEN, ROUNDS
from streams.adapters.supervision.catalogue import CATALOGUE, PREFIX

if TYPE_CHECKING:
    from monitoring.watched import Watched

pytestmark = [pytest.mark.broker, pytest.mark.prometheus, pytest.mark.timeout(180)]


def test_prometheus_finds_every_metric_of_the_catalogue_and_no_other(watched: Watched) -> None:
    def ours() -> dict[str, Any]:
        told = watched.prometheus.get("metadata")
        return {name: about[0] for name, about in told.items() if name.startswith(PREFIX)}

    watched.prometheus.wait_for(lambda: bool(ours()))
    found = ours()
    assert set(found) == {family.full_name for family in CATALOGUE}
    for family in CATALOGUE:
        about = found[family.full_name]
        assert about["type"] == {"info": "gauge"}.get(family.kind, family.kind)
        assert about["help"] == family.told


def test_every_series_has_the_labels_of_the_catalogue(watched: Watched) -> None:
    families = {family.full_name: family for family in CATALOGUE}
    for series in watched.prometheus.query('{__name__=~"news_streams_.+"}'):
        labels = dict(series["metric"])
        name = labels.pop("__name__")
        family = families.get(name) or families[re.sub(r"_(bucket|count|sum)$", "", name)]
        assert set(labels) - {"le", "job", "instance"} == set(family.label_names), name
        for label in family.labels:
            assert label.values is None or labels[label.name] in label.values, name


def test_counts_are_those_of_what_was_fed(watched: Watched) -> None:
    watched.wait_exactly('sum(news_streams_records_total{outcome="published"})', ROUNDS * ARTICLES)
    watched.wait_exactly('sum(news_streams_dead_letters_total{reason="bad_json",stage="decode"})', ROUNDS * BROKEN)
    watched.wait_exactly("sum(news_streams_end_to_end_latency_seconds_count)", ROUNDS * (ARTICLES + BROKEN))
    watched.wait_value("sum(news_streams_publish_latency_seconds_count)", ROUNDS * (ARTICLES + BROKEN))
    watched.wait_value("sum(news_streams_model_sentences_total)", ROUNDS * ARTICLES * 3)


def test_the_worker_tells_how_it_is(watched: Watched) -> None:
    for query, value in (
        ("news_streams_ready", 1),
        ("news_streams_broker_reachable", 1),
        ("news_streams_stall_timeout_seconds", 300),
        ("sum(news_streams_in_flight_records)", 0),
        ("sum(news_streams_partition_in_flight_records)", 0),
        ("news_streams_stalled_seconds", 0),
        ('sum(news_streams_consumer_lag_records{topic="news.articles.raw"})', 0),
        ('news_streams_commits_total{result="failed"}', 0),
        ("sum(news_streams_model_info) > bool 0", 1),
    ):
        watched.wait_exactly(query, value)
    watched.wait_value('news_streams_commits_total{result="done"}', 1)
    watched.wait_value("news_streams_assigned_partitions", 8)


@pytest.mark.parametrize("agent", ["repeats", "places", "trends"])
def test_what_remembers_tells_what_it_holds(watched: Watched, agent: str) -> None:
    for query in (
        f'sum(news_streams_agent_records_total{{agent="{agent}"}})',
        f'sum(news_streams_agent_duration_seconds_count{{agent="{agent}"}})',
        f'sum(news_streams_agent_latency_seconds_count{{agent="{agent}"}})',
        f'news_streams_held_rows{{agent="{agent}"}}',
        f'news_streams_changelog_rows_total{{agent="{agent}"}}',
        f'news_streams_changelog_bytes_total{{agent="{agent}"}}',
        f'news_streams_changelog_latency_seconds_count{{agent="{agent}"}}',
    ):
        watched.wait_value(query, ROUNDS)


def test_every_recording_rule_has_an_answer_and_no_alert_of_loss_or_lag_fires(watched: Watched) -> None:
    groups = watched.prometheus.get("rules")["groups"]
    recorded = [rule["name"] for group in groups for rule in group["rules"] if rule["type"] == "recording"]
    assert len(recorded) == 12
    for name in recorded:
        watched.prometheus.wait_for(lambda name=name: bool(watched.prometheus.query(name)))  # type: ignore[misc]
    unhealthy = [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"]
    assert unhealthy == []
    firing = {alert["labels"]["alertname"] for alert in watched.prometheus.get("alerts")["alerts"]}
    assert firing <= {"NewsStreamsDeadLetterRatio"}, "three records in twenty-three are broken on purpose"
