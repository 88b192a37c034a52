"""Reading promptly: what is read is delivered once and in order, held back where there is no room, and left alone in a rebalance."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import nullcontext, suppress
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from faust.transport.consumer import Consumer as FaustConsumer
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP
from intervaltree import IntervalTree
from mode import Service
from mode.utils.queues import FlowControlEvent, ThrowableQueue

from bare_streams import message_of, stream_of
from streams.adapters.processing.memory import Shelf
from streams.adapters.workarounds.prompt_reading import YIELD_EVERY, PromptReading, messages


async def test_the_messages_end_when_their_agent_is_stopped() -> None:
    flow = FlowControlEvent(initially_suspended=False)
    flow.resume()
    channel = Channel(flow, 10)
    stream = stream_of()
    stream.channel = channel
    found: list[Any] = []

    async def read() -> None:
        async for message in messages(stream):
            found.append(message)  # noqa: PERF401 - what came before the end counts

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    first = message_of()
    channel.queue.put_nowait(first)
    await asyncio.sleep(0.01)
    channel.queue._throw(StopAsyncIteration())
    await asyncio.wait_for(reading, 10)
    assert found == [first]


class StoppedError(Exception):
    """What a client raises that was stopped while it was asked."""


class Channel:
    """A stream's, hashed by identity."""

    def __init__(self, flow: FlowControlEvent, size: int) -> None:
        self.queue: ThrowableQueue[Any] = ThrowableQueue(maxsize=size, flow_control=flow, clear_on_resume=True)

    def offsets(self) -> list[int]:
        return [self.queue.get_nowait().offset for _ in range(self.queue.qsize())]


class Consumer(Service):
    """Faust's consumer as far as reading goes, over fetches that lie ready; stops when they are read."""

    consumer_stopped_errors = (StoppedError,)
    scheduler = DefaultSchedulingStrategy()

    def __init__(
        self, *fetches: Any, size: int = 1_000, room: int = 10_000_000, commit_every: int | None = None
    ) -> None:
        super().__init__()
        self.fetches = list(fetches)
        self.flow = FlowControlEvent(initially_suspended=False)
        self.flow.resume()
        self.channel = Channel(self.flow, size)
        self.flowing = False
        self.active: set[TP] | None = None
        self.generation = 3
        self.suspend_flow, self.can_resume_flow = asyncio.Event(), asyncio.Event()
        self.told: list[tuple[str, Any]] = []
        self.gaps: list[tuple[int, int]] = []
        self.read_to: dict[Any, int] = {}
        self._buffered_partitions: set[TP] = set()
        self._read_offset: dict[Any, int | None] = defaultdict(lambda: None)
        self._commit_every, self._n_acked, self.commits = commit_every, 0, 0
        topics = SimpleNamespace(
            _topic_name_index=defaultdict(set, raw={self.channel}), acks_enabled_for=lambda topic: topic == "raw"
        )
        self.app = SimpleNamespace(flow_control=self.flow, topics=topics, consumer_generation_id=3, should_stop=False)
        self.reading = PromptReading(self.app, self, Shelf(room), self.read_to)

    @property
    def flow_active(self) -> bool:
        return self.flowing or self.flow.is_active()

    async def _wait_next_records(self, timeout: float) -> tuple[Any, Any]:  # noqa: ASYNC109 - as Faust's
        assert timeout > 0
        if not self.fetches:
            self._stopped.set()
            return None, self.active
        fetch = self.fetches.pop(0)
        if isinstance(fetch, BaseException):
            raise fetch
        return fetch, self.active

    def _to_message(self, tp: Any, record: Any) -> Any:
        return message_of(
            self.app.consumer_generation_id, tp=tp, value=b"x" * 100, key=b"", headers=(), **record.__dict__
        )

    async def _add_gap(self, tp: Any, start: int, end: int) -> None:
        assert tp.topic == "raw"
        self.gaps.append((start, end))

    async def commit(self) -> None:
        self.commits += 1

    def on_buffer_full(self, tp: Any) -> None:
        assert isinstance(tp, TP)
        self.told.append(("full", tp))

    def on_buffer_drop(self, tp: Any) -> None:
        assert isinstance(tp, TP)
        self.told.append(("drop", tp))

    async def drain(self) -> list[int]:
        async with asyncio.timeout(10):
            await self.reading.drain(Service())
        return self.channel.offsets()


