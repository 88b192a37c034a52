"""Progress of a group as the broker tells it: what is committed, and where the topics end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.adapters.accounting import OUTCOMES
from streams.adapters.kafka.connection import bootstrap_servers
from streams.adapters.workarounds.strict_offsets import fetch_offsets_strictly
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at the broker, in the order of the fields.

    Attributes:
        committed: by partition of the raw topic, the first offset that the group has not committed.
        ends: by partition of the raw topic, the offset that the next record gets.
        reach: the same of the topics of outcomes.
    """

    committed: Mapping[int, int]
    ends: Mapping[int, int]
    reach: Mapping[tuple[str, int], int]

    @property
    def left(self) -> dict[int, int]:
        """Records that are not committed, of each partition that has some."""
        return {number: left for number, end in self.ends.items() if (left := end - self.committed[number])}


def read_progress(address: str, group: str) -> Progress:
    """Ask the broker, joining nothing.

    Raises:
        KafkaError: it does not answer; TimeoutError: not in time.
    """
    return asyncio.run(_ask(address, group))


async def _ask(address: str, group: str) -> Progress:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers(address), group_id=group, enable_auto_commit=False)
    fetch_offsets_strictly()
    raw = [TopicPartition(RAW.name, number) for number in range(RAW.partitions)]
    out = [TopicPartition(topic, number) for topic in OUTCOMES for number in range(RAW.partitions)]
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await consumer.start()
            consumer.assign([*raw, *out])
            committed = {each.partition: await consumer.committed(each) or 0 for each in raw}
            ends = await consumer.end_offsets([*raw, *out])
    finally:
        await consumer.stop()
    return Progress(
        committed,
        {each.partition: ends[each] for each in raw},
        {(each.topic, each.partition): ends[each] for each in out},
    )
