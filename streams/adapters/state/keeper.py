"""The partitions of one stage that the group gave us: opened together, closed when they are another's."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from streams.adapters.state.partition import StatePartition
from streams.adapters.state.stores import MemoryStore, RocksStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from streams.adapters.state.changelog import Changelog
    from streams.adapters.state.stores import Store

logger = logging.getLogger(__name__)


class Keeper:
    """Opens and closes partitions.

    Args:
        changelog: writes and reads.
        topic: of the changelog.
        folder: where RocksDB may keep rows; None keeps them in memory.
    """

    def __init__(self, changelog: Changelog, topic: str, folder: Path | None) -> None:
        self._changelog = changelog
        self._topic = topic
        self._folder = folder
        self._open: dict[int, StatePartition] = {}
        self.seconds = 0.0
        """Of the last opening."""

    def get(self, number: int) -> StatePartition | None:
        """Return a partition that is open."""
        return self._open.get(number)

    @property
    def partitions(self) -> Collection[StatePartition]:
        """Those that are open."""
        return self._open.values()

    def close(self, numbers: Iterable[int]) -> None:
        """Close partitions that another has, or will have."""
        for number in tuple(numbers):
            partition = self._open.pop(number, None)
            if partition is not None:
                partition.close()

    async def close_lost(self) -> list[int]:
        """Close the partitions that another owned meanwhile, while we stood still; return their numbers."""
        ours = await asyncio.gather(*(partition.is_ours() for partition in self._open.values()))
        lost = [number for number, is_ours in zip(self._open, ours, strict=True) if not is_ours]
        self.close(lost)
        return lost

    async def open(self, numbers: Collection[int]) -> list[StatePartition]:
        """Read partitions to their ends and make them ours.

        Raises:
            NewsStreamsError: the broker went away.
        """
        start = time.monotonic()
        opened = {
            number: StatePartition(self._changelog, self._topic, number, self._store(number)) for number in numbers
        }
        try:
            rows = await self._follow(opened)
            await asyncio.gather(*(partition.own() for partition in opened.values()))
        except BaseException:
            for partition in opened.values():
                partition.close()
            raise
        self._open.update(opened)
        self.seconds = time.monotonic() - start
        logger.info("%d rows of %s read in %.1f s", rows, self._topic, self.seconds)
        return list(opened.values())

    async def _follow(self, opened: dict[int, StatePartition]) -> int:
        count = 0
        starts = {number: partition.position for number, partition in opened.items()}
        async for rows in self._changelog.read(self._topic, starts):
            count += len(rows)
            for number, partition in opened.items():
                of_one = [row for row in rows if row.partition == number]
                if of_one:
                    partition.follow(of_one)
            await asyncio.sleep(0)
        return count

    def _store(self, number: int) -> Store:
        if self._folder is None:
            return MemoryStore()
        return RocksStore(self._folder / self._topic / str(number))
