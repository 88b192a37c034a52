"""Which dead letters: those that filters let through, each with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.adapters.dead_letters.letters import Position, read_letter
from streams.adapters.dead_letters.settlements import Settlement, State, read_settlement
from streams.adapters.kafka.reading_to_end import read_topics
from streams.topics import DEAD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from streams.adapters.dead_letters.letters import DeadLetter
    from streams.settings import Settings


@dataclass(frozen=True, slots=True)
class Filters:
    """What a dead letter must be like; what is empty or None lets all through.

    Attributes:
        positions: one of these.
        stages: one of these.
        reasons: one of these.
        topics: came from one of these.
        since: set aside at this time or later.
        until: set aside before this time.
    """

    positions: frozenset[Position] = frozenset()
    stages: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def match(self, letter: DeadLetter) -> bool:
        """Tell whether a dead letter is one of them."""
        return all(
            (
                not self.positions or letter.position in self.positions,
                not self.stages or letter.stage in self.stages,
                not self.reasons or letter.reason in self.reasons,
                not self.topics or (letter.origin is not None and letter.origin.topic in self.topics),
                self.since is None or letter.time >= self.since,
                self.until is None or letter.time < self.until,
            )
        )


Settlements = dict[Position, Settlement]


async def read_settlements(settings: Settings) -> Settlements:
    """Read all marks, the latest of each dead letter.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or it went away.
        TopicLayoutError: there is no dead-letter topic.
    """
    marks = [mark async for record in read_topics(settings, (DEAD.name,)) if (mark := read_settlement(record))]
    return dict(marks)


async def select_letters(
    settings: Settings, filters: Filters, settlements: Mapping[Position, Settlement]
) -> AsyncIterator[tuple[DeadLetter, Settlement]]:
    """Yield the dead letters that the filters let through, each partition in order, with what became of it.

    A pass of its own behind that for the marks, so that memory holds those alone.
    """
    async for record in read_topics(settings, (DEAD.name,), filters.since):
        letter = read_letter(record)
        if letter is not None and filters.match(letter):
            yield letter, settlements.get(letter.position) or is_open(letter)


def is_open(letter: DeadLetter) -> Settlement:
    """Return what stands for no mark."""
    return Settlement(State.OPEN, "", letter.time, str(letter.origin or ""))
