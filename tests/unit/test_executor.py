"""The executor: one outcome per record, whatever the pipeline does."""

from __future__ import annotations

import asyncio
import sys
import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from streams.adapters.processing.executor import MOST_HUNG, PipelineExecutor, TooManyHungError
from streams.adapters.supervision.metrics import Metrics
from streams.errors import Reason, SettingsError, Stage
from streams.outcomes import DeadLettered, Dropped, Outcome
from streams.records import InboundRecord
from streams.stages.dead_letter import dead_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RECORDS = [InboundRecord(value, datetime.now(UTC), offset=offset) for offset, value in enumerate((b"a", b"b", b"c"))]


class Pipeline:
    def __init__(self, process: Callable[[Sequence[InboundRecord]], list[Outcome]]) -> None:
        self.process = process


def fine(records: Sequence[InboundRecord]) -> list[Outcome]:
    return [Dropped(str(record.offset), ()) for record in records]


def executor_of(process: Callable[[Sequence[InboundRecord]], list[Outcome]], **options: Any) -> PipelineExecutor:
    return PipelineExecutor(lambda: partial(Pipeline, process), **options)


async def run(
    process: Callable[[Sequence[InboundRecord]], list[Outcome]],
    records: Sequence[InboundRecord] = RECORDS,
    **options: Any,
) -> list[Outcome]:
    executor = executor_of(process, **options)
    await executor.load()
    return await outcomes_of(executor, records)


async def outcomes_of(executor: PipelineExecutor, records: Sequence[InboundRecord] = RECORDS) -> list[Outcome]:
    async with asyncio.timeout(60):
        return [outcome async for outcome in executor.process(records)]


async def test_gives_what_the_pipeline_gives() -> None:
    assert await run(fine) == [Dropped("0", ()), Dropped("1", ()), Dropped("2", ())]


@pytest.mark.parametrize(
    "error", [ValueError("b"), MemoryError(), RecursionError(), SystemExit(3), KeyboardInterrupt()]
)
async def test_a_record_that_raises_is_its_own_dead_letter(error: BaseException) -> None:
    def process(records: Sequence[InboundRecord]) -> list[Outcome]:
        if any(record.value == b"b" for record in records):
            raise error
        return fine(records)

    first, second, third = await run(process)
    assert (first, third) == (Dropped("0", ()), Dropped("2", ()))
    assert isinstance(second, DeadLettered)
    assert second.records[0].value == b"b"


@pytest.mark.parametrize("wrong", [[], [Dropped("x", ())] * 9])
async def test_a_wrong_number_of_outcomes_loses_nothing(wrong: list[Outcome]) -> None:
    outcomes = await run(lambda _: wrong)
    assert [outcome.records[0].value for outcome in outcomes] == [b"a", b"b", b"c"]
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, DeadLettered)} == {Reason.INTERNAL}


async def test_a_model_that_cannot_be_loaded_is_told() -> None:
    def load() -> Callable[[], Pipeline]:
        msg = "setting model: nothing there"
        raise SettingsError(msg)

    executor = PipelineExecutor(load)
    with pytest.raises(SettingsError, match="nothing there"):
        await executor.load()
    assert not executor.loaded


async def test_records_wait_for_the_pipeline_that_is_still_made() -> None:
    made = threading.Event()

    def make() -> Pipeline:
        made.wait(10)
        return Pipeline(fine)

    executor = PipelineExecutor(lambda: make)
    making = await executor.load()
    batch = asyncio.create_task(outcomes_of(executor))
    given_up = asyncio.create_task(outcomes_of(executor))
    await asyncio.sleep(0.05)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert not executor.loaded
    assert not batch.done()
    made.set()
    assert await batch == fine(RECORDS)
    assert executor.loaded
    assert making.done()


async def test_works_in_threads_and_not_on_the_loop() -> None:
    both = threading.Barrier(2)
    names = set()

    def process(records: Sequence[InboundRecord]) -> list[Outcome]:
        names.add(threading.current_thread())
        both.wait(10)
        return fine(records)

    executor = PipelineExecutor(lambda: partial(Pipeline, process), threads=2)
    await executor.load()
    await asyncio.gather(outcomes_of(executor), outcomes_of(executor))
    assert len(names) == 2
    assert threading.main_thread() not in names
    assert sys.getrecursionlimit() > 0


