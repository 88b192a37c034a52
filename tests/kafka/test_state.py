"""What a stage remembers, on a broker: kept, read back, fenced from who only believes to own it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from brokers import Topics, both_brokers
from streams.adapters.state.changelog import Changelog
from streams.adapters.state.keeper import Keeper
from streams.adapters.state.partition import FencedError
from streams.settings import Settings
from streams.topics import REPEATS_STATE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

    from streams.adapters.state.partition import StatePartition

pytestmark = both_brokers
TOPIC = REPEATS_STATE.name


@asynccontextmanager
async def started(address: str) -> AsyncIterator[Changelog]:
    changelog = Changelog(Settings.load(broker=address))
    await changelog.start()
    try:
        yield changelog
    finally:
        await changelog.stop()


async def opened(changelog: Changelog, folder: Path | None = None, number: int = 0) -> StatePartition:
    (partition,) = await Keeper(changelog, TOPIC, folder).open([number])
    return partition


async def put(partition: StatePartition, **rows: Any) -> None:
    partition.tables.json("t").update(rows)
    partition.tables.settle()
    await partition.keep()


def table(partition: StatePartition) -> dict[str, Any]:
    return dict(partition.tables.json("t"))


Run = "Callable[[Callable[[Changelog], Coroutine[Any, Any, None]]], None]"


@pytest.fixture
def run(topics: Any) -> Callable[[Callable[[Changelog], Coroutine[Any, Any, None]]], None]:
    def run_it(work: Callable[[Changelog], Coroutine[Any, Any, None]]) -> None:
        async def main() -> None:
            async with started(topics.address) as changelog:
                await work(changelog)

        asyncio.run(main())

    return run_it


def test_rows_are_there_for_the_next_owner(run: Any) -> None:
    async def work(changelog: Changelog) -> None:
        first = await opened(changelog)
        await put(first, a=1, b=2)
        first.tables.json("t").pop("a")
        await put(first, c=[3])
        assert table(first) == table(await opened(changelog)) == {"b": 2, "c": [3]}

    run(work)


def test_partitions_are_kept_apart(run: Any) -> None:
    async def work(changelog: Changelog) -> None:
        keeper = Keeper(changelog, TOPIC, None)
        for partition in await keeper.open([0, 3, 5]):
            await put(partition, own=partition.number)
        again = Keeper(changelog, TOPIC, None)
        assert {each.number: table(each) for each in await again.open([5, 3])} == {5: {"own": 5}, 3: {"own": 3}}

    run(work)


def test_an_owner_that_was_replaced_is_told_and_leaves_no_trace(run: Any) -> None:
    async def work(changelog: Changelog) -> None:
        sleeper = await opened(changelog)
        await put(sleeper, a="before")
        owner = await opened(changelog)
        sleeper.tables.json("t")["a"] = "stale"
        with pytest.raises(FencedError, match=r"another worker has news\.state\.repeats/0: epoch 2 is above ours, 1"):
            await sleeper.keep()
        await put(owner, b="after")
        assert table(owner) == table(await opened(changelog)) == {"a": "before", "b": "after"}

    run(work)


def test_a_large_state_is_read_in_pieces(run: Any) -> None:
    async def work(changelog: Changelog) -> None:
        first = await opened(changelog)
        for start in range(0, 30_000, 3_000):
            await put(first, **{f"row {number}": "x" * 100 for number in range(start, start + 3_000)})
        assert len(table(await opened(changelog))) == 30_000

    run(work)


def test_rows_on_disk_spare_the_reading(run: Any, tmp_path: Path) -> None:
    async def work(changelog: Changelog) -> None:
        first = await opened(changelog, tmp_path)
        await put(first, a=1)
        first.close()
        elsewhere = await opened(changelog)
        await put(elsewhere, b=2)
        read: list[int] = []
        reading = changelog.read

        async def count(topic: str, starts: Any) -> AsyncIterator[Any]:
            async for rows in reading(topic, starts):
                read.append(len(rows))
                yield rows

        changelog.read = count  # type: ignore[method-assign] # to see what is read
        again = await opened(changelog, tmp_path)
        assert table(again) == {"a": 1, "b": 2}
        assert sum(read) == 2, "the other owner's mark and row, not the first owner's"
        again.close()

    run(work)


def test_rows_on_disk_of_another_topic_of_that_name_are_forgotten(run: Any, topics: Any, tmp_path: Path) -> None:
    async def fill(changelog: Changelog) -> None:
        first = await opened(changelog, tmp_path)
        for number in range(5):
            await put(first, **{f"old {number}": number})
        first.close()

    async def look(changelog: Changelog) -> None:
        again = await opened(changelog, tmp_path)
        assert table(again) == {}
        await put(again, new=1)
        again.close()
        assert table(await opened(changelog)) == {"new": 1}

    run(fill)
    Topics(topics.address).make()
    run(look)
