"""The executor: one outcome per record, whatever the pipeline does."""

from __future__ import annotations

import asyncio
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from streams.adapters.executor import PipelineExecutor
from streams.errors import Reason, SettingsError
from streams.outcomes import DeadLettered, Dropped, Outcome
from streams.records import InboundRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RECORDS = [InboundRecord(value, datetime.now(UTC), offset=offset) for offset, value in enumerate((b"a", b"b", b"c"))]


class Pipeline:
    def __init__(self, process: Callable[[Sequence[InboundRecord]], list[Outcome]]) -> None:
        self.process = process


def fine(records: Sequence[InboundRecord]) -> list[Outcome]:
    return [Dropped(str(record.offset)) for record in records]


async def run(process: Callable[[Sequence[InboundRecord]], list[Outcome]]) -> list[Outcome]:
    executor = PipelineExecutor(lambda: Pipeline(process))
    await executor.load()
    try:
        return await executor.process(RECORDS)
    finally:
        executor.close()


async def test_gives_what_the_pipeline_gives() -> None:
    assert await run(fine) == [Dropped("0"), Dropped("1"), Dropped("2")]


@pytest.mark.parametrize(
    "error", [ValueError("b"), MemoryError(), RecursionError(), SystemExit(3), KeyboardInterrupt()]
)
async def test_a_record_that_raises_is_its_own_dead_letter(error: BaseException) -> None:
    def process(records: Sequence[InboundRecord]) -> list[Outcome]:
        if any(record.value == b"b" for record in records):
            raise error
        return fine(records)

    first, second, third = await run(process)
    assert (first, third) == (Dropped("0"), Dropped("2"))
    assert isinstance(second, DeadLettered)
    assert second.records[0].value == b"b"


@pytest.mark.parametrize("wrong", [[], [Dropped("x")] * 9])
async def test_a_wrong_number_of_outcomes_loses_nothing(wrong: list[Outcome]) -> None:
    outcomes = await run(lambda _: wrong)
    assert [outcome.records[0].value for outcome in outcomes] == [b"a", b"b", b"c"]
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, DeadLettered)} == {Reason.INTERNAL}


async def test_a_model_that_cannot_be_loaded_is_told() -> None:
    def load() -> Pipeline:
        msg = "setting model: nothing there"
        raise SettingsError(msg)

    executor = PipelineExecutor(load)
    with pytest.raises(SettingsError, match="nothing there"):
        await executor.load()
    assert not executor.loaded


async def test_works_in_threads_and_not_on_the_loop() -> None:
    both = threading.Barrier(2)
    names = set()

    def process(records: Sequence[InboundRecord]) -> list[Outcome]:
        names.add(threading.current_thread().name)
        both.wait(10)
        return fine(records)

    executor = PipelineExecutor(lambda: Pipeline(process), threads=2)
    await executor.load()
    await asyncio.gather(executor.process(RECORDS), executor.process(RECORDS))
    executor.close()
    assert len(names) == 2
    assert threading.main_thread().name not in names
    assert sys.getrecursionlimit() > 0
