"""The marks beside dead letters: what became of each, readable by a person in any Kafka tool.

A mark is a record of the dead-letter topic, in the partition of its dead letter and behind it:

    header news_streams.settles      3:17                               the dead letter
    header news_streams.settled.as   replaying | replayed | enriched | repeated | discarded
    header news_streams.input        news.articles.raw/3/404            the raw record, which may be dead twice
    value                            replayed to news.articles.raw/3/551

The latest mark counts. `replaying` says that a command was about to send it and nobody knows yet whether it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from streams.adapters.dead_letters.letters import Position, read_headers
from streams.adapters.processing.inbound import utc_time
from streams.stages.route.headers import INPUT
from streams.topics import DEAD

if TYPE_CHECKING:
    from asyncio import Future
    from datetime import datetime

    from aiokafka import AIOKafkaProducer, ConsumerRecord

    from streams.adapters.dead_letters.letters import DeadLetter

SETTLES: Final = "news_streams.settles"
SETTLED_AS: Final = "news_streams.settled.as"
LONGEST_NOTE: Final = 500


class State(StrEnum):
    """What became of a dead letter."""

    OPEN = "open"
    REPLAYING = "replaying"
    REPLAYED = "replayed"
    ENRICHED = "enriched"
    REPEATED = "repeated"
    DISCARDED = "discarded"

    @property
    def settled(self) -> bool:
        """Whether nothing is to be done any more."""
        return self not in {State.OPEN, State.REPLAYING}


_STATES: Final = frozenset(State)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a mark says.

    Attributes:
        state: of the dead letter.
        note: a line for a person.
        time: when it was written.
        origin: where the raw record was read, `topic/partition/offset`; empty where the dead letter does not say.
    """

    state: State
    note: str
    time: datetime
    origin: str


def read_settlement(record: ConsumerRecord) -> tuple[Position, Settlement] | None:
    """Return which dead letter a mark settles and how, or None where the record is no mark of ours."""
    headers = read_headers(record)
    position = Position.parse(headers.get(SETTLES, ""))
    stated = headers.get(SETTLED_AS, "")
    behind = position is not None and position.partition == record.partition and position.offset < record.offset
    if position is None or not behind or stated not in _STATES:
        return None
    note = (record.value or b"")[:LONGEST_NOTE].decode(errors="replace")
    return position, Settlement(State(stated), note, utc_time(record.timestamp / 1000), headers.get(INPUT, ""))


async def send_mark(producer: AIOKafkaProducer, letter: DeadLetter, state: State, note: str) -> Future[object]:
    """Hand a mark to the producer; return what tells of its delivery."""
    headers = {SETTLES: str(letter.position), SETTLED_AS: str(state), INPUT: str(letter.origin or "")}
    future: Future[object] = await producer.send(
        DEAD.name,
        note.encode(),
        partition=letter.position.partition,
        headers=[(name, text.encode()) for name, text in headers.items()],
    )
    return future
