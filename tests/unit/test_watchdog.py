"""The watchdog's judgement, tick by tick, and its thread."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace

import pytest

from streams.adapters.supervision.exit_codes import ExitCode
from streams.adapters.supervision.watchdog import Progress, Pulse, Watchdog, Work

WORKING = Pulse({"articles": Work(0, waiting=True)}, joined=True, reachable=True)
IDLE = replace(WORKING, work={"articles": Work(0, waiting=False)})
PATIENCE = 10


def ticks(progress: Progress, *pulses: Pulse | None) -> tuple[int, ExitCode] | None:
    """When it ends and how; None where it does not."""
    for number, pulse in enumerate(pulses):
        if verdict := progress.take(pulse):
            return number, verdict.code
    return None


def test_work_and_no_ack_is_a_stall() -> None:
    assert ticks(Progress(PATIENCE), *[WORKING] * 50) == (PATIENCE, ExitCode.STALLED)


def test_every_ack_begins_the_time_anew() -> None:
    pulses = [replace(WORKING, work={"articles": Work(number // 9, waiting=True)}) for number in range(500)]
    assert ticks(Progress(PATIENCE), *pulses) is None


def test_an_agent_that_stands_still_beside_one_that_works_is_a_stall() -> None:
    progress = Progress(PATIENCE)
    pulses = [
        replace(WORKING, work={"articles": Work(number, waiting=True), "desk": Work(3, waiting=True)})
        for number in range(50)
    ]
    assert ticks(progress, *pulses) == (PATIENCE, ExitCode.STALLED)
    verdict = progress.take(pulses[-1])
    assert verdict is not None
    assert verdict.why == "desk: records to work on, and none acked"


def test_one_that_has_nothing_to_do_beside_one_that_works_is_none() -> None:
    pulses = [
        replace(WORKING, work={"articles": Work(number, waiting=True), "desk": Work(3, waiting=False)})
        for number in range(500)
    ]
    assert ticks(Progress(PATIENCE), *pulses) is None


def test_nothing_to_do_is_no_stall() -> None:
    assert ticks(Progress(PATIENCE), *[IDLE] * 500) is None


def test_a_broker_that_is_away_stops_the_time_and_does_not_wind_it_back() -> None:
    progress = Progress(PATIENCE)
    away = [replace(WORKING, reachable=False)] * 500
    assert ticks(progress, *[WORKING] * 6, *away) is None
    assert ticks(progress, *[WORKING] * 50) == (4, ExitCode.STALLED)


def test_a_silent_loop_is_a_stall_whatever_the_broker_does() -> None:
    assert ticks(Progress(PATIENCE), replace(WORKING, reachable=False), *[None] * 50) == (PATIENCE, ExitCode.STALLED)


def test_a_loop_that_is_slow_is_none() -> None:
    assert ticks(Progress(PATIENCE), *[None, None, IDLE] * 100) is None


@pytest.mark.parametrize("waiting", [True, False])
def test_no_place_in_the_group_is_told_apart(waiting: bool) -> None:  # noqa: FBT001
    outside = replace(WORKING, joined=False, work={"articles": Work(0, waiting=waiting)})
    assert ticks(Progress(PATIENCE), *[outside] * 50) == (PATIENCE - 1, ExitCode.UNJOINED)
    assert ticks(Progress(PATIENCE), *[replace(outside, reachable=False)] * 500) is None
    assert ticks(Progress(PATIENCE), *([outside] * 9 + [WORKING]) * 5, *[outside] * 9) is None


def test_asks_for_the_broker_half_way() -> None:
    progress = Progress(PATIENCE)
    asked = []
    for _ in range(PATIENCE):
        progress.take(WORKING)
        asked.append(progress.suspicious)
    assert asked == [False] * 5 + [True] * 5


async def ended(watchdog: Watchdog, told: threading.Event) -> None:
    async with watchdog:
        await asyncio.to_thread(told.wait, 60)


async def test_ends_a_worker_that_stalls_and_asks_the_broker_before() -> None:
    told, calls, asked = threading.Event(), [], []

    def end(code: ExitCode, why: str) -> None:
        calls.append((code, why))
        told.set()

    async def answers() -> bool:
        asked.append(watchdog.progressing)
        return True

    watchdog = Watchdog(1.0, lambda reachable: replace(WORKING, reachable=reachable), answers, end)
    assert watchdog.progressing
    await ended(watchdog, told)
    assert calls == [(ExitCode.STALLED, "articles: records to work on, and none acked for 1 s")]
    assert not any(asked), "half of the patience is over: /ready says so"
    assert asked


async def test_waits_for_a_broker_that_is_away() -> None:
    told, answered = threading.Event(), asyncio.Event()

    async def away() -> bool:
        answered.set()
        return False

    watchdog = Watchdog(1.0, lambda reachable: replace(WORKING, reachable=reachable), away, lambda *_: told.set())
    async with watchdog:
        await asyncio.wait_for(answered.wait(), 60)
        await asyncio.sleep(1.5)
        assert not watchdog.reachable
        assert not told.is_set()


async def test_sees_a_loop_that_is_blocked() -> None:
    told, calls = threading.Event(), []

    async def answers() -> bool:
        return True

    def end(code: ExitCode, why: str) -> None:
        calls.append((code, why))
        told.set()

    async with Watchdog(1.0, lambda _: IDLE, answers, end):
        deadline = time.monotonic() + 60
        while not told.is_set() and time.monotonic() < deadline:
            time.sleep(0.01)  # noqa: ASYNC251 - this is the fault
    assert calls == [(ExitCode.STALLED, "the event loop is blocked for 1 s")]


async def test_the_kernels_timer_runs_before_the_first_record_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[float] = []
    monkeypatch.setattr("signal.setitimer", lambda _, seconds: timers.append(seconds))

    async def answers() -> bool:
        return True

    async with Watchdog(600.0, lambda _: IDLE, answers, lambda *_: None):
        # Its thread has not ticked: nothing here waits for a second.
        assert timers[:1] == [1200.0]