class Counting(Consumer):
    """One that counts what may be committed as Faust does."""

    _new_offset, _should_commit = FaustConsumer._new_offset, FaustConsumer._should_commit

    def begin_at(self, offset: int) -> None:
        partition = TopicPartition("raw", 0)
        self._gap, self._acked, self._acked_index = defaultdict(IntervalTree), defaultdict(list), defaultdict(set)
        self._unacked_messages, self._waiting_for_ack = set(), None
        self._read_offset[partition], self._committed_offset = offset, {partition: offset}

    async def _add_gap(self, tp: Any, start: int, end: int) -> None:
        await FaustConsumer._add_gap(self, tp, start, end)

    async def drain_and_ack(self) -> None:
        await self.reading.drain(Service())
        while self.channel.queue.qsize():
            message = self.channel.queue.get_nowait()
            message.acked = False
            FaustConsumer.ack(self, message)

    def committable(self) -> dict[Any, int]:
        return dict(FaustConsumer._filter_committable_offsets(self, list(self._acked)))


def fetch_of(*offsets: int, partition: int = 0, topic: str = "raw") -> Any:
    """What aiokafka gives: records by partitions of its own kind."""
    return {
        TopicPartition(topic, partition): [
            SimpleNamespace(topic=topic, partition=partition, offset=offset) for offset in offsets
        ]
    }


async def test_what_is_read_is_delivered_in_order_and_once() -> None:
    consumer = Consumer(fetch_of(0, 1, 2), None, fetch_of(1, 2, 3), fetch_of(4))
    assert await consumer.drain() == [0, 1, 2, 3, 4]
    assert consumer.read_to == {TopicPartition("raw", 0): 5}


async def test_partitions_and_topics_take_turns() -> None:
    consumer = Consumer(fetch_of(0, 1, 2) | fetch_of(10, 11, partition=1) | fetch_of(5, topic="nobody"))
    assert await consumer.drain() == [0, 10, 1, 11, 2]


async def test_a_gap_is_told_so_that_commits_go_past_it() -> None:
    consumer = Consumer(fetch_of(3, 4, 8, 9))
    await consumer.drain()
    assert consumer.gaps == [(5, 7)], "without the record behind it, which is acked by itself"


async def test_a_commit_goes_past_a_gap_behind_every_record() -> None:
    """As transactions of one record leave them, by Faust's own count."""
    consumer = Counting(fetch_of(*range(1000, 1800, 2)))
    consumer.begin_at(1000)
    await consumer.drain_and_ack()
    assert consumer.committable() == {TopicPartition("raw", 0): 1799}
    assert not consumer._acked[TopicPartition("raw", 0)], "nothing is kept"


async def test_a_partition_that_is_held_back_is_not_read_unless_it_was_fetched_already() -> None:
    consumer = Consumer(fetch_of(0) | fetch_of(10, partition=1) | fetch_of(20, partition=2))
    consumer.active = {TP("raw", 0)}
    consumer._buffered_partitions = {TP("raw", 2)}
    assert await consumer.drain() == [0, 20]


async def test_many_acks_are_committed_on_the_way() -> None:
    consumer = Consumer(fetch_of(0, 1, 2), commit_every=5)
    consumer._n_acked = 5
    await consumer.drain()
    assert consumer.commits == 1
    assert consumer._n_acked == 0


async def test_the_event_loop_has_turns() -> None:
    consumer, turns = Consumer(fetch_of(*range(5 * YIELD_EVERY))), 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await consumer.drain()
    counting.cancel()
    assert turns >= 5


async def test_a_queue_that_is_nearly_full_holds_back_its_partitions_until_it_is_not() -> None:
    consumer = Consumer(fetch_of(*range(6)) | fetch_of(*range(10, 16), partition=1), size=10)
    reading = asyncio.create_task(consumer.reading.drain(Service()))
    await asyncio.sleep(0.01)
    assert consumer.told == [("full", ("raw", 0)), ("full", ("raw", 1))]
    assert not reading.done(), "there is no room for the last ones"
    queue = consumer.channel.queue
    found = [(await asyncio.wait_for(queue.get(), 10)).offset for _ in range(12)]
    await asyncio.wait_for(reading, 10)
    await asyncio.sleep(0)
    assert found == [0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15]
    with suppress(asyncio.QueueEmpty):
        queue.get_nowait()
    assert sorted(consumer.told[2:]) == [("drop", ("raw", 0)), ("drop", ("raw", 1))]


async def test_bytes_without_room_wait_for_it() -> None:
    consumer = Consumer(fetch_of(0, 1), room=700)
    reading = asyncio.create_task(consumer.reading.drain(Service()))
    await asyncio.sleep(0.01)
    assert consumer.channel.queue.qsize() == 1
    assert consumer.read_to == {TopicPartition("raw", 0): 2}, "it is in our hands, though it waits"
    assert consumer.channel.offsets() == [0]
    await asyncio.wait_for(reading, 10)
    assert consumer.channel.offsets() == [1]


async def test_a_rebalance_ends_the_wait_and_the_rest_is_left() -> None:
    consumer = Consumer(fetch_of(0, 1, 2, 3), size=1)
    reading = asyncio.create_task(consumer.reading.drain(Service()))
    await asyncio.sleep(0.01)
    assert not reading.done()
    consumer.flow.suspend()
    consumer.suspend_flow.set()
    await asyncio.wait_for(reading, 10)
    assert consumer.channel.offsets() == [0]
    assert consumer.read_to == {TopicPartition("raw", 0): 2}, "the one that waited, and none behind it"


