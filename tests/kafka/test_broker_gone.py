"""A broker that goes away, and comes back: the worker waits, and still stops when it is told to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from apache_kafka import ApacheKafka
from brokers import JARS, both_brokers, halt, resume
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180), both_brokers]

PUBLISHED = 'news_streams_records_total{outcome="published"}'


@pytest.fixture
def apache_kafka(tmp_path: Path) -> Iterator[ApacheKafka]:
    """One of this test's own, since it is stopped."""
    settings = {"group.min.session.timeout.ms": "1000"}
    with ApacheKafka(tmp_path / "cluster", JARS, settings=settings) as running:
        yield running


def test_stops_while_the_broker_is_gone(topics: Any, start_worker: Any) -> None:
    worker = start_worker()
    halt(topics)
    time.sleep(1)
    assert worker.stop() == 0


def test_publishing_waits_for_a_broker_that_comes_back(
    topics: Any, produce: Callable[..., None], start_worker: Any
) -> None:
    # The embedded broker comes back empty: the worker must neither end nor ack what it could not publish.
    produce([order("s", "slow") for _ in range(200)])
    worker = start_worker()
    worker.wait_for(lambda: worker.metric(PUBLISHED) >= 5)
    halt(topics)
    worker.wait_for(lambda: worker.metric("news_streams_publish_retries_total") > 0)
    assert worker.get("/live")[0] == 200
    resume(topics)
    worker.wait_for(lambda: worker.metric("news_streams_in_flight_records") == 0)
