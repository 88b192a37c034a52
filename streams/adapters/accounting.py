"""Accounting: what became of every raw record, by comparing the topics.

    in = enriched + dropped + dead-lettered + in flight        each partition of the raw topic

Every output says which raw record it came from: `news_streams.input` on what is enriched and on what says that a
record was dropped, Kafka Connect's headers on a dead letter. What the group has not committed is in flight, in the raw
topic or in one of those between our own stages. The order of reading matters: committed offsets first, then raw
records, then what stands between the stages, then outputs: so whatever was committed has what came of it among those read.

A raw topic that was deleted and created again counts its offsets anew: outputs of the old one are then mistaken.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.adapters.dead_letters.letters import Origin, read_headers, read_letter
from streams.adapters.dead_letters.settlements import read_settlement
from streams.adapters.kafka.clients import open_reader
from streams.adapters.kafka.credentials import client_options
from streams.adapters.kafka.reading_to_end import broker_errors, read_topics
from streams.adapters.workarounds.strict_offsets import fetch_offsets_strictly
from streams.errors import BrokerUnavailableError
from streams.settings import desk_group
from streams.stages.route.headers import INPUT
from streams.topics import DEAD, DROPPED, ENRICHED, FRESH, RAW
from streams.topics import READ as READ_TOPIC

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from aiokafka import ConsumerRecord

    from streams.settings import Settings


def input_of_article(record: ConsumerRecord) -> Origin | None:
    """Return which raw record an enriched article, or the word that one was dropped, came from."""
    return Origin.parse(read_headers(record).get(INPUT, ""))


def input_of_letter(record: ConsumerRecord) -> Origin | None:
    """Return which raw record a dead letter is, or came from where a later stage failed; None for a mark beside one."""
    letter = read_letter(record)
    return (input_of_article(record) or letter.origin) if letter else None


BETWEEN: Final = (READ_TOPIC.name, FRESH.name)
"""Topics between our own stages: what stands there uncommitted is on its way."""
READ: Final = 1
ENRICHED_BIT: Final = 2
DEAD_BIT: Final = 4
DROPPED_BIT: Final = 8
OUTCOMES: Final[Mapping[str, tuple[int, Callable[[ConsumerRecord], Origin | None]]]] = {
    ENRICHED.name: (ENRICHED_BIT, input_of_article),
    DROPPED.name: (DROPPED_BIT, input_of_article),
    DEAD.name: (DEAD_BIT, input_of_letter),
}
"""By topic: the bit that an outcome sets, and how its record names the raw one."""
ON_THE_WAY: Final = 16
OUTCOME_BITS: Final = ENRICHED_BIT | DEAD_BIT | DROPPED_BIT
KNOWN: Final = tuple(bits for bits in range(32) if bits & READ)
"""The bytes of raw records."""
DOUBLED: Final = tuple(bits for bits in KNOWN if (bits & OUTCOME_BITS).bit_count() > 1)
"""Of these, those with more than one outcome."""
MOST_NAMED: Final = 10
COORDINATOR_SECONDS: Final = 30.0
"""The first question about any group makes Kafka create its topic of offsets: some seconds."""


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the raw records of one partition, of those that the topic still holds.

    Attributes:
        partition: its number.
        first: offset of the oldest record; None where there is none.
        committed: the first offset that the group has not committed; None where it never did.
        read: raw records.
        enriched: of these, once or more.
        dropped: of these, once or more.
        dead_lettered: of these, once or more.
        in_flight: without an outcome, not committed or between two of our stages.
        missing: without an outcome, committed wherever it stood: lost.
        both: two outcomes or all three; each of them counts it.
        repeated: outputs beyond the first of a kind; consumers drop them by id.
        first_missing: up to ten offsets.
        first_both: up to ten offsets.
    """

    partition: int
    first: int | None
    committed: int | None
    read: int
    enriched: int
    dropped: int
    dead_lettered: int
    in_flight: int
    missing: int
    both: int
    repeated: int
    first_missing: tuple[int, ...]
    first_both: tuple[int, ...]

    @property
    def agrees(self) -> bool:
        """Whether every record ended as exactly one thing, or is on its way."""
        return not self.missing and not self.both


@dataclass(frozen=True, slots=True)
class Audit:
    """The accounts of all partitions.

    Attributes:
        group: whose commits count.
        accounts: by partition.
        elsewhere: outputs that name no raw record that was read: older than the topic's retention, as a rule.
        unnamed: outputs that name none at all; the marks of `news-streams dlq` are no outputs.
    """

    group: str
    accounts: tuple[Account, ...]
    elsewhere: int
    unnamed: int

    @property
    def agrees(self) -> bool:
        """Whether all of them do."""
        return all(account.agrees for account in self.accounts)


