"""Rows as they stand in a topic: written one atomic batch at a time, read back in order, the stale ones passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiokafka import TopicPartition
from mode import Service

from streams.adapters.kafka.clients import open_reader
from streams.adapters.kafka.producers import close_producer, open_producer
from streams.adapters.kafka.reading_to_end import read_to_end
from streams.adapters.kafka.topic_layouts import largest_record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from aiokafka import AIOKafkaProducer, ConsumerRecord

    from streams.settings import Settings

EPOCH_HEADER: Final = "epoch"
"""Header of every row: the epoch of who wrote it, in decimal."""
ROOM: Final = 256 * 1024
"""Bytes that a batch needs beyond its rows, at most."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as it stands in a changelog.

    Attributes:
        partition: of the topic.
        offset: in it.
        epoch: of the writer.
        key: of the row.
        value: None for one that is gone.
    """

    partition: int
    offset: int
    epoch: int
    key: bytes
    value: bytes | None


class Changelog(Service):
    """Writes the changelogs of a worker, with a producer of its own; reads them back.

    Args:
        settings: broker and limits.
    """

    mundane_level = "debug"

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self.limit = largest_record(settings.max_record_bytes) - ROOM
        """Bytes of rows that one batch takes."""

    async def on_start(self) -> None:
        """Connect the producer."""
        self._producer = await open_producer(self._settings, batch_bytes=self.limit + ROOM)

    async def on_stop(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            await close_producer(self._producer)

    async def append(self, topic: str, partition: int, rows: Mapping[bytes, bytes | None], epoch: int) -> int:
        """Append rows, all or none of them; return the offset of the first when the broker has them.

        Raises:
            KafkaError: it is not known whether the broker has them: whoever wrote them must read what is there.
        """
        if self._producer is None:
            msg = "the changelog is not started"
            raise RuntimeError(msg)
        batch = self._producer.create_batch()
        headers = [(EPOCH_HEADER, str(epoch).encode())]
        for key, value in rows.items():
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                msg = f"{len(rows)} rows for {topic} are over the {self.limit} bytes that a batch takes"
                raise ValueError(msg)
        batch.close()
        told = await (await self._producer.send_batch(batch, topic, partition=partition))
        return int(told.offset)

    async def read(self, topic: str, starts: Mapping[int, int]) -> AsyncIterator[Sequence[KeptRow]]:
        """Yield the rows of partitions, each from an offset on to its end, in order.

        Args:
            topic: the changelog.
            starts: offsets by partition.

        Raises:
            NewsStreamsError: the broker went away, or does not let us read.
        """
        places = {TopicPartition(topic, partition): start for partition, start in starts.items()}
        async with open_reader(self._settings, (topic,), "earliest") as reader:
            async for records in read_to_end(reader, places):
                yield [row for record in records if (row := read_row(record)).offset >= starts[row.partition]]


def read_row(record: ConsumerRecord) -> KeptRow:
    """Return a record as a row; what is not ours has the epoch -1, which is always over."""
    epoch = dict(record.headers).get(EPOCH_HEADER, b"-1")
    return KeptRow(record.partition, record.offset, int(epoch), record.key or b"", record.value)
