"""Faust's own rebalance and recovery over a consumer whose seek takes a while: nothing is read before it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import IllegalStateError
from faust.types import TP

from streams.adapters.workarounds.faust_worker import NewsApp
from streams.adapters.workarounds.seek_before_flow import SeekBeforeFlow

ONE = TP("raw", 0)


class Consumer:
    """What the rebalance asks of Faust's."""

    def __init__(self) -> None:
        self.flow_active = True
        self.partitions: set[TP] = set()
        self.sought = asyncio.Event()

    def assignment(self) -> set[TP]:
        return set(self.partitions)

    def stop_flow(self) -> None:
        self.flow_active = False

    def resume_flow(self) -> None:
        self.flow_active = True

    def pause_partitions(self, partitions: set[TP]) -> None:
        """Pause nothing: what is looked at is the flow."""

    def resume_partitions(self, partitions: set[TP]) -> None:
        """Resume nothing."""

    async def wait_empty(self) -> None:
        """Wait for nothing."""

    async def perform_seek(self) -> None:
        await self.sought.wait()


class Worker:
    """A worker in its fifth generation, without partitions or with one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *partitions: TP) -> None:
        self.consumer = Consumer()
        self.consumer.partitions = set(partitions)
        self.app = NewsApp("test", broker="kafka://127.0.0.1:1", autodiscover=False)
        self.app._consumer = self.consumer
        self.app.let_go = lambda: None
        self.app._flow = SeekBeforeFlow(self.app, self.consumer)
        self.app.consumer_generation_id = 5
        self.app.flow_control.resume()
        monkeypatch.setattr(NewsApp, "_fetcher", SimpleNamespace(maybe_start=lambda: asyncio.sleep(0)))

    @property
    def flows(self) -> tuple[bool, bool]:
        return self.consumer.flow_active, self.app.flow_control.is_active()

    async def revoke(self) -> None:
        self.app.on_rebalance_start()
        await self.app._on_partitions_revoked(self.consumer.assignment())

    def assign(self, generation: int, *partitions: TP) -> None:
        """Up to where Faust tells its recovery."""
        self.app.consumer_generation_id = generation
        self.consumer.partitions = set(partitions)
        self.app._flow.on_assigned()

    def recover(self) -> asyncio.Task[Any]:
        return asyncio.create_task(self.app.tables.recovery._resume_streams(self.app.consumer_generation_id))

    async def begin_to_recover(self, generation: int, *partitions: TP) -> asyncio.Task[Any]:
        """A whole rebalance, until its seek is under way."""
        await self.revoke()
        self.assign(generation, *partitions)
        recovery = self.recover()
        await asyncio.sleep(0.01)
        return recovery


async def test_a_worker_without_partitions_reads_nothing_of_the_next_ones_before_their_seek(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = Worker(monkeypatch)
    recovery = await worker.begin_to_recover(6, ONE)
    assert worker.flows == (False, False)
    worker.consumer.sought.set()
    await recovery
    assert worker.flows == (True, True)


async def test_a_seek_that_a_rebalance_overtakes_lets_nothing_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(monkeypatch, ONE)
    overtaken = await worker.begin_to_recover(6, ONE)
    await worker.revoke()
    worker.consumer.sought.set()
    with pytest.raises(IllegalStateError):  # after which Faust waits for the next assignment
        await overtaken
    assert worker.flows == (False, False)
    worker.assign(7, ONE)
    await worker.recover()
    assert worker.flows == (True, True)


async def test_nor_one_that_ends_when_there_is_another_assignment(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker(monkeypatch, ONE)
    overtaken = await worker.begin_to_recover(6, ONE)
    await worker.revoke()
    worker.assign(7, ONE)
    worker.consumer.sought.set()
    with pytest.raises(IllegalStateError):
        await overtaken
    assert worker.flows == (False, False)


async def test_an_assignment_without_partitions_lets_nothing_go_on_in_the_next_rebalance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = Worker(monkeypatch)
    await worker.revoke()
    worker.assign(6)
    await worker.revoke()
    await worker.recover()
    assert not worker.consumer.flow_active
    worker.assign(7)
    await worker.recover()
    assert worker.flows == (True, True)
