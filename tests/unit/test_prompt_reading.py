"""Reading promptly: what Faust waits for is done, fails, waits or is stopped as if Faust itself had waited."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from mode import Service

from streams.adapters.workarounds.prompt_reading import read_promptly, take_ready


class Reader(Service):
    """What reads, as Faust's consumer does."""

    def __init__(self) -> None:
        super().__init__()
        self.suspended = asyncio.Event()
        self.done: list[int] = []
        self.gate = asyncio.Event()
        read_promptly(self)

    async def take(self, number: int, pauses: int = 0) -> int:
        try:
            for _ in range(pauses):
                await asyncio.sleep(0)
            if number < 0:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.done.append(1000)
            raise
        self.done.append(number)
        return number

    async def wait(self, number: int, pauses: int = 0) -> Any:
        return await self.wait_first(self.take(number, pauses), self.suspended.wait())


async def test_what_is_done_at_once_makes_no_task() -> None:
    reader, before = Reader(), asyncio.all_tasks()
    found = await reader.wait(7)
    assert (found.results, found.stopped, reader.done) == ([7], False, [7])
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("pauses", [1, 2, 5])
async def test_what_waits_goes_on_from_where_it_stands(pauses: int) -> None:
    reader = Reader()
    assert (await reader.wait(7, pauses)).results == [7]
    assert reader.done == [7]


async def test_what_waits_for_an_event_is_woken_by_it() -> None:
    reader = Reader()
    waiting = asyncio.create_task(reader.wait(-1))
    await asyncio.sleep(0)
    reader.gate.set()
    assert (await waiting).results == [-1]


async def test_a_suspended_flow_ends_the_wait_and_cancels_the_callback() -> None:
    reader = Reader()
    waiting = asyncio.create_task(reader.wait(-1))
    await asyncio.sleep(0)
    reader.suspended.set()
    await asyncio.wait_for(waiting, 10)
    await asyncio.sleep(0)
    assert reader.done == [1000]


async def test_a_stop_ends_the_wait() -> None:
    reader = Reader()
    await reader.start()
    waiting = asyncio.create_task(reader.wait(-1))
    await asyncio.sleep(0)
    await reader.stop()
    assert (await asyncio.wait_for(waiting, 10)).stopped


@pytest.mark.parametrize("pauses", [0, 2])
async def test_what_fails_fails(pauses: int) -> None:
    reader = Reader()

    async def fail() -> None:
        for _ in range(pauses):
            await asyncio.sleep(0)
        msg = "a defect"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="a defect"):
        await reader.wait_first(fail(), reader.suspended.wait())


def stream_of(*events: Any, active: bool = True) -> Any:
    queue: asyncio.Queue[Any] = asyncio.Queue()
    for event in events:
        queue.put_nowait(event)
    flow = SimpleNamespace(is_active=lambda: active)
    app = SimpleNamespace(flow_control=flow, consumer_generation_id=3, consumer=SimpleNamespace(unacked=set()))
    return SimpleNamespace(channel=SimpleNamespace(queue=queue), app=app)


class Message:
    """As Faust's: hashed by identity."""

    def __init__(self, generation: int) -> None:
        self.generation_id = generation
        self.tracked = False


def event_of(generation: int) -> Any:
    return SimpleNamespace(message=Message(generation))


async def test_what_lies_ready_is_taken_and_waited_for_by_a_rebalance() -> None:
    events = [event_of(3) for _ in range(3)]
    stream = stream_of(*events)
    assert list(take_ready(stream)) == events
    assert stream.app.consumer.unacked == {event.message for event in events}
    assert list(take_ready(stream)) == []


async def test_what_was_read_before_a_rebalance_is_left_to_whoever_has_its_partition_now() -> None:
    old, new = event_of(2), event_of(3)
    stream = stream_of(old, new)
    assert list(take_ready(stream)) == [new]
    assert stream.app.consumer.unacked == {new.message}
    assert list(take_ready(stream_of(event_of(3), active=False))) == []
