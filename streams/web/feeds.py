"""Follows the topics that come out, outside of any group: nothing is committed and nothing taken from anybody.

It begins some records before each topic's end, so that a page is full from the start, and goes on until it is cancelled. Where
the broker fails it tries again from where it was; `trouble` says why it does not get on.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaError

from streams.adapters.kafka.clients import open_reader
from streams.errors import NewsStreamsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

    from streams.settings import Settings
    from streams.web.logs import Bell, Log

logger = logging.getLogger(__name__)

POLL_MS = 500
RECORDS = 50
"""Records that are read in one go; the event loop has others to serve, too."""
MOST_UNSORTED = 5_000
"""Cards that wait for those from other partitions, at most."""
PAUSES = (0.5, 1.0, 2.0, 5.0)
"""Seconds until the next try; the last one for ever."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What becomes of one topic's records.

    Attributes:
        card: makes one of a record, or None where it is none.
        log: where it goes.
        recall: records before the topic's end to begin with.
        strict: whether a record that makes no card broke the topic's contract.
    """

    card: Callable[[ConsumerRecord], bytes | None]
    log: Log
    recall: int
    strict: bool = True


class Feed:
    """Follows some topics.

    Args:
        settings: of the broker.
        channels: by topic.
        keep: is given every record that became a card.
        bell: rung when there is something new.

    Attributes:
        trouble: why nothing is read at present, on one line; None where all is well.
        unreadable: records that did not keep their contract and are not shown.
    """

    def __init__(
        self, settings: Settings, channels: Mapping[str, Channel], keep: Callable[[ConsumerRecord], None], bell: Bell
    ) -> None:
        self._settings = settings
        self._channels = channels
        self._keep = keep
        self._bell = bell
        self._positions: dict[TopicPartition, int] = {}
        self.trouble: str | None = None
        self.unreadable = 0

    async def run(self) -> None:
        """Follow until cancelled."""
        failures = 0
        while True:
            try:
                async with open_reader(self._settings, tuple(self._channels), "earliest") as reader:
                    await self._begin(reader)
                    self.trouble, failures = None, 0
                    await self._follow(reader)
            except (NewsStreamsError, KafkaError, OSError) as error:
                self.trouble = f"{type(error).__name__}: {error}"
                # A worker that makes the topics when it starts comes a moment after us.
                logger.log(logging.DEBUG if not failures else logging.INFO, "the live page waits: %s", error)
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    async def _begin(self, reader: AIOKafkaConsumer) -> None:
        """Go to where we were, or some records before the end; the embedded broker tells an end that is too early."""
        ends = await reader.end_offsets(reader.assignment())
        shares: dict[str, int] = {}
        for partition in ends:
            shares[partition.topic] = shares.get(partition.topic, 0) + 1
        for partition, end in ends.items():
            recall = -(-self._channels[partition.topic].recall // shares[partition.topic])
            start = self._positions.get(partition, max(0, end - recall))
            if start <= end or partition in self._positions:
                reader.seek(partition, start)

    async def _follow(self, reader: AIOKafkaConsumer) -> None:
        fresh: list[tuple[int, Log, bytes]] = []
        while True:
            arrived = await reader.getmany(timeout_ms=POLL_MS, max_records=RECORDS)
            for partition, records in arrived.items():
                fresh += [card for record in records if (card := self._read(record)) is not None]
                self._positions[partition] = records[-1].offset + 1
            # Until we are where the topics end, partition comes after partition; a list wants the order of time.
            if sum(map(len, arrived.values())) < RECORDS or len(fresh) > MOST_UNSORTED:
                self._show(fresh)
                fresh = []
            await asyncio.sleep(0)

    def _read(self, record: ConsumerRecord) -> tuple[int, Log, bytes] | None:
        """Return time, log and card of a record that is one."""
        channel = self._channels[record.topic]
        card = channel.card(record)
        if card is None:
            self.unreadable += record.value is not None and channel.strict
            return None
        self._keep(record)
        return record.timestamp, channel.log, card

    def _show(self, fresh: list[tuple[int, Log, bytes]]) -> None:
        for _, log, card in sorted(fresh, key=itemgetter(0)):
            log.append(card)
        if fresh:
            self._bell.ring()
