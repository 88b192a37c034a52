"""One partition's life: read to the end, made ours, changed batch by batch, lost to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.adapters.state.tables import StoredTables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from streams.adapters.state.changelog import Changelog, KeptRow
    from streams.adapters.state.stores import Changes, Store

EPOCH: Final = b"\0epoch\0"
"""Row with the epoch of the last owner."""
ROWS_AT_A_TIME: Final = 10_000


class FencedError(Exception):
    """Another worker has taken this partition over, and the group has not told us yet."""


class StatePartition:
    """The tables of one partition of a stage, and where they are kept.

    Args:
        changelog: writes and reads.
        topic: of the changelog.
        number: of the partition.
        store: the rows as they were kept on this machine, if they were.
    """

    def __init__(self, changelog: Changelog, topic: str, number: int, store: Store) -> None:
        self.number = number
        self.tables = StoredTables(store)
        self._changelog = changelog
        self._topic = topic
        self._store = store
        self._epoch = int(store.get(EPOCH) or 0)

    @property
    def position(self) -> int:
        """The offset of the changelog that the rows stand at."""
        return self._store.position

    @property
    def rows(self) -> int:
        """About how many rows are held."""
        return len(self._store)

    def follow(self, rows: Sequence[KeptRow]) -> None:
        """Take rows that were read from the changelog, in order."""
        for start in range(0, len(rows), ROWS_AT_A_TIME):
            piece = rows[start : start + ROWS_AT_A_TIME]
            self._store.write(self._valid(piece), piece[-1].offset + 1)

    def _valid(self, rows: Iterable[KeptRow]) -> Changes:
        """Return the rows that were written by who owned the partition then."""
        changes: Changes = {}
        for row in rows:
            if row.epoch >= self._epoch:
                self._epoch = row.epoch
                changes[row.key] = row.value
        return changes

    async def own(self) -> None:
        """Make the partition ours, at the end of its changelog: raise the epoch, and see that nobody was faster."""
        while True:
            self._epoch += 1
            if await self.is_ours():
                return
            position = self.position
            async for rows in self._read_on():
                self.follow(rows)
            if self.position == position:
                # Our mark is not behind it: the rows on this machine are of a topic that was there before this one.
                self._store.wipe()
                self._epoch = 0

    async def is_ours(self) -> bool:
        """Tell whether nobody owned the partition since we did; what was changed and not kept must be kept before."""
        found = await self._changelog.append(self._topic, self.number, self._mark, self._epoch)
        if found != self.position:
            return False
        self._store.write(self._mark, found + 1)
        return True

    @property
    def _mark(self) -> Changes:
        return {EPOCH: str(self._epoch).encode()}

    async def keep(self) -> None:
        """Write what was changed to the changelog, then to the store.

        Raises:
            FencedError: another has the partition: nothing was kept, the tables are worth nothing any more.
            KafkaError: it is not known whether it was kept; likewise.
        """
        changes = self.tables.changes
        if not changes:
            return
        found = await self._changelog.append(self._topic, self.number, changes, self._epoch)
        if found != self.position:
            await self._require_stale(found)
        count = len(changes)
        self._store.write(self.tables.take(), found + count)

    async def _require_stale(self, end: int) -> None:
        """Check that what came between was written by somebody whose time was over.

        Raises:
            FencedError: ours is over.
        """
        async for rows in self._read_on():
            for row in rows:
                if row.offset < end and row.epoch > self._epoch:
                    msg = f"another worker has {self._topic}/{self.number}: epoch {row.epoch} is above ours, {self._epoch}"
                    raise FencedError(msg)

    def _read_on(self) -> AsyncIterator[Sequence[KeptRow]]:
        return self._changelog.read(self._topic, {self.number: self.position})

    def close(self) -> None:
        """Let go of the rows."""
        self._store.close()
