"""A topic that is read deleted, or deleted and made again, under a running worker: nothing of the new one is passed over."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka.admin import NewTopic

from brokers import Topics, both_brokers
from streams.adapters.kafka.connection import administration
from streams.adapters.supervision.exit_codes import ExitCode
from streams.records import OutboundRecord
from streams.topics import ENRICHED, RAW, READ
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.topics import Topic

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180), both_brokers]

COUNTING = [sys.executable, str(Path(__file__).with_name("counting_worker.py"))]
ANSWERED = 'news_streams_agent_records_total{agent="repeats",outcome="published"}'
PUBLISHED = 'news_streams_records_total{outcome="published"}'


async def replace(address: str, *, make_again: bool, topic: Topic = RAW) -> None:
    async with administration(address) as client:
        await client.delete_topics([topic.name])
        # The broker tells nobody when it is done.
        while any(each["topic"] == topic.name for each in await client.describe_topics()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        if make_again:
            await client.create_topics([NewTopic(topic.name, topic.partitions, 1)])


def test_a_new_topic_of_the_same_name_is_read_from_its_beginning(
    topics: Any, produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    produce([order(f"old {number}") for number in range(400)])
    worker = start_worker()
    worker.wait_for(lambda: worker.metric(PUBLISHED) >= 400)
    asyncio.run(replace(topics.address, make_again=True))
    produce([order(f"new {number}") for number in range(800)])
    assert worker.process.wait(60) == ExitCode.REPLACED
    assert f"topic {RAW.name} " in worker.log
    start_worker()
    assert {f"new {number}" for number in range(800)} <= outputs.wait(
        enriched={f"new {number}" for number in range(800)}
    ).enriched.keys()


def test_a_worker_whose_topic_is_gone_ends(topics: Any, produce: Callable[..., None], start_worker: Any) -> None:
    produce([order("one")])
    worker = start_worker()
    worker.wait_for(lambda: worker.metric(PUBLISHED) >= 1)
    asyncio.run(replace(topics.address, make_again=False))
    assert worker.process.wait(60) == ExitCode.REPLACED
    assert f"topic {RAW.name} is gone" in worker.log


def publish(address: str, what: str, count: int) -> None:
    records = [OutboundRecord(READ.name, f"{what} {number}".encode(), b"{}") for number in range(count)]
    Topics(address).publish(records)


def test_a_topic_between_two_stages_is_read_from_its_beginning_as_well(topics: Any, start_worker: Any) -> None:
    publish(topics.address, "old", 400)
    worker = start_worker(COUNTING)
    worker.wait_for(lambda: worker.metric(ANSWERED) >= 400)
    asyncio.run(replace(topics.address, make_again=True, topic=READ))
    publish(topics.address, "new", 800)
    assert worker.process.wait(60) == ExitCode.REPLACED
    assert f"topic {READ.name} " in worker.log
    start_worker(COUNTING)
    answers = Topics(topics.address).read(ENRICHED.name, at_least=1200)
    assert {f"new {number}".encode() for number in range(800)} <= {record.key for record in answers}
