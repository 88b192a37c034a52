"""Topics that someone deletes while a worker is at work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka.record.memory_records import MemoryRecords

from faults.clusters import PATIENCE, cluster, scene_on, wait_until
from faults.feeding import orders
from streams.adapters.accounting import input_of_article
from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.topic_layouts import create_missing
from streams.topics import ENRICHED, RAW, TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apache_kafka import ApacheKafka
    from faults.ledger import Input

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]

MEGABYTES_8 = 8 * 1024 * 1024


def test_an_output_topic_is_deleted_and_created_again(tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster") as kafka, scene_on(kafka, tmp_path, "1 node") as scene:
        scene.feeder.feed(orders(20_000))
        scene.crew.start()
        scene.wait_committed(2_000)
        with scene.fault():
            asyncio.run(delete(kafka.address, ENRICHED.name))
            # Kafka puts the folders aside first, for a minute: what stood in them is gone by the operator's will.
            wait_until(lambda: len(folders(kafka, ENRICHED.name)) == ENRICHED.partitions)
            deleted = frozenset(inputs(kafka, ENRICHED.name))
            asyncio.run(create(kafka.address))
        scene.recovered()
        ledger = scene.reckon("an output topic deleted, created again", deleted=deleted)
        assert deleted, "nothing had been published"
        assert len(ledger.outcomes) + len(deleted - ledger.outcomes.keys()) == len(ledger.raw)


async def delete(address: str, name: str) -> None:
    async with administration(address, PATIENCE) as client:
        await client.delete_topics([name])


async def create(address: str) -> None:
    async with administration(address, PATIENCE) as client:
        await create_missing(client, TOPICS, replication=1, max_record_bytes=MEGABYTES_8)


def folders(kafka: ApacheKafka, name: str) -> list[Path]:
    """Return the folders of a deleted topic's partitions that the broker has put aside."""
    return [path for node in kafka.nodes for path in (node.folder / "data").glob(f"{name}-*-delete")]


def inputs(kafka: ApacheKafka, name: str) -> Iterator[Input]:
    """Yield which raw records had their outcome in a deleted topic, by the files that are left of it."""
    for path in folders(kafka, name):
        for segment in path.glob("*.log"):
            for record in records_of(segment):
                origin = input_of_article(record)
                assert origin is not None
                assert origin.topic == RAW.name
                yield origin.partition, origin.offset


def records_of(segment: Path) -> Iterator[Any]:
    batches = MemoryRecords(segment.read_bytes())
    while (batch := batches.next_batch()) is not None:
        yield from batch