class Ledger:
    """One partition: a byte for every offset from the first on, so ten million records take ten megabytes."""

    def __init__(self) -> None:
        self.first: int | None = None
        self.repeated = 0
        self._bits = bytearray()

    def note(self, offset: int) -> None:
        """Note a raw record; offsets ascend, perhaps with gaps."""
        self.first = offset if self.first is None else self.first
        place = offset - self.first
        self._bits.extend(bytes(max(0, place + 1 - len(self._bits))))
        self._bits[place] |= READ

    def book(self, offset: int, bit: int) -> bool:
        """Book an outcome; return whether we read such a record."""
        place = -1 if self.first is None else offset - self.first
        if not 0 <= place < len(self._bits) or not self._bits[place] & READ:
            return False
        self.repeated += bool(self._bits[place] & bit)
        self._bits[place] |= bit
        return True

    def pass_on(self, offset: int) -> None:
        """Note that a record stands between two stages."""
        place = -1 if self.first is None else offset - self.first
        if 0 <= place < len(self._bits):
            self._bits[place] |= ON_THE_WAY if self._bits[place] & READ else 0

    def close(self, partition: int, committed: int | None) -> Account:
        """Count."""
        first = self.first or 0
        done = max(0, (committed or 0) - first)
        missing = self._bits.count(READ, 0, done)
        doubled = sum(self._bits.count(bits) for bits in DOUBLED)
        return Account(
            partition=partition,
            first=self.first,
            committed=committed,
            read=len(self._bits) - self._bits.count(0),
            enriched=self._count(ENRICHED_BIT),
            dropped=self._count(DROPPED_BIT),
            dead_lettered=self._count(DEAD_BIT),
            in_flight=self._bits.count(READ) + self._bits.count(READ | ON_THE_WAY) - missing,
            missing=missing,
            both=doubled,
            repeated=self.repeated,
            first_missing=tuple(first + place for place in self._find(READ, done)),
            first_both=self._first_doubled(first),
        )

    def _count(self, bit: int) -> int:
        """Count the records with this outcome, whatever else became of them."""
        return sum(self._bits.count(bits) for bits in KNOWN if bits & bit)

    def _first_doubled(self, first: int) -> tuple[int, ...]:
        places = sorted(place for bits in DOUBLED for place in self._find(bits, len(self._bits)))
        return tuple(first + place for place in places[:MOST_NAMED])

    def _find(self, bits: int, end: int) -> Iterator[int]:
        """Yield the first places that hold exactly these bits."""
        place = -1
        for _ in range(MOST_NAMED):
            place = self._bits.find(bits, place + 1, end)
            if place < 0:
                return
            yield place


async def audit_topics(settings: Settings) -> Audit:
    """Compare the raw topic with its outputs, as of now; workers may go on meanwhile.

    Args:
        settings: the broker, and the group whose commits count.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or it went away.
        TopicLayoutError: one of the topics does not exist.
    """
    commits = await read_commits(settings, settings.group, (RAW.name,))
    commits |= await read_commits_between(settings)
    committed = {each.partition: offset for each, offset in commits.items() if each.topic == RAW.name}
    ledgers = {partition: Ledger() for partition in committed}
    async for record in read_topics(settings, (RAW.name,)):
        ledgers[record.partition].note(record.offset)
    async for record in read_topics(settings, BETWEEN):
        origin = input_of_article(record)
        done = commits.get(TopicPartition(record.topic, record.partition)) or 0
        if origin and origin.topic == RAW.name and origin.partition in ledgers and record.offset >= done:
            ledgers[origin.partition].pass_on(origin.offset)
    elsewhere = unnamed = 0
    async for record in read_topics(settings, tuple(OUTCOMES)):
        bit, input_of = OUTCOMES[record.topic]
        origin = input_of(record)
        if origin is None:
            unnamed += read_settlement(record) is None
            continue
        ledger = ledgers.get(origin.partition) if origin.topic == RAW.name else None
        elsewhere += ledger is None or not ledger.book(origin.offset, bit)
    accounts = (ledger.close(number, committed[number]) for number, ledger in sorted(ledgers.items()))
    return Audit(settings.group, tuple(accounts), elsewhere, unnamed)


async def read_commits_between(settings: Settings) -> dict[TopicPartition, int | None]:
    """Return what is committed between our own stages, by whole workers or by those of the desk alone, whichever is further.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or the group's coordinator does not answer.
        TopicLayoutError: one of the topics does not exist.
    """
    whole = await read_commits(settings, settings.group, BETWEEN)
    desk = await read_commits(settings, desk_group(settings.group), BETWEEN)
    return {each: max((offset, desk[each]), key=lambda found: found or 0) for each, offset in whole.items()}


async def read_commits(settings: Settings, group: str, topics: Collection[str]) -> dict[TopicPartition, int | None]:
    """Return a group's committed offset of every partition of these topics, None where it has none.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or the group's coordinator does not answer.
        TopicLayoutError: one of the topics does not exist.
    """
    async with open_reader(settings, topics, "earliest") as reader:
        partitions = sorted(reader.assignment())
    fetch_offsets_strictly()
    # A consumer that joins nothing. Not the admin client: it takes a coordinator's error for a group without offsets,
    # and the embedded broker answers it in no known form.
    consumer = AIOKafkaConsumer(**client_options(settings), group_id=group, enable_auto_commit=False)
    try:
        with broker_errors():
            async with asyncio.timeout(COORDINATOR_SECONDS):
                await consumer.start()
                consumer.assign(partitions)
                return {each: await consumer.committed(each) for each in partitions}
    except TimeoutError:
        msg = f"the coordinator of group {group} did not answer within {COORDINATOR_SECONDS:g} s"
        raise BrokerUnavailableError(msg) from None
    finally:
        await consumer.stop()
