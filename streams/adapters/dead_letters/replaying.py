"""Settling dead letters: sent back to where they came from, or marked as discarded.

    mark "replaying" -> send, acknowledged -> mark "replayed"

What an interruption leaves at "replaying" is looked for in its topic before it is ever sent again (see `plans`).
Two replays at the same moment, or a connection that breaks while the broker takes a record, can still send one
twice; its article then has the same id, and consumers drop repeats by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aiokafka import TopicPartition

from streams.adapters.dead_letters.letters import REPLAY_OF, Origin, Position, own_headers
from streams.adapters.dead_letters.settlements import State, send_mark
from streams.adapters.kafka.clients import open_producer, open_reader
from streams.adapters.kafka.reading_to_end import broker_errors, read_record, read_to_end
from streams.adapters.processing.publishing import failure
from streams.records import VALUE_LEFT
from streams.stages.dead_letter import PREFIX
from streams.topics import DEAD

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Iterable, Mapping

    from aiokafka import AIOKafkaProducer, ConsumerRecord

    from streams.adapters.dead_letters.letters import DeadLetter
    from streams.adapters.dead_letters.plans import Plan
    from streams.settings import Settings

    Marks = Mapping[DeadLetter, tuple[State, str]]

ATTEMPTS: Final = PREFIX + "attempts"
MARKS_AT_ONCE: Final = 1000
"""Deliveries waited for together."""


class Settler:
    """Carries out a plan and counts.

    Args:
        settings: the broker.
        plan: what to do.

    Attributes:
        settled: how many have their final mark.
        failed: those that have not, and why; they stay open.
    """

    def __init__(self, settings: Settings, plan: Plan) -> None:
        self._settings = settings
        self._plan = plan
        self.settled = 0
        self.failed: dict[Position, str] = {}

    async def discard(self) -> None:
        """Mark every letter of the plan as discarded.

        Raises:
            BrokerUnavailableError: the broker went away; what is not marked stays open.
        """
        async with open_producer(self._settings, DEAD.name) as producer:
            await self._mark(producer, dict.fromkeys(self._plan.to_send.values(), (State.DISCARDED, "discarded")))

    async def replay(self) -> None:
        """Send every letter of the plan back, batch by batch, and mark it.

        Raises:
            BrokerUnavailableError: the broker went away; what is not marked is taken up by the next replay.
            TopicLayoutError: a topic that a letter came from does not exist.
        """
        left = dict(self._plan.to_send)
        async with open_producer(self._settings, DEAD.name, *self._plan.topics) as producer:
            await self._mark(producer, self._plan.done)
            async with open_reader(self._settings, (DEAD.name,), "earliest") as reader:
                async for records in read_to_end(reader, first_offsets(left)):
                    chosen = [(letter, record) for record in records if (letter := left.pop(place(record), None))]
                    await self._replay(producer, dict(chosen))
                    if not left:
                        break
        self.failed |= dict.fromkeys(left, "is gone: its retention is over")

    async def _replay(self, producer: AIOKafkaProducer, letters: Mapping[DeadLetter, ConsumerRecord]) -> None:
        bodies = {letter: await self._find_body(letter, record) for letter, record in letters.items()}
        here = {letter: body for letter, body in bodies.items() if body is not None}
        for letter in bodies.keys() - here.keys():
            self.failed[letter.position] = f"has no bytes any more: they were left at {letter.left_at}"
        await self._mark(producer, {each: (State.REPLAYING, f"replaying to {each.origin}") for each in here})
        deliveries = {letter: await send_back(producer, letter, body) for letter, body in here.items()}
        marks = {}
        for letter, delivery in deliveries.items():
            error = delivery if isinstance(delivery, Exception) else await failure(delivery)
            if error is not None or isinstance(delivery, Exception):
                self.failed[letter.position] = f"was not sent: {type(error).__name__}"
            else:
                marks[letter] = (State.REPLAYED, f"replayed to {await landed(delivery)}")
        await self._mark(producer, marks)

    async def _find_body(self, letter: DeadLetter, record: ConsumerRecord) -> ConsumerRecord | None:
        """Return the record that has key, value and headers: the dead letter, or the raw one where they were left."""
        if letter.left_at is None:
            return record
        topic, partition, offset = letter.left_at
        found = await read_record(self._settings, TopicPartition(topic, partition), offset)
        # Of a batch too large to read there comes a record that only says where it is.
        return None if found is None or VALUE_LEFT in dict(found.headers) else found

    async def _mark(self, producer: AIOKafkaProducer, marks: Marks) -> None:
        """Write marks and wait until the broker has them."""
        items = list(marks.items())
        with broker_errors():
            for start in range(0, len(items), MARKS_AT_ONCE):
                batch = items[start : start + MARKS_AT_ONCE]
                for delivery in [await send_mark(producer, letter, *mark) for letter, mark in batch]:
                    await delivery
                self.settled += sum(state.settled for _, (state, _) in batch)


async def send_back(
    producer: AIOKafkaProducer, letter: DeadLetter, record: ConsumerRecord
) -> Future[object] | Exception:
    """Hand the raw record to the producer as it came, with its attempts; return what tells of its delivery.

    It goes to the partition that it came from, so that the versions of an article stay in one.
    """
    topic, partition, _ = letter.origin or Origin("", 0, 0)
    added = {ATTEMPTS: str(letter.attempts), REPLAY_OF: str(letter.origin)}
    headers = [*own_headers(record.headers), *((name, text.encode()) for name, text in added.items())]
    try:
        if record.key is None and record.value is None:
            return await send_bare(producer, topic, partition, headers)
        future: Future[object] = await producer.send(
            topic, record.value, record.key, partition=partition, headers=headers
        )
    except Exception as error:  # noqa: BLE001 - judged by the caller
        return error
    return future


async def send_bare(
    producer: AIOKafkaProducer, topic: str, partition: int, headers: list[tuple[str, bytes | None]]
) -> Future[object]:
    """Send a record without key and value (a dead tombstone), which the producer's `send` does not allow."""
    batch = producer.create_batch()
    batch.append(timestamp=None, key=None, value=None, headers=headers)
    batch.close()
    future: Future[object] = await producer.send_batch(batch, topic, partition=partition)
    return future


async def landed(delivery: Future[object]) -> str:
    """Say where an acknowledged record is."""
    sent: Any = await delivery
    return str(Origin(sent.topic, sent.partition, sent.offset))


def first_offsets(positions: Iterable[Position]) -> dict[TopicPartition, int]:
    """Return the first of these offsets of each partition of the dead-letter topic."""
    starts: dict[TopicPartition, int] = {}
    for position in sorted(positions, reverse=True):
        starts[TopicPartition(DEAD.name, position.partition)] = position.offset
    return starts


def place(record: ConsumerRecord) -> Position:
    """Return where a record of the dead-letter topic stands."""
    return Position(record.partition, record.offset)
