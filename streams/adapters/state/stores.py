"""The rows of one partition: in memory, or in RocksDB where a folder is given."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

POSITION: Final = b"\0position"
"""Row of a store that says how far it follows its changelog; not in the changelog itself."""

Changes = dict[bytes, bytes | None]
"""Rows by key; None for one that is gone."""

WRITE_BYTES: Final = 32 * 1024 * 1024
"""Memory of what all stores have taken and not written to their tables on disk."""
BLOCK_BYTES: Final = 64 * 1024
"""By which that grows."""
READ_BYTES: Final = 16 * 1024 * 1024
"""Memory of what they have read from disk."""


class Store(Protocol):
    """Rows by key, and the offset of the changelog that they stand at."""

    position: int

    def get(self, key: bytes) -> bytes | None:
        """Return a row."""

    def items(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Return the rows whose keys begin so; what is written meanwhile may be seen or not."""

    def write(self, changes: Mapping[bytes, bytes | None], position: int) -> None:
        """Take rows, all or none of them, and the offset after them."""

    def close(self) -> None:
        """Let go of what is open."""

    def wipe(self) -> None:
        """Forget all rows, to be read anew."""

    def __len__(self) -> int:
        """Return about how many rows there are, at once."""


class MemoryStore:
    """Rows in memory; the changelog is read whole at each start."""

    def __init__(self) -> None:
        self.position = 0
        self._rows: dict[bytes, dict[bytes, bytes]] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return a row."""
        return self._rows.get(table_of(key), {}).get(key)

    def items(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Return the rows of a table: a prefix is always one."""
        return iter(list(self._rows.get(prefix, {}).items()))

    def write(self, changes: Mapping[bytes, bytes | None], position: int) -> None:
        """Take rows and the offset after them."""
        for key, value in changes.items():
            rows = self._rows.setdefault(table_of(key), {})
            if value is None:
                rows.pop(key, None)
            else:
                rows[key] = value
        self.position = position

    def close(self) -> None:
        """Forget all."""
        self._rows.clear()

    def wipe(self) -> None:
        """Forget all."""
        self._rows.clear()
        self.position = 0

    def __len__(self) -> int:
        """Return how many rows there are."""
        return sum(map(len, self._rows.values()))


class RocksStore:
    """Rows in RocksDB: a worker that comes back reads only what was written since.

    Args:
        path: folder of this partition alone.

    Raises:
        SettingsError: rocksdict is not installed, or the folder cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._rocksdict = _import_rocksdict()
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._rows: Any = self._rocksdict.Rdict(str(path), _options())
        except Exception as error:  # noqa: BLE001 - it has one kind of exception for all
            msg = f"setting state_dir: {path} cannot be used: {error}"
            raise SettingsError(msg) from None
        self.position = int(self._rows.get(POSITION) or 0)

    def get(self, key: bytes) -> bytes | None:
        """Return a row."""
        row: bytes | None = self._rows.get(key)
        return row

    def items(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Return the rows whose keys begin so, as they are now."""
        for key, value in self._rows.snapshot().items(from_key=prefix):
            if not key.startswith(prefix):
                return
            yield key, value

    def write(self, changes: Mapping[bytes, bytes | None], position: int) -> None:
        """Take rows and the offset after them in one write."""
        batch = self._rocksdict.WriteBatch(raw_mode=True)
        for key, value in changes.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        batch.put(POSITION, str(position).encode())
        self._rows.write(batch)
        self.position = position

    def close(self) -> None:
        """Close the files."""
        self._rows.close()

    def wipe(self) -> None:
        """Forget all rows."""
        self._rows.delete_range(b"", b"\xff" * 8)
        self._rows.delete(POSITION)
        self.position = 0

    def __len__(self) -> int:
        """Return RocksDB's estimate: a row that was written twice may count twice until it is compacted."""
        return int(self._rows.property_int_value("rocksdb.estimate-num-keys") or 0)


def table_of(key: bytes) -> bytes:
    """Return the prefix of a key that names its table."""
    return key[: key.index(b"\0", 1) + 1]


@cache
def _options() -> Any:
    """Return the options of all stores of this process, which share what memory they have.

    By default each may hold 64 MiB that is not written to disk yet, and 32 MiB of what it has read: over the partitions of all
    tables that is gigabytes, reached in hours.
    """
    rocksdict = _import_rocksdict()
    options = rocksdict.Options(raw_mode=True)
    # Each store that was written to holds a block at least, 1 MiB unless told: thirty idle ones would make every write a flush.
    options.set_arena_block_size(BLOCK_BYTES)
    options.set_write_buffer_manager(rocksdict.WriteBufferManager(WRITE_BYTES, False))  # noqa: FBT003 - it never stalls
    blocks = rocksdict.BlockBasedOptions()
    blocks.set_block_cache(rocksdict.Cache(READ_BYTES))
    options.set_block_based_table_factory(blocks)
    return options


def require_rocksdb(folder: Path | None) -> None:
    """Check at the start what would fail at the first partition.

    Raises:
        SettingsError: a folder is set, and rocksdict is not installed.
    """
    if folder is not None:
        _import_rocksdict()


def _import_rocksdict() -> Any:
    try:
        import rocksdict  # noqa: PLC0415 - an extra
    except ImportError:
        msg = "setting state_dir: needs rocksdict: pip install 'news-streams[state]'"
        raise SettingsError(msg) from None
    return rocksdict
