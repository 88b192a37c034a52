"""A real Prometheus scrapes a real worker: what it finds is the catalogue, and the recording rules have answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from monitoring.conftest import ARTICLES, BROKEN, ROUNDS
from streams.adapters.supervision.catalogue import CATALOGUE, PREFIX

if TYPE_CHECKING:
    from monitoring.watched import Watched

pytestmark = [pytest.mark.broker, pytest.mark.prometheus, pytest.mark.timeout(180)]


def test_prometheus_finds_every_metric_of_the_catalogue_and_no_other(watched: Watched) -> None:
    told = watched.prometheus.get("metadata")
    ours = {name: about[0] for name, about in told.items() if name.startswith(PREFIX)}
    assert set(ours) == {family.full_name for family in CATALOGUE}
    for family in CATALOGUE:
        about = ours[family.full_name]
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
    value = watched.prometheus.value
    assert value('sum(news_streams_records_total{outcome="published"})') == ROUNDS * ARTICLES
    assert value('sum(news_streams_dead_letters_total{reason="bad_json",stage="decode"})') == ROUNDS * BROKEN
    assert value("sum(news_streams_end_to_end_latency_seconds_count)") == ROUNDS * (ARTICLES + BROKEN)
    assert value("sum(news_streams_publish_latency_seconds_count)") >= ROUNDS * (ARTICLES + BROKEN)  # type: ignore[operator]
    assert value("sum(news_streams_model_sentences_total)") >= ROUNDS * ARTICLES * 3  # type: ignore[operator]


def test_the_worker_tells_how_it_is(watched: Watched) -> None:
    value = watched.prometheus.value
    assert value("news_streams_ready") == 1
    assert value("news_streams_broker_reachable") == 1
    assert value("news_streams_stalled_seconds") == 0
    assert value("news_streams_stall_timeout_seconds") == 300
    assert value("news_streams_assigned_partitions") >= 8  # type: ignore[operator]
    watched.wait_value('news_streams_commits_total{result="done"}', 1)
    assert value('news_streams_commits_total{result="failed"}') == 0
    assert value("news_streams_model_info") == 1
    watched.prometheus.wait_for(lambda: value("sum(news_streams_partition_in_flight_records)") == 0)
    watched.prometheus.wait_for(lambda: value('sum(news_streams_consumer_lag_records{topic="news.articles.raw"})') == 0)


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