def hang_on_b(records: Sequence[InboundRecord], until: threading.Event | None = None) -> list[Outcome]:
    if any(record.value == b"b" for record in records):
        if until is not None:
            until.wait()
        while True:
            pass
    return fine(records)


async def test_a_record_that_hangs_is_its_own_dead_letter() -> None:
    metrics = Metrics()
    first, second, third = await run(hang_on_b, time_limit=0.2, gauge=metrics.hung)
    assert (first, third) == (Dropped("0", ()), Dropped("2", ()))
    assert isinstance(second, DeadLettered)
    assert (second.stage, second.reason) == (Stage.ENRICH, Reason.TIMEOUT)
    assert second.records[0].value == b"b"
    while metrics.registry.get_sample_value("news_streams_hung_threads"):  # noqa: ASYNC110 - threads tell of no event
        await asyncio.sleep(0.01)  # an endless loop of Python code is ended


async def test_a_thread_that_no_exception_reaches_is_counted_until_it_ends() -> None:
    metrics, until = Metrics(), threading.Event()
    await run(lambda records: hang_on_b(records, until), time_limit=0.2, gauge=metrics.hung)
    assert metrics.registry.get_sample_value("news_streams_hung_threads") == 2, "the batch, and the record alone"
    until.set()
    while metrics.registry.get_sample_value("news_streams_hung_threads"):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.01)


async def test_too_many_that_hang_end_it_after_the_last_ones_dead_letter() -> None:
    until = threading.Event()
    executor = executor_of(lambda records: hang_on_b(records, until), time_limit=0.05)
    await executor.load()
    records = [RECORDS[1]] * (MOST_HUNG + 3) + [RECORDS[0]]
    found: list[Outcome] = []

    async def collect() -> None:
        async for outcome in executor.process(records):
            found.append(outcome)  # noqa: PERF401 - kept although it raises

    with pytest.raises(TooManyHungError, match="4 threads hang"):
        await collect()
    assert [outcome.name for outcome in found] == ["dead_lettered"] * MOST_HUNG, "the first thread is the batch's"
    assert [outcome async for outcome in executor.process([RECORDS[0]])] == [Dropped("0", ())], "one beside it goes on"
    until.set()


async def test_what_found_no_memory_is_tried_alone() -> None:
    def process(records: Sequence[InboundRecord]) -> list[Outcome]:
        if len(records) > 1:
            return [dead_letter(record, MemoryError(), Stage.DECODE) for record in records]
        if records[0].value == b"b":
            raise MemoryError
        return fine(records)

    first, second, third = await run(process)
    assert (first, third) == (Dropped("0", ()), Dropped("2", ()))
    assert isinstance(second, DeadLettered)
    assert second.reason is Reason.OUT_OF_MEMORY


async def test_nothing_is_in_work_beside_what_is_tried_alone() -> None:
    working, alone, most_beside = 0, threading.Event(), []

    def process(records: Sequence[InboundRecord]) -> list[Outcome]:
        nonlocal working
        working += 1
        try:
            if len(records) > 1:
                return [dead_letter(record, MemoryError(), Stage.ENRICH) for record in records]
            alone.wait(0.02)
            most_beside.append(working)
            return fine(records)
        finally:
            working -= 1

    executor = executor_of(process)
    await executor.load()
    everything = await asyncio.gather(*(outcomes_of(executor) for _ in range(6)))
    assert everything == [fine(RECORDS)] * 6
    assert set(most_beside) == {1}


async def test_no_thread_to_be_had_is_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    executor = executor_of(fine)
    await executor.load()

    def start(thread: threading.Thread) -> None:
        del thread
        msg = "can't start new thread"
        raise RuntimeError(msg)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        outcomes = await outcomes_of(executor)
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, DeadLettered)} == {Reason.OUT_OF_MEMORY}
    assert len(outcomes) == 3
