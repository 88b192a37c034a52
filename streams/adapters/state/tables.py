"""Rows as tables: mappings of a stage over one partition's store, with changes that can be undone or taken."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.adapters.state.stores import Changes, Store

T = TypeVar("T")

_UNSET: Any = object()


class StoredTables:
    """The tables of one partition: `streams.stateful.work.Tables`.

    What is set stands above the store: seen at once, undone with `undo`, taken with `take`.

    Args:
        store: what was kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changes: Changes = {}
        self._before: dict[bytes, bytes | None] = {}
        self._tables: dict[str, Rows[Any]] = {}
        self.bytes_changed = 0
        self._bytes_settled = 0

    def json(self, name: str) -> MutableMapping[str, Any]:
        """Return a table of plain JSON values."""
        return self._tables.setdefault(name, Rows(self, name, dump, orjson.loads))

    def raw(self, name: str) -> MutableMapping[str, bytes]:
        """Return a table of bytes."""
        return self._tables.setdefault(name, Rows(self, name, bytes, bytes))

    def get(self, key: bytes) -> bytes | None:
        """Return a row as it is now."""
        found = self._changes.get(key, _UNSET)
        return self._store.get(key) if found is _UNSET else found

    def put(self, key: bytes, value: bytes | None) -> None:
        """Set a row, or remove it with None."""
        if key not in self._before:
            self._before[key] = self._changes.get(key, _UNSET)
        self._changes[key] = value
        self.bytes_changed += len(key) + len(value or b"")

    def items(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Return the rows of a table as they are now."""
        changed = {key: value for key, value in self._changes.items() if key.startswith(prefix)}
        for key, value in self._store.items(prefix):
            if key not in changed:
                yield key, value
        yield from ((key, value) for key, value in changed.items() if value is not None)

    def settle(self) -> None:
        """Let the changes of a record stand."""
        self._before.clear()
        self._bytes_settled = self.bytes_changed

    def undo(self) -> None:
        """Undo what was changed since the last `settle`."""
        for key, value in self._before.items():
            if value is _UNSET:
                del self._changes[key]
            else:
                self._changes[key] = value
        self._before.clear()
        self.bytes_changed = self._bytes_settled
        for table in self._tables.values():
            table.recount()

    @property
    def changes(self) -> Changes:
        """What stands above the store."""
        return self._changes

    def take(self) -> Changes:
        """Return what was changed, to be written to the store before anything is asked again."""
        changes, self._changes, self.bytes_changed = self._changes, {}, 0
        self.settle()
        return changes


def dump(value: Any) -> bytes:
    """Return a value as JSON, in no more memory than it needs: what orjson returns may hold kilobytes for ten bytes."""
    return bytes(memoryview(orjson.dumps(value)))


class Rows(MutableMapping[str, T], Generic[T]):
    """One table.

    Args:
        tables: all of the partition.
        name: of this one, without a null character.
        write: a value to bytes.
        read: and back.
    """

    def __init__(
        self, tables: StoredTables, name: str, write: Callable[[T], bytes], read: Callable[[bytes], T]
    ) -> None:
        self._tables = tables
        self._prefix = name.encode() + b"\0"
        self._write = write
        self._read = read
        self._count: int | None = None

    def __getitem__(self, key: str) -> T:
        """Return a value, made anew each time."""
        found = self._tables.get(self._key(key))
        if found is None:
            raise KeyError(key)
        return self._read(found)

    def __setitem__(self, key: str, value: T) -> None:
        """Set a value."""
        row = self._key(key)
        if self._count is not None and self._tables.get(row) is None:
            self._count += 1
        self._tables.put(row, self._write(value))

    def __delitem__(self, key: str) -> None:
        """Remove a value."""
        row = self._key(key)
        if self._tables.get(row) is None:
            raise KeyError(key)
        if self._count is not None:
            self._count -= 1
        self._tables.put(row, None)

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a value, without reading it."""
        return isinstance(key, str) and self._tables.get(self._key(key)) is not None

    def __iter__(self) -> Iterator[str]:
        """Return the keys as they are now."""
        return (
            key[len(self._prefix) :].decode("utf-8", "surrogatepass")
            for key, _ in list(self._tables.items(self._prefix))
        )

    def __len__(self) -> int:
        """Return how many: counted once, kept since."""
        if self._count is None:
            self._count = sum(1 for _ in self._tables.items(self._prefix))
        return self._count

    def recount(self) -> None:
        """Count anew when asked."""
        self._count = None

    def _key(self, key: str) -> bytes:
        return self._prefix + key.encode("utf-8", "surrogatepass")
