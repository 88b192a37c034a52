"""The partitions of a stage that remembers, each with its work and its tables."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from streams.adapters.state.stores import MemoryStore
from streams.adapters.state.tables import StoredTables
from streams.errors import LET_THROUGH, Reason, RouteError
from streams.stages.dead_letter import dead_letter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from faust.types import Message

    from streams.adapters.processing.breaker import TrippedError
    from streams.adapters.state.keeper import Keeper
    from streams.outcomes import DeadLettered
    from streams.records import InboundRecord
    from streams.stateful.work import Answer, Remembering, Work

MOST_BYTES: Final = 8 * 1024 * 1024
"""Bytes of rows that one record may change."""


@dataclass(frozen=True, slots=True)
class Told:
    """One record and what came of it.

    Attributes:
        message: to ack.
        record: what it holds.
        answer: of the stage, a dead letter, or why the worker must end instead of publishing it.
    """

    message: Message
    record: InboundRecord
    answer: Answer | DeadLettered | TrippedError

    @property
    def outcome(self) -> Answer | DeadLettered:
        """The answer where it is to be published."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def halted(self, error: TrippedError) -> Told:
        """Return it with the error that ends the worker."""
        return replace(self, answer=error)


@dataclass(frozen=True, slots=True)
class Room:
    """One partition."""

    tables: StoredTables
    work: Work


class Rooms:
    """The partitions that the group gave us.

    Args:
        stage: whose.
        keeper: of the tables; None for a stage without.
    """

    def __init__(self, stage: Remembering, keeper: Keeper | None) -> None:
        self._stage = stage
        self._keeper = keeper
        self._rooms: dict[int, Room] = {}

    def has(self, number: int) -> bool:
        """Tell whether a partition is open."""
        return number in self._rooms

    @property
    def bytes_changed(self) -> int:
        """Of the rows that were changed and not kept yet."""
        return sum(room.tables.bytes_changed for room in self._rooms.values())

    @property
    def rows(self) -> int:
        """About how many rows are held in all partitions."""
        return sum(partition.rows for partition in self._keeper.partitions) if self._keeper is not None else 0

    def close(self, wanted: Collection[int]) -> None:
        """Close all partitions but these."""
        gone = [number for number in self._rooms if number not in wanted]
        for number in gone:
            del self._rooms[number]
        if self._keeper is not None:
            self._keeper.close(gone)

    def missing(self, wanted: Collection[int]) -> list[int]:
        """Return those of these partitions that are not open."""
        return [number for number in wanted if number not in self._rooms]

    async def open(self, wanted: Collection[int]) -> float:
        """Open those of these partitions that are not open; return how long the reading took in seconds.

        Raises:
            NewsStreamsError: the broker went away.
        """
        if self._keeper is None:
            self._rooms |= {number: self._furnish(StoredTables(MemoryStore())) for number in self.missing(wanted)}
            return 0.0
        for number in await self._keeper.close_lost():
            self._rooms.pop(number, None)
        missing = self.missing(wanted)
        if not missing:
            return 0.0
        for partition in await self._keeper.open(missing):
            # In a thread: a stage may read all its rows first.
            self._rooms[partition.number] = await asyncio.to_thread(self._furnish, partition.tables)
        return self._keeper.seconds

    def _furnish(self, tables: StoredTables) -> Room:
        return Room(tables, self._stage.open(tables))

    def answer(self, message: Message, record: InboundRecord) -> Told:
        """Answer a record; where the stage fails its changes are undone, and the record is dead."""
        room = self._rooms[record.partition]
        before = room.tables.bytes_changed
        answer: Answer | DeadLettered
        try:
            answer = room.work.take(record)
            if room.tables.bytes_changed - before > MOST_BYTES:
                changed = room.tables.bytes_changed - before
                raise RouteError(Reason.TOO_LARGE, f"it changes {changed} bytes of rows, over {MOST_BYTES}")  # noqa: TRY301
        except LET_THROUGH:
            raise
        except BaseException as error:  # noqa: BLE001 - nothing that a record does ends a worker
            room.tables.undo()
            answer = dead_letter(record, error, self._stage.name)
        room.tables.settle()
        return Told(message, record, answer)

    def tick(self, now: float) -> Iterator[Answer]:
        """Do what is due by the clock in each partition."""
        for room in self._rooms.values():
            yield room.work.tick(now)
            room.tables.settle()

    async def keep(self) -> tuple[int, int]:
        """Keep the rows that were changed; return how many, and their bytes.

        Raises:
            FencedError: another has a partition.
            KafkaError: it is not known whether they were kept.
        """
        changed = [room for room in self._rooms.values() if room.tables.changes]
        rows = sum(len(room.tables.changes) for room in changed)
        size = self.bytes_changed
        if self._keeper is not None:
            await asyncio.gather(*(each.keep() for each in self._keeper.partitions))
        return rows, size
