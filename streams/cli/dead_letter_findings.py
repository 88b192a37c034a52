"""What the commands of `news-streams dlq` find, on its way to being shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter

    from aiokafka import ConsumerRecord

    from streams.adapters.dead_letters.letters import DeadLetter
    from streams.adapters.dead_letters.settlements import Settlement


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list shows.

    Attributes:
        newest: of those found, the latest last.
        counts: all that were found, by stage and reason.
    """

    newest: list[tuple[DeadLetter, Settlement]]
    counts: Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One record of the dead-letter topic; no letter where it is something else."""

    record: ConsumerRecord
    letter: DeadLetter | None
    settlement: Settlement | None
