"""The promise that all contestants are held to: every input has its output, and none is committed before its output is there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from confluent_kafka import Consumer, KafkaException, TopicPartition

from streams.bench.tasks import QUIET
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streams.bench.counting import Arrival

SECONDS_BETWEEN_LOOKS: Final = 0.5
SECONDS_TO_ANSWER: Final = 10.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What the promise came to.

    Attributes:
        missing: inputs without an output.
        repeated: outputs that came again; at least once allows them.
        early: the most records that were seen committed at a moment when their outputs were not there.
        committed: inputs committed when the contestant had stopped; None where it keeps its offsets elsewhere.
    """

    missing: int
    repeated: int
    early: int
    committed: int | None

    @property
    def ok(self) -> bool:
        """Whether it was kept."""
        return not self.missing and not self.early


@dataclass(slots=True)
class Watch:
    """Looks at what a group has committed.

    Attributes:
        broker: `host:port`.
        group: whose.
        looks: when (seconds since 1970) how much was committed.
    """

    broker: str
    group: str
    looks: list[tuple[float, int]] = field(default_factory=list)
    _next: float = 0.0

    def look(self) -> None:
        """Look again, if the last time was a while ago."""
        if time.monotonic() >= self._next:
            committed = self.committed()
            self.looks.append((time.time(), committed))
            self._next = time.monotonic() + SECONDS_BETWEEN_LOOKS

    def committed(self) -> int:
        """Return how many records the group has committed; what the broker does not tell counts as none."""
        consumer = Consumer(
            {"bootstrap.servers": self.broker, "group.id": self.group, "enable.auto.commit": False, **QUIET}
        )
        places = [TopicPartition(RAW.name, number) for number in range(RAW.partitions)]
        try:
            found = consumer.committed(places, timeout=SECONDS_TO_ANSWER)
        except KafkaException:
            return 0
        finally:
            consumer.close()
        return sum(max(0, place.offset) for place in found)

    def most_early(self, arrivals: Iterable[Arrival]) -> int:
        """Return by how many the committed were ahead of the outputs, at the worst moment.

        Whoever commits after the confirmation is behind at every moment: an output is stamped no later than it is confirmed.
        """
        stamps = sorted(arrival.stamped for arrival in arrivals)
        return max((_ahead(stamps, at, committed) for at, committed in self.looks), default=0)


def _ahead(stamps: list[float], at: float, committed: int) -> int:
    # The broker's clock has milliseconds.
    there = sum(stamp <= at + 0.001 for stamp in stamps)
    return max(0, committed - there)


def missing(wanted: Iterable[bytes], arrivals: Mapping[bytes, object]) -> int:
    """Return how many of the outcomes are not there."""
    return sum(key not in arrivals for key in wanted)
