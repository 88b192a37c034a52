"""Bounds of memory: messages count while they are alive, whoever holds them."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

import pytest

from streams.adapters.processing import memory
from streams.adapters.processing.memory import OVERHEAD, Shelf, limit_memory
from streams.errors import SettingsError


class Message:
    tp = "raw"

    def __init__(self, size: int, offset: int = 0) -> None:
        self.offset = offset
        self.value, self.key, self.headers = b"x" * (size - OVERHEAD), None, [("none", None)]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PAUSES", (0.0, 0.001))


async def is_full(shelf: Shelf, message: Any) -> bool:
    try:
        async with asyncio.timeout(0.1):
            await shelf.put(message)
    except TimeoutError:
        return True
    return False


async def test_waits_while_what_is_alive_is_too_much() -> None:
    shelf = Shelf(3_000)
    held = [Message(1_000), Message(1_000)]
    for each in held:
        await shelf.put(each)
    assert shelf.held == 2_000 + 2 * len("none")
    late = Message(1_000)
    assert await is_full(shelf, late)
    held.pop()
    del each
    await asyncio.wait_for(shelf.put(late), 10)
    assert shelf.held == 2_000 + 2 * len("none")


async def test_one_message_is_always_let_in() -> None:
    shelf, huge = Shelf(1_000), Message(50_000)
    await asyncio.wait_for(shelf.put(huge), 10)
    assert await is_full(shelf, Message(1_000))


async def test_where_nothing_is_in_work_the_next_is_let_in() -> None:
    idle = False
    shelf, kept = Shelf(1_000, idle=lambda: idle), Message(900)
    await shelf.put(kept)
    assert await is_full(shelf, Message(900))
    idle = True
    await asyncio.wait_for(shelf.put(Message(900)), 10)
    del kept


async def test_a_message_that_only_its_own_circle_holds_makes_room() -> None:
    shelf, message = Shelf(1_000), Message(900)
    await shelf.put(message)
    message.circle = message  # type: ignore[attr-defined] # as an exception and its traceback are
    del message
    await asyncio.wait_for(shelf.put(Message(900)), 10)


async def test_one_that_is_not_let_in_does_not_count() -> None:
    shelf, first = Shelf(1_000), Message(900)
    assert shelf.take(first)
    assert not shelf.take(Message(900))
    waiting = asyncio.create_task(shelf.put(Message(900)))
    await asyncio.sleep(0.01)
    waiting.cancel()  # as Faust does when partitions are taken away
    await asyncio.gather(waiting, return_exceptions=True)
    assert shelf.held == 900 + len("none")


def test_a_limit_above_the_process_own_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    with pytest.raises(SettingsError, match="setting memory_limit: 200 is above the limit of this process, 100"):
        limit_memory(200)


def test_no_limit_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "setrlimit", lambda *_: pytest.fail("no limit was asked for"))
    limit_memory(0)
