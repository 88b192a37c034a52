"""Following a topic: read whole, then for ever, outside of any group; for what every worker must know."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from aiokafka.errors import KafkaError
from mode import Service

from streams.adapters.kafka.clients import open_reader
from streams.adapters.kafka.reading_to_end import read_to_end
from streams.errors import NewsStreamsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiokafka import ConsumerRecord

    from streams.settings import Settings

logger = logging.getLogger(__name__)

POLL_MS: Final = 500
PAUSE_SECONDS: Final = 2.0


class Follower(Service):
    """Gives every record of a topic to one who keeps the last by key; after a lost broker all of them again.

    Args:
        settings: of the broker.
        topic: its name.
        take: told of each record, in the order of its partition; must not raise.
        caught_up: told each time that all that stood there has been taken.
    """

    mundane_level = "debug"

    def __init__(
        self,
        settings: Settings,
        topic: str,
        take: Callable[[ConsumerRecord], None],
        caught_up: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._topic = topic
        self._take = take
        self._tell = caught_up
        self.caught_up = asyncio.Event()

    @Service.task
    async def _follow_for_ever(self) -> None:
        while not self.should_stop:
            try:
                await self._follow()
            except (NewsStreamsError, KafkaError) as error:
                logger.warning("reading %s failed (%s), trying again", self._topic, error)
                await self.sleep(PAUSE_SECONDS)

    async def _follow(self) -> None:
        async with open_reader(self._settings, (self._topic,), "earliest") as reader:
            async for records in read_to_end(reader):
                self._take_all(records)
            self._tell()
            self.caught_up.set()
            reader.resume(*reader.assignment())
            while not self.should_stop:
                for records in (await reader.getmany(timeout_ms=POLL_MS)).values():
                    self._take_all(records)
                self._tell()

    def _take_all(self, records: list[ConsumerRecord]) -> None:
        for record in records:
            self._take(record)
