"""One suite, two brokers: the embedded one and (marked `apache`) a real Apache Kafka, each with fresh topics."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from streams.adapters.broker import EmbeddedBroker
from streams.adapters.kafka.connection import administration, bootstrap_servers
from streams.adapters.kafka.topic_layouts import create_missing
from streams.adapters.processing.inbound import inbound
from streams.adapters.processing.publishing import send_bare
from streams.stages.dead_letter import dead_letter
from streams.topics import DEAD, RAW, TOPICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiokafka.admin import AIOKafkaAdminClient

    from apache_kafka import ApacheKafka
    from streams.errors import StageError
    from streams.records import InboundRecord, OutboundRecord

JARS = Path(__file__).parents[2] / ".kafka" / "jars"
"""Where Apache Kafka is kept between runs; git ignores it."""
both_brokers = pytest.mark.parametrize("broker_kind", ["embedded", pytest.param("apache", marks=pytest.mark.apache)])
"""The mark of a test, or of a module's, that runs on the embedded broker and again on Apache Kafka."""
PATIENCE = 60.0
QUIET = 0.5
"""Seconds without a record after which a topic counts as read, where a test does not say how many there are."""


class Topics:
    """Our topics on a broker: written and read as a test wants.

    Args:
        address: `kafka://host:port`.
        replication: copies of each partition.
    """

    def __init__(self, address: str, replication: int = 1) -> None:
        self.address = address
        self.replication = replication

    def make(self) -> Topics:
        """Create our topics anew, without a record."""
        asyncio.run(self._make())
        return self

    def clear(self) -> Topics:
        """Delete our topics, those of single rules as well."""
        asyncio.run(self._clear())
        return self

    async def _clear(self) -> None:
        async with administration(self.address, patience=30) as client:
            if old := await ours(client):
                await client.delete_topics(old)
            deadline = time.monotonic() + PATIENCE
            while await ours(client):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)

    async def _make(self) -> None:
        await self._clear()
        async with administration(self.address, patience=30) as client:
            names = {topic.name for topic in TOPICS}
            deadline = time.monotonic() + PATIENCE
            await create_missing(client, TOPICS, replication=self.replication, max_record_bytes=8 * 1024 * 1024)
            # Created is not yet known to everyone: until every partition has a leader, clients see none.
            while not all_led(await client.describe_topics(), names):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)

    def publish(self, records: Sequence[OutboundRecord], partition: int | None = None, **options: Any) -> None:
        """Publish records, all of them acknowledged, in one partition if one is named."""

        async def work() -> None:
            options.setdefault("max_request_size", 64_000_000)
            producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers(self.address), linger_ms=2, **options)
            await producer.start()
            try:
                for delivery in [await send(producer, record, partition) for record in records]:
                    await delivery
            finally:
                await producer.stop()

        asyncio.run(work())

    def read(self, *topics: str, at_least: int = 0) -> list[Any]:
        """Return all records, by topic, partition and offset; waits until so many are there, and a moment longer."""

        async def work() -> list[Any]:
            consumer = AIOKafkaConsumer(
                *topics,
                bootstrap_servers=bootstrap_servers(self.address),
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=32_000_000,
            )
            await consumer.start()
            found: list[Any] = []
            deadline, quiet = time.monotonic() + PATIENCE, time.monotonic() + QUIET
            try:
                while len(found) < at_least or time.monotonic() < quiet:
                    assert time.monotonic() < deadline, f"only {len(found)} of {at_least}"
                    for records in (await consumer.getmany(timeout_ms=100)).values():
                        found += records
                        quiet = time.monotonic() + QUIET
            finally:
                await consumer.stop()
            return sorted(found, key=lambda record: (record.topic, record.partition, record.offset))

        return asyncio.run(work())

    def commit(self, group: str, offsets: dict[int, int], topic: str = RAW.name) -> None:
        """Commit offsets of a topic as a worker of that group does."""

        async def work() -> None:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=bootstrap_servers(self.address), group_id=group, enable_auto_commit=False
            )
            await consumer.start()
            try:
                places = {TopicPartition(topic, number): offset for number, offset in offsets.items()}
                consumer.assign(list(places))
                await consumer.commit({place: OffsetAndMetadata(offset, "") for place, offset in places.items()})
            finally:
                await consumer.stop()

        asyncio.run(work())

    def bury(self, raw: Sequence[OutboundRecord], error: StageError, partition: int = 0) -> list[Any]:
        """Publish raw records and a dead letter of each; return the raw ones as they were read."""
        before = len(self.read(RAW.name))
        self.publish(raw, partition)
        records = [each for each in self.read(RAW.name, at_least=before + len(raw)) if each.partition == partition]
        records = records[-len(raw) :]
        self.publish([letter_of(each, error) for each in records], partition)
        return records

    def dead(self) -> list[Any]:
        """Return the dead letters and the marks beside them."""
        return self.read(DEAD.name)


async def ours(client: AIOKafkaAdminClient) -> list[str]:
    """Return the names of our topics on a broker."""
    return sorted(name for name in await client.list_topics() if name.startswith("news."))


def halt(broker: EmbeddedBroker | ApacheKafka) -> None:
    """Stop the broker; what it holds comes back with it on Apache Kafka alone."""
    if isinstance(broker, EmbeddedBroker):
        broker.stop()
    else:
        for node in broker.nodes:
            node.stop()


def resume(broker: EmbeddedBroker | ApacheKafka) -> None:
    """Start it again at the same address."""
    if isinstance(broker, EmbeddedBroker):
        broker.start()
    else:
        for node in broker.nodes:
            node.start()
            node.wait()


def all_led(topics: Sequence[Any], names: set[str]) -> bool:
    """Tell whether these topics have all their partitions, each with a leader."""
    leaders = {topic["topic"]: [each["leader"] for each in topic["partitions"]] for topic in topics}
    wanted = {topic.name: topic.partitions for topic in TOPICS}
    return all(len(leaders.get(name, ())) == wanted[name] and min(leaders[name]) >= 0 for name in names)


async def send(producer: AIOKafkaProducer, record: OutboundRecord, partition: int | None) -> Any:
    if record.key is None and record.value is None:
        return await send_bare(producer, record)
    return await producer.send(
        record.topic, record.value, record.key, partition=partition, headers=list(record.headers)
    )


def letter_of(record: Any, error: StageError) -> OutboundRecord:
    """Return the dead letter that the worker makes of a raw record."""
    return dead_letter(as_inbound(record), error, error.stage).records[0]


def as_inbound(record: Any) -> InboundRecord:
    return inbound(record)
