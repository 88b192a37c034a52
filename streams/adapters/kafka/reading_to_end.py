"""A topic from somewhere to its end as of now, for commands that count, list or look for records.

The end that the embedded broker tells is the base offset of the last batch plus one. So a reader here stops at
the told end but takes every batch whole: on Apache Kafka that is the end, on the embedded broker as well.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams.adapters.kafka.clients import open_reader
from streams.errors import BrokerUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator, Mapping
    from datetime import datetime

    from aiokafka import AIOKafkaConsumer, ConsumerRecord

    from streams.settings import Settings

Starts = dict[TopicPartition, int]
"""The first offset to read, of each partition to read at all."""

STALL_SECONDS = 30.0
"""Without progress for so long, the broker has gone."""
POLL_MS = 500


async def read_to_end(
    reader: AIOKafkaConsumer, starts: Mapping[TopicPartition, int] | None = None, stall: float = STALL_SECONDS
) -> AsyncIterator[list[ConsumerRecord]]:
    """Yield the records of the reader's partitions up to where they ended when this began, perhaps some more.

    A list holds whole batches, each partition in order.

    Args:
        reader: assigned to the partitions.
        starts: where to begin; other partitions are left out. None begins with the oldest record of all.
        stall: seconds without progress after which the broker counts as gone.

    Raises:
        BrokerUnavailableError: it went away, or refused.
    """
    with broker_errors():
        ends = await reader.end_offsets(reader.assignment())
        left = {partition: ends[partition] for partition in (ends if starts is None else starts)}
        reader.pause(*(ends.keys() - left.keys()))
        for partition, start in (starts or {}).items():
            # Never behind the told end, where the embedded broker's last batch begins: its records are more.
            reader.seek(partition, max(0, min(start, ends[partition] - 1)))
        moved = time.monotonic()
        while left := await _unfinished(reader, left):
            arrived = await reader.getmany(*left, timeout_ms=POLL_MS)
            if arrived:
                yield [record for records in arrived.values() for record in records]
                moved = time.monotonic()  # whatever our reader did with them is not the broker's delay
            elif time.monotonic() - moved > stall:
                msg = f"the broker gave nothing for {stall:g} s, short of the end of {next(iter(left)).topic}"
                raise BrokerUnavailableError(msg)


async def _unfinished(reader: AIOKafkaConsumer, left: Mapping[TopicPartition, int]) -> Starts:
    """Return the partitions that are not at their end, and stop fetching from the others."""
    positions = {partition: await reader.position(partition) for partition in left}
    done = [partition for partition, end in left.items() if positions[partition] >= end]
    reader.pause(*done)
    return {partition: end for partition, end in left.items() if partition not in done}


async def find_starts(reader: AIOKafkaConsumer, since: datetime | None) -> Starts | None:
    """Return where to begin so that no record of that time or later is left out; None where no time is given."""
    if since is None:
        return None
    with broker_errors():
        partitions = reader.assignment()
        ends = await reader.end_offsets(partitions)
        found = await reader.offsets_for_times(dict.fromkeys(partitions, int(since.timestamp() * 1000)))
    # Where nothing is that late, Kafka says None and the embedded broker a time of -1.
    return {
        partition: at.offset if (at := found.get(partition)) is not None and at.timestamp >= 0 else ends[partition]
        for partition in partitions
    }


async def read_topics(
    settings: Settings, topics: Collection[str], since: datetime | None = None
) -> AsyncIterator[ConsumerRecord]:
    """Yield every record of these topics, from a time on if one is given, up to the end as of now.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or it went away.
        TopicLayoutError: one of the topics does not exist.
    """
    async with open_reader(settings, topics, "earliest") as reader:
        async for records in read_to_end(reader, await find_starts(reader, since)):
            for record in records:
                yield record


async def read_record(settings: Settings, partition: TopicPartition, offset: int) -> ConsumerRecord | None:
    """Return one record by its place, or None where the topic does not hold it (any more).

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or it went away.
        TopicLayoutError: the topic does not exist.
    """
    async with open_reader(settings, (partition.topic,), "earliest") as reader:
        if partition not in reader.assignment():
            return None
        async for records in read_to_end(reader, {partition: offset}):
            for record in records:
                if record.offset >= offset:
                    return record if record.offset == offset else None
    return None


@contextmanager
def broker_errors() -> Iterator[None]:
    """Turn what a Kafka client raises into an error of ours, one line that names the client's.

    Raises:
        BrokerUnavailableError: in place of any KafkaError.
    """
    try:
        yield
    except KafkaError as error:
        msg = f"the broker failed: {type(error).__name__}: {error}"
        raise BrokerUnavailableError(msg) from error
