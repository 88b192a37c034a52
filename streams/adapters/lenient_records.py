r"""Where aiokafka cannot read what Kafka let in: a header name that is not UTF-8 ends its consumer, for ever.

Kafka checks no header name, aiokafka decodes every one, and a fetch that fails is fetched again: one such record
would stop every worker of the group. Here a batch that fails so is read a second time, the odd bytes of the name
written as `\xe9`. All other batches are read as before, by the compiled parser.

Checked with aiokafka 0.14 (`consumer/fetcher.py`, `record/default_records.py`); `tests/kafka` fails without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC_V2 = 2
"""Format of record batches with headers; older ones have none."""


class LenientBytes(bytearray):
    """A buffer whose slices decode whatever they hold."""

    def __getitem__(self, at: Any) -> Any:
        """Return a byte, or a slice that is lenient itself."""
        found = super().__getitem__(at)
        return LenientBytes(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Decode; what cannot be is written as a backslash and its hexadecimal value."""
        del errors
        return super().decode(encoding, "backslashreplace")


class LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc] # final for its authors' reasons of speed
    """A batch of records with lenient header names."""

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer: Any = LenientBytes(self._buffer)


class LenientRecords(_MemoryRecordsPy):  # type: ignore[misc] # as above
    """The batches of one fetch, read leniently."""

    def next_batch(self) -> Any:
        """Return the next batch, None at the end."""
        following = self._next_slice
        if following is None or following[self.MAGIC_OFFSET] < MAGIC_V2:
            return super().next_batch()
        self._cache_next()
        return LenientBatch(following)


class KeptRecords:
    """The batches of one fetch by the compiled parser, with the bytes for a second reading."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._records = MemoryRecords(data)
        self.has_next = self._records.has_next
        self.next_batch = self._records.next_batch
        self.size_in_bytes = self._records.size_in_bytes


class PartitionRecords(fetcher.PartitionRecords):  # type: ignore[misc] # untyped
    """The records of one partition; those of a batch that cannot be read are read leniently."""

    _records: Any

    def _unpack_records(self) -> Iterator[Any]:
        data = self._records.data
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError:
            # What was given out already lies before `next_fetch_offset` and is passed over.
            self._records = LenientRecords(data)
            yield from super()._unpack_records()


def read_leniently() -> None:
    """Make every consumer of this process read so."""
    fetcher.MemoryRecords = KeptRecords
    fetcher.PartitionRecords = PartitionRecords
