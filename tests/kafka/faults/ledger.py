"""The ledger: every topic read to its end, and what became of every raw record counted.

An input is the place of a raw record: partition and offset. What came of it names it, in the header
`news_streams.input` or in Kafka Connect's headers of a dead letter, so each copy can be booked on its input.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from faults.feeding import digest
from streams.adapters.accounting import OUTCOMES, input_of_article
from streams.adapters.dead_letters.settlements import read_settlement
from streams.adapters.kafka.reading_to_end import read_topics
from streams.adapters.processing.publishing import VALUE_LEFT
from streams.settings import Settings
from streams.stages.dead_letter import PREFIX
from streams.topics import DEAD, ENRICHED, MENTIONED, RAW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faults.commits import Commits
    from faults.progress import Progress

Input = tuple[int, int]
"""Partition and offset of a raw record."""
NOT_THE_INPUTS = PREFIX + "exception.stacktrace"
"""Its frames depend on how many records shared the batch."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One outcome as it stands in a topic.

    Attributes:
        digest: of key, value and headers.
        mentions: how many records of mentions it must have beside it.
        time: its timestamp, milliseconds since 1970.
    """

    topic: str
    partition: int
    offset: int
    digest: bytes
    mentions: int
    time: int


@dataclass(slots=True)
class Ledger:
    """What became of every raw record.

    Attributes:
        raw: digest of the value of every raw record.
        outcomes: what came of an input, as the topics have it, in the order of their offsets.
        mentions: digests of what mentions an entity, by input and key.
        unknown: outputs that name no raw record that there is.
        mangled: dead letters whose bytes are not those that came.
        left: inputs whose dead letter says where its bytes are instead of carrying them.
        deleted: inputs whose outcome stood in a topic that the test deleted.
    """

    raw: dict[Input, bytes] = field(default_factory=dict)
    outcomes: dict[Input, list[Copy]] = field(default_factory=lambda: defaultdict(list))
    mentions: dict[Input, dict[bytes, list[bytes]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    unknown: int = 0
    mangled: set[Input] = field(default_factory=set)
    left: set[Input] = field(default_factory=set)
    deleted: frozenset[Input] = frozenset()

    @property
    def lost(self) -> list[Input]:
        """Inputs without an outcome, or enriched without all of the mentions."""
        return [each for each in self.raw if not self._is_whole(each)]

    @property
    def both(self) -> list[Input]:
        """Inputs that ended as more than one thing."""
        return [each for each, copies in self.outcomes.items() if len({copy.topic for copy in copies}) > 1]

    @property
    def repeated(self) -> int:
        """Outcomes beyond the first of an input."""
        return sum(len(copies) - 1 for copies in self.outcomes.values())

    @property
    def different(self) -> list[Input]:
        """Inputs of which a repeat has other bytes."""
        outcomes = [each for each, copies in self.outcomes.items() if len({copy.digest for copy in copies}) > 1]
        return outcomes + [
            each for each, keys in self.mentions.items() if any(len(set(made)) > 1 for made in keys.values())
        ]

    def counts(self) -> dict[str, int]:
        """Return the inputs of each topic of outcomes."""
        return Counter(copies[0].topic for copies in self.outcomes.values())

    def most_uncommitted(self, looks: Sequence[Progress]) -> int:
        """Return the most inputs that had an outcome and were not committed at any of the looks."""
        firsts: dict[tuple[str, int], list[int]] = defaultdict(list)
        for copies in self.outcomes.values():
            firsts[copies[0].topic, copies[0].partition].append(copies[0].offset)
        for offsets in firsts.values():
            offsets.sort()
        stood = (sum(bisect_left(firsts[place], end) for place, end in look.reach.items()) for look in looks)
        return max(came - sum(look.committed.values()) for came, look in zip(stood, looks, strict=True))

    def too_late(self, commits: Commits) -> list[Input]:
        """Inputs of which a copy was published while they stood committed."""
        return [
            (partition, offset)
            for (partition, offset), copies in self.outcomes.items()
            if len(copies) > 1 and any(commits.at(partition, copy.time) > offset for copy in copies)
        ]

    def _is_whole(self, each: Input) -> bool:
        copies = self.outcomes.get(each)
        if not copies and each in self.deleted:
            return len(self.mentions.get(each, ())) == 1
        return bool(copies) and len(self.mentions.get(each, ())) == copies[0].mentions

    def book(self, record: Any) -> None:
        """Book one output on its input."""
        origin = (OUTCOMES[record.topic][1] if record.topic in OUTCOMES else input_of_article)(record)
        if origin is None and record.topic == DEAD.name and read_settlement(record) is not None:
            return
        if origin is None or origin.topic != RAW.name or (origin.partition, origin.offset) not in self.raw:
            self.unknown += 1
            return
        place = (origin.partition, origin.offset)
        made = digest(repr((record.key, record.value and digest(record.value), headers_of(record))).encode())
        if record.topic == MENTIONED.name:
            self.mentions[place][record.key].append(made)
        else:
            if record.topic == DEAD.name:
                self._compare(place, record)
            self.outcomes[place].append(
                Copy(record.topic, record.partition, record.offset, made, mentions_of(record), record.timestamp)
            )

    def _compare(self, place: Input, letter: Any) -> None:
        """Hold a dead letter against the bytes that came."""
        if VALUE_LEFT in dict(letter.headers):
            self.left.add(place)
        elif self.raw[place] != digest(letter.value):
            self.mangled.add(place)


def headers_of(record: Any) -> list[Any]:
    return [header for header in record.headers if header[0] != NOT_THE_INPUTS]


def mentions_of(record: Any) -> int:
    """Return how many entities an enriched article names; the fake pipeline always publishes one mention."""
    return len(orjson.loads(record.value).get("entities", "1")) if record.topic == ENRICHED.name else 0


async def read_ledger(address: str) -> Ledger:
    """Read every topic to its end as of now."""
    settings, ledger = Settings.load(broker=address), Ledger()
    async for record in read_topics(settings, (RAW.name,)):
        ledger.raw[record.partition, record.offset] = digest(record.value)
    async for record in read_topics(settings, (*OUTCOMES, MENTIONED.name)):
        ledger.book(record)
    return ledger
