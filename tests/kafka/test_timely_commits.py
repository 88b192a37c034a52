"""A commit that is tried again over a rebalance does not overwrite that of whoever has the partition now."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CommitFailedError, KafkaConnectionError
from aiokafka.protocol.commit import OffsetCommitRequest

from brokers import both_brokers
from streams.adapters.kafka.connection import bootstrap_servers
from streams.adapters.workarounds.timely_commits import commit_timely
from streams.topics import RAW

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]


def consumer(address: str, group: str) -> Any:
    return AIOKafkaConsumer(
        RAW.name,
        bootstrap_servers=bootstrap_servers(address),
        group_id=group,
        enable_auto_commit=False,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=300,
    )


def cut(coordinator: Any) -> tuple[asyncio.Event, asyncio.Event]:
    """Let no commit through until the second of these is set; the first tells that one was tried."""
    tried, mended, send = asyncio.Event(), asyncio.Event(), coordinator._send_req

    async def send_unless_cut(request: Any) -> Any:
        if isinstance(request, OffsetCommitRequest) and not mended.is_set():
            tried.set()
            raise KafkaConnectionError
        return await send(request)

    coordinator._send_req = send_unless_cut
    return tried, mended


async def wait_until_shared(first: Any, second: Any) -> Any:
    """Return a partition that the second has taken over, once the first knows that it has gone."""
    while not second.assignment() or first.assignment() & second.assignment():  # noqa: ASYNC110 - as below
        await asyncio.sleep(0.05)
    return min(second.assignment())


@both_brokers
async def test_a_commit_of_before_a_rebalance_does_not_come_after_it(topics: Any) -> None:
    commit_timely()
    group = f"timely-{uuid.uuid4().hex}"
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(consumer(topics.address, group))
        while not first.assignment():  # noqa: ASYNC110 - aiokafka tells of no event
            await asyncio.sleep(0.05)
        tried, mended = cut(first._coordinator)
        late = asyncio.create_task(first.commit(dict.fromkeys(first.assignment(), 5)))
        await tried.wait()
        second = await stack.enter_async_context(consumer(topics.address, group))
        place = await wait_until_shared(first, second)
        await second.commit({place: 7})
        mended.set()
        with pytest.raises(CommitFailedError):
            await late
        assert await second.committed(place) == 7
        mine = min(first.assignment())
        await first.commit({mine: 9})
        assert await second.committed(mine) == 9
