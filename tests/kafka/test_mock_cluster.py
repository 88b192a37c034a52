"""What our clients do with answers that a real broker gives rarely: errors of the protocol, told beforehand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from brokers import Topics
from mock_cluster import Fault, MockCluster, Request
from streams.adapters.kafka.connection import bootstrap_servers
from streams.adapters.processing.publishing import Publisher, RefusedError
from streams.adapters.supervision.metrics import Metrics
from streams.adapters.workarounds.strict_offsets import fetch_offsets_strictly
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.topics import ENRICHED, MENTIONED, RAW

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(120)

PASSING = [
    Fault.CORRUPT_MESSAGE,
    Fault.LEADER_NOT_AVAILABLE,
    Fault.NOT_LEADER,
    Fault.REQUEST_TIMED_OUT,
    Fault.NOT_ENOUGH_REPLICAS,
    Fault.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    Fault.TOPIC_AUTHORIZATION_FAILED,
]
"""Produce errors that are over some time, the last one when an operator mends a grant."""
LOADING = (Fault.NOT_COORDINATOR, Fault.COORDINATOR_LOAD_IN_PROGRESS, Fault.COORDINATOR_NOT_AVAILABLE)


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    with MockCluster([RAW.name, ENRICHED.name, MENTIONED.name]) as running:
        yield running


def outcome(number: int) -> list[OutboundRecord]:
    name = b"%d" % number
    return [OutboundRecord(topic, name, name) for topic in (ENRICHED.name, MENTIONED.name)]


async def publish(address: str, *outcomes: list[OutboundRecord]) -> float:
    """Publish all of them at once and return how often that was tried again."""
    metrics = Metrics()
    publisher = Publisher(Settings.load(broker=address), metrics)
    await publisher.start()
    try:
        await asyncio.gather(*(publisher.publish(each) for each in outcomes))
    finally:
        await publisher.stop()
    return metrics.registry.get_sample_value("news_streams_publish_retries_total") or 0.0


def published(address: str, at_least: int) -> dict[str, list[bytes]]:
    """Return the keys by topic, in the order of a partition."""
    keys: dict[str, list[bytes]] = {ENRICHED.name: [], MENTIONED.name: []}
    for record in Topics(address).read(ENRICHED.name, MENTIONED.name, at_least=at_least):
        keys[record.topic].append(record.key)
    return keys


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_published_once_it_has_passed(cluster: MockCluster, fault: Fault) -> None:
    cluster.fail(Request.PRODUCE, *[fault] * 5)
    asyncio.run(publish(cluster.address, *map(outcome, range(200))))
    for keys in published(cluster.address, 400).values():
        assert set(keys) == {b"%d" % number for number in range(200)}


def test_a_mixture_of_faults_loses_nothing(cluster: MockCluster) -> None:
    cluster.fail(Request.PRODUCE, *PASSING[:-1] * 2)
    cluster.delay(0.02)
    asyncio.run(publish(cluster.address, *map(outcome, range(300))))
    cluster.delay(0)
    for keys in published(cluster.address, 600).values():
        assert set(keys) == {b"%d" % number for number in range(300)}


def test_what_the_broker_never_takes_is_refused(cluster: MockCluster) -> None:
    cluster.fail(Request.PRODUCE, *[Fault.MESSAGE_TOO_LARGE] * 2)
    with pytest.raises(RefusedError, match="MessageSizeTooLarge"):
        asyncio.run(publish(cluster.address, outcome(0)))


def test_a_broker_that_goes_down_is_waited_for(cluster: MockCluster) -> None:
    address = cluster.address

    async def work() -> None:
        publisher = Publisher(Settings.load(broker=address), Metrics())
        await publisher.start()
        try:
            await publisher.publish(outcome(0))
            cluster.take_down()
            waiting = asyncio.create_task(publisher.publish(outcome(1)))
            done, _ = await asyncio.wait([waiting], timeout=1)
            assert not done, "published without a broker"
            cluster.bring_up()
            await waiting
        finally:
            await publisher.stop()

    asyncio.run(work())
    assert all(set(keys) == {b"0", b"1"} for keys in published(address, 4).values())


@pytest.mark.parametrize("faults", [LOADING[:1], LOADING[1:2], LOADING[2:], LOADING], ids=str)
def test_a_coordinator_that_is_loading_is_no_group_without_offsets(
    cluster: MockCluster, faults: tuple[Fault, ...]
) -> None:
    # The mock tells an error by partition; in Apache Kafka's own form it is in tests/unit/test_strict_offsets.py.
    fetch_offsets_strictly()
    place = TopicPartition(RAW.name, 2)

    async def work() -> int | None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap_servers(cluster.address), group_id="g", enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign([place])
            await consumer.commit({place: OffsetAndMetadata(17, "")})
            cluster.fail(Request.OFFSET_FETCH, *faults)
            offset: int | None = await consumer.committed(place)
            return offset
        finally:
            await consumer.stop()

    assert asyncio.run(work()) == 17
