"""Offsets without a record to read are no work: the lag goes to nothing, and the watchdog of a worker that waits has no reason."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import RecordsToDelete

from streams.adapters.kafka.connection import administration, bootstrap_servers
from streams.topics import RAW
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable

    from brokers import Topics

pytestmark = [pytest.mark.apache, pytest.mark.timeout(180)]

LAGS = [
    f'news_streams_consumer_lag_records{{partition="{number}",topic="{RAW.name}"}}' for number in range(RAW.partitions)
]
PUBLISHED = 'news_streams_records_total{outcome="published"}'
COUNT = 40


def wait_idle(worker: Any, published: int) -> None:
    """Wait until all is done, and nothing is said to be left in any partition."""
    worker.wait_for(lambda: worker.metric(PUBLISHED) >= published)
    worker.wait_for(lambda: all(f"{lag} 0.0" in worker.get("/metrics")[1] for lag in LAGS))
    assert worker.stop() == 0


async def produce(address: str, **options: Any) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers(address), **options)
    await producer.start()
    try:
        async with producer.transaction():
            for number in range(COUNT):
                partition = number % RAW.partitions
                await producer.send_and_wait(RAW.name, order(f"a{number}"), partition=partition)
    finally:
        await producer.stop()


async def delete(address: str) -> None:
    async with administration(address) as client:
        ends = {TopicPartition(RAW.name, number): RecordsToDelete(before_offset=-1) for number in range(RAW.partitions)}
        await client.delete_records(ends)


def test_the_mark_of_a_transaction_at_the_end(apache_topics: Topics, start_worker_at: Callable[..., Any]) -> None:
    asyncio.run(produce(apache_topics.address, transactional_id="crawler"))
    wait_idle(start_worker_at(apache_topics.address), COUNT)


def test_records_that_are_gone_before_they_were_read(
    apache_topics: Topics, start_worker_at: Callable[..., Any]
) -> None:
    asyncio.run(produce(apache_topics.address, transactional_id="crawler"))
    apache_topics.commit("idle", dict.fromkeys(range(RAW.partitions), 1))
    asyncio.run(delete(apache_topics.address))
    wait_idle(start_worker_at(apache_topics.address, group="idle"), 0)


def test_what_another_worker_did_meanwhile(apache_topics: Topics, start_worker_at: Callable[..., Any]) -> None:
    asyncio.run(produce(apache_topics.address, transactional_id="crawler"))
    first = start_worker_at(apache_topics.address, group="shared")
    first.wait_for(lambda: first.metric(PUBLISHED) >= COUNT)
    second = start_worker_at(apache_topics.address, group="shared")
    first.wait_for(lambda: first.metric("news_streams_assigned_partitions") < RAW.partitions)
    asyncio.run(produce(apache_topics.address, transactional_id="crawler"))
    first.wait_for(lambda: first.metric(PUBLISHED) + second.metric(PUBLISHED) >= 2 * COUNT)
    assert second.stop() == 0
    first.wait_for(lambda: first.metric("news_streams_assigned_partitions") == RAW.partitions)
    wait_idle(first, COUNT)