async def test_nothing_goes_into_a_queue_while_agents_are_held_back() -> None:
    consumer = Consumer(fetch_of(0, 1))
    consumer.flowing = True
    consumer.flow.suspend()
    reading = asyncio.create_task(consumer.reading.drain(Service()))
    await asyncio.sleep(0.01)
    assert not consumer.channel.queue.qsize()
    consumer.flow.resume()
    await asyncio.wait_for(reading, 10)
    assert consumer.channel.offsets() == [0, 1]


async def test_a_queue_that_is_cleared_over_a_message_that_waits_does_not_end_the_reading() -> None:
    consumer = Consumer(fetch_of(0, 1, 2), fetch_of(3), size=1)
    reading = asyncio.create_task(consumer.reading.drain(Service()))
    await asyncio.sleep(0.01)
    consumer.flow.suspend()
    consumer.flow.resume()  # before the reading had a turn
    await asyncio.sleep(0.01)
    found = []
    while not reading.done() or consumer.channel.queue.qsize():
        found += consumer.channel.offsets()
        await asyncio.sleep(0)
    await reading
    assert found == [2, 3]


async def test_a_wait_that_is_cancelled_itself_ends() -> None:
    consumer = Consumer(fetch_of(0, 1), size=1)
    reading = asyncio.create_task(consumer.reading.drain(Service()))
    await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(reading, 10)


async def test_what_was_kept_and_is_fetched_again_is_delivered_once() -> None:
    consumer = Consumer(fetch_of(10, 11), fetch_of(10, 11, 12))
    consumer.flow.suspend()
    reading = asyncio.create_task(consumer.drain())
    await asyncio.sleep(0.01)
    consumer.flow.resume()
    consumer.can_resume_flow.set()
    assert await reading == [10, 11, 12]
    assert consumer.gaps == []


@pytest.mark.parametrize("generation", [3, 4])
async def test_what_comes_before_the_flow_goes_on_is_kept_where_it_is_ours(generation: int) -> None:
    """The client has passed it: nobody else would read it again, unless it was sought back after that."""
    old, new = (fetch_of(10, 11), fetch_of(12)) if generation == 3 else (fetch_of(20, 21), fetch_of(10, 11, 12))
    consumer = Consumer(old, new)
    consumer.flow.suspend()
    reading = asyncio.create_task(consumer.drain())
    await asyncio.sleep(0.01)
    assert not consumer.channel.queue.qsize()
    consumer.app.consumer_generation_id = generation
    consumer.flow.resume()
    consumer.can_resume_flow.set()
    assert await reading == [10, 11, 12]
    assert consumer.gaps == [], "no commit goes past what was not delivered"


async def test_another_generation_ends_the_fetch() -> None:
    consumer = Consumer(fetch_of(*range(3 * YIELD_EVERY)))
    reading = asyncio.create_task(consumer.reading.drain(Service()))
    while not consumer.channel.queue.qsize():  # noqa: ASYNC110 - it tells of no event
        await asyncio.sleep(0)
    consumer.app.consumer_generation_id = 4
    await asyncio.wait_for(reading, 10)
    assert consumer.channel.offsets() == list(range(YIELD_EVERY))


@pytest.mark.parametrize("error", [StoppedError(), asyncio.CancelledError()])
@pytest.mark.parametrize("stopping", [True, False])
async def test_a_client_that_is_gone_is_a_failure_unless_we_stop(error: BaseException, stopping: bool) -> None:  # noqa: FBT001
    consumer = Consumer(error)
    consumer.app.should_stop = stopping
    with nullcontext() if stopping else pytest.raises(type(error)):
        await consumer.drain()


async def taken(stream: Any) -> list[Any]:
    """Return what is taken of a stream until it has no more."""
    found: list[Any] = []

    async def take() -> None:
        async for message in messages(stream):
            found.append(message)  # noqa: PERF401 - it ends by a time-out

    with suppress(TimeoutError):
        await asyncio.wait_for(take(), 0.05)
    return found


async def test_what_is_taken_is_waited_for_by_a_rebalance() -> None:
    ready = [message_of() for _ in range(3)]
    stream = stream_of(*ready)
    assert await taken(stream) == ready
    assert stream.app.consumer.unacked == {*ready}
    assert all(message.tracked for message in ready)


async def test_what_was_read_before_a_rebalance_is_left_to_whoever_has_its_partition_now() -> None:
    old, new = message_of(2), message_of()
    stream = stream_of(old, new)
    assert await taken(stream) == [new]
    assert stream.app.consumer.unacked == {new}
    assert await taken(stream_of(message_of(), active=False)) == []
