"""Giving alerts to a sink: tried again with growing pauses, and set aside at last, so that one stops no others."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from streams.errors import NewsStreamsError
from streams.records import OutboundRecord
from streams.stages.dead_letter import PREFIX, one_line
from streams.topics import ALERTS_DEAD

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

    from streams.records import Headers

logger = logging.getLogger(__name__)

LEAST_SHARE: Final = 0.5
"""Of a pause that is kept where chance shortens it: sinks that failed together are not asked again together."""


class SinkError(NewsStreamsError):
    """A sink did not take an alert; it may the next time.

    Args:
        message: why.
        pause: seconds that the sink asks us to wait.
    """

    def __init__(self, message: str, *, pause: float = 0.0) -> None:
        super().__init__(message)
        self.pause = pause


class GoneError(NewsStreamsError):
    """A sink will never take anything again; what it did not take is not committed."""


class Sink(Protocol):
    """Takes alerts."""

    async def send(self, id_: str, value: bytes) -> None:
        """Take an alert.

        Args:
            id_: the alert's.
            value: its JSON.

        Raises:
            SinkError: it was not taken.
            GoneError: nor will anything else be.
        """


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a sink is asked.

    Attributes:
        attempts: at most.
        first: seconds before the second attempt; doubled before each further one.
        longest: seconds of a pause at most.
    """

    attempts: int = 6
    first: float = 1.0
    longest: float = 60.0
    dice: random.Random = field(default_factory=random.SystemRandom)

    def pause(self, attempt: int) -> float:
        """Return the seconds to wait after the attempt of this number, from 1."""
        whole = min(self.longest, self.first * 2.0 ** (attempt - 1))
        return whole * self.dice.uniform(LEAST_SHARE, 1.0)

    @property
    def most_seconds(self) -> float:
        """All pauses together, at most."""
        return sum(min(self.longest, self.first * 2.0 ** (number - 1)) for number in range(1, self.attempts))


async def deliver(sink: Sink, id_: str, value: bytes, patience: Patience) -> SinkError | None:
    """Give an alert to a sink; return the last error where it was never taken.

    Raises:
        GoneError: the sink is no more.
    """
    for attempt in range(1, patience.attempts + 1):
        try:
            await sink.send(id_, value)
        except SinkError as error:
            if attempt == patience.attempts:
                return error
            pause = max(patience.pause(attempt), error.pause)
            logger.warning("alert %s was not taken (%s), trying again in %.1f s", id_, error, pause)
            await asyncio.sleep(pause)
        else:
            return None
    return None


def set_aside(record: ConsumerRecord, error: Exception, attempts: int) -> OutboundRecord:
    """Return the record for the topic of alerts that nobody took: as it came, and why."""
    told = {
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "stage": "subscribe",
        "exception.message": one_line(error),
        "attempts": str(attempts),
    }
    headers: Headers = tuple(each for each in record.headers if each[0].removeprefix(PREFIX) not in told)
    ours: Headers = tuple((PREFIX + name, text.encode(errors="replace")) for name, text in told.items())
    return OutboundRecord(ALERTS_DEAD.name, record.key, record.value, headers + ours)
