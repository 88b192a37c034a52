r"""Where aiokafka cannot read what Kafka let in: a header name that is not UTF-8 ends its consumer, for ever.

Kafka checks no header name, aiokafka decodes every one, and a fetch that fails is fetched again: one such record
would stop every worker of the group. Here a batch that fails so is read a second time, the odd bytes of the name
written as `\xe9`. All other batches are read as before, by the compiled parser.

A batch that would not fit into memory once decompressed is not read: for each of its records there comes one without
key and value, whose header says where they are, and which decode makes a dead letter.

Checked with aiokafka 0.14 (`consumer/fetcher.py`, `record/default_records.py`); `tests/kafka` fails without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka import ConsumerRecord
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy

from streams.adapters.workarounds.bounded_batches import BatchTooLargeError, read_within_bounds
from streams.records import VALUE_LEFT

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

    current: Any = None

    def next_batch(self) -> Any:
        """Return the next batch, None at the end."""
        following = self._next_slice
        if following is None or following[self.MAGIC_OFFSET] < MAGIC_V2:
            self.current = super().next_batch()
        else:
            self._cache_next()
            self.current = LenientBatch(following)
        return self.current


class KeptRecords:
    """The batches of one fetch by the compiled parser, with the bytes for a second reading and the batch being read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.current: Any = None
        self._records = MemoryRecords(data)
        self.has_next = self._records.has_next
        self.size_in_bytes = self._records.size_in_bytes

    def next_batch(self) -> Any:
        """Return the next batch, None at the end."""
        self.current = self._records.next_batch()
        return self.current


class PartitionRecords(fetcher.PartitionRecords):  # type: ignore[misc] # untyped
    """The records of one partition; those of a batch that cannot be read are read leniently."""

    _records: Any
    next_fetch_offset: int

    def _unpack_records(self) -> Iterator[Any]:
        data = self._records.data
        while True:
            try:
                yield from super()._unpack_records()
            except UnicodeDecodeError:
                # What was given out already lies before `next_fetch_offset` and is passed over.
                self._records = LenientRecords(data)
            except BatchTooLargeError:
                yield from self._stand_in(self._records.current)
            else:
                return

    def _stand_in(self, batch: Any) -> Iterator[Any]:
        """Yield a record without content for each that stays unread; a producer numbers them without gaps."""
        kind, time = batch.timestamp_type, batch.max_timestamp
        for offset in range(max(batch.base_offset, self.next_fetch_offset), batch.next_offset):
            left_at = f"{self._tp.topic}/{self._tp.partition}/{offset}".encode()
            self.next_fetch_offset = offset + 1
            yield ConsumerRecord(*self._tp, offset, time, kind, None, None, None, -1, -1, ((VALUE_LEFT, left_at),))


def read_leniently() -> None:
    """Make every consumer of this process read so."""
    read_within_bounds()
    fetcher.MemoryRecords = KeptRecords
    fetcher.PartitionRecords = PartitionRecords
