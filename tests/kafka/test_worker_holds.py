"""What makes a worker hold, on both brokers: records that hang, a pipeline that fails, a worker that stalls."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from brokers import both_brokers
from streams.adapters.supervision.catalogue import ENDS
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180), both_brokers]

PUBLISHED = 'news_streams_records_total{outcome="published"}'
HUNG = "news_streams_hung_threads"
QUICK = {"article_timeout": "0.5"}


def names(count: int, prefix: str = "a") -> set[str]:
    return {f"{prefix}{index}" for index in range(count)}


def reasons(outputs: Any) -> set[bytes]:
    return {dict(letter.headers)["__connect.errors.reason"] for letter in outputs.dead}


def test_a_record_that_hangs_is_a_dead_letter_and_the_others_go_on(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    good = names(60)
    produce([*(order(n) for n in good), order("h", "hang"), *(order(n) for n in names(60, "b"))])
    worker = start_worker(**QUICK)
    outputs.wait(enriched=good | names(60, "b"), dead=1)
    assert reasons(outputs) == {b"timeout"}
    worker.wait_for(lambda: worker.metric(HUNG) == 0)
    assert worker.stop() == 0


def test_records_that_stick_end_the_worker_and_do_not_come_back(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    stuck, good = names(6, "s"), names(60)
    produce([*(order(n, "stick") for n in stuck), *(order(n) for n in good)])
    codes = []
    for _ in range(6):
        worker = start_worker(**QUICK, ready=False)
        if not ended(worker, lambda: set(outputs.settle(0.2).enriched) >= good):
            break
        codes.append(worker.process.wait(60))
        assert "threads hang in the pipeline; stopping" in worker.log
    assert set(codes) == {80}
    outputs.wait(enriched=good, dead=6)
    assert reasons(outputs) == {b"timeout"}
    assert len(outputs.settle().dead) == 6, "each is tried by one worker only"


def ended(worker: Any, done: Callable[[], bool]) -> bool:
    """Wait until the worker ends or all is done; tell whether it ended."""
    while worker.process.poll() is None:
        if done():
            return False
    return True


def test_a_worker_that_fails_at_everything_stops_and_drains_nothing(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    produce([order(n) for n in names(20)])
    worker = start_worker(breaker_records="50", breaker_ratio="0.9")
    outputs.wait(enriched=names(20))
    produce([order(n, "raise_") for n in names(500, "r")])
    assert worker.process.wait(60) == 81
    assert "of the last 50 records failed, the last with out_of_memory in enrich; stopping" in worker.log
    assert len(outputs.settle().dead) == 44, "the 45th of 50 would be nine tenths"
    again = start_worker(ready=False, breaker_records="50", breaker_ratio="0.9")
    assert again.process.wait(60) == 81
    assert len(outputs.settle().dead) == 44 + 4, "the next goes on where it ended, and stops sooner"
    other = start_worker(breaker_records="0")
    outputs.wait(enriched=names(20), dead=500)
    assert len({letter.key for letter in outputs.settle().dead}) == len(outputs.dead) == 500
    assert other.stop() == 0


def test_nothing_but_bad_records_flow_to_the_dead_letters(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    produce([b"no json"] * 400 + [order("a0")])
    worker = start_worker()
    outputs.wait(enriched=names(1), dead=400)
    assert worker.stop() == 0


def test_a_worker_whose_event_loop_is_blocked_ends_itself(produce: Callable[..., None], start_worker: Any) -> None:
    produce([order("f", "freeze")])
    worker = start_worker(ready=False, article_timeout="0.5", stall_timeout="6", stop_timeout="1")
    assert worker.process.wait(60) == 82
    assert "the event loop is blocked for 6 s; stopping" in worker.log
    assert "Thread 0x" in worker.log, "the stacks show where"


def test_a_worker_whose_threads_cannot_run_is_ended_by_the_kernel(
    produce: Callable[..., None], start_worker: Any
) -> None:
    produce([order("l", "lock")])
    worker = start_worker(ready=False, article_timeout="0.2", stall_timeout="6")
    assert worker.process.wait(60) == -signal.SIGALRM
    assert re.search(r"in lock$", worker.log, re.MULTILINE), "the stacks show where"


def test_a_record_that_eats_memory_is_a_dead_letter(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    good = names(60)
    produce([*(order(n) for n in good), order("e", "eat"), *(order(n) for n in names(60, "b"))])
    worker = start_worker(memory_limit=str(250 * 1024 * 1024))
    outputs.wait(enriched=good | names(60, "b"), dead=1)
    assert reasons(outputs) == {b"out_of_memory"}
    assert peak(worker) < 400 * 1024 * 1024
    assert worker.stop() == 0


def test_large_records_are_bounded_in_bytes(produce: Callable[..., None], start_worker: Any, outputs: Any) -> None:
    held = "news_streams_held_bytes"
    produce([(b"s", order("s", "stick"), []), *((b"s", order(n, pad="x" * 7_900_000), []) for n in names(12))])
    worker = start_worker(in_flight_bytes=str(20_000_000), article_timeout="10")
    worker.wait_for(lambda: worker.metric(held) > 15_000_000)
    outputs.settle(2)
    assert worker.metric(held) < 20_000_000, "one hangs, and no more is read"
    outputs.wait(enriched=names(12), dead=1)
    assert peak(worker) < 400 * 1024 * 1024
    worker.wait_for(lambda: worker.metric("news_streams_in_flight_records") == 0)


def test_accounts_add_up_after_a_mixed_run_and_a_rebalance(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    good, dead, dropped = names(300), names(40, "d"), names(20, "x")
    produce([order(n, "slow") for n in good] + [order(n, "dead") for n in dead] + [order(n, "drop") for n in dropped])
    first = start_worker()
    first.wait_for(lambda: first.metric(PUBLISHED) > 10)
    second = start_worker()
    outputs.wait(enriched=good, dead=40)
    for worker in (first, second):
        worker.wait_for(lambda worker=worker: worker.metric("news_streams_in_flight_records") == 0)
    totals = [accounts(worker) for worker in (first, second)]
    for total in totals:
        for partition in range(8):
            ended = sum(value for (number, end), value in total.items() if number == partition and end != "read")
            assert total[partition, "read"] == ended
    everything = {end: sum(each[number, end] for each in totals for number in range(8)) for end in ENDS}
    # What was acked and not yet committed when the second came is read, and counted, again.
    least = {"published": 300, "dropped": 20, "dead_lettered": 40}
    assert all(everything[end] >= count for end, count in least.items())
    read = sum(each[number, "read"] for each in totals for number in range(8))
    assert read - everything["let_go"] == sum(everything[end] for end in least)


def accounts(worker: Any) -> dict[tuple[int, str], float]:
    page = worker.get("/metrics")[1]
    found = {}
    for number in range(8):
        found[number, "read"] = sample(page, f'read_records_total{{partition="{number}"}}')
        for end in ENDS:
            found[number, end] = sample(page, f'records_total{{outcome="{end}",partition="{number}"}}')
    return found


def sample(page: str, line: str) -> float:
    (found,) = [each for each in page.splitlines() if each.startswith(f"news_streams_partition_{line} ")]
    return float(found.rsplit(" ", 1)[1])


def peak(worker: Any) -> int:
    """The most bytes of memory that a worker ever had."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    (line,) = [each for each in status.splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1024
