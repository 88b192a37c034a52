"""What a replay or a discard would do, before it does anything: what to settle, and what is left out and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from streams.adapters.dead_letters.letters import REPLAY_OF, Origin, Position, read_headers
from streams.adapters.dead_letters.selection import read_settlements, select_letters
from streams.adapters.dead_letters.settlements import State
from streams.adapters.kafka.reading_to_end import read_topics
from streams.stages.route.headers import INPUT
from streams.topics import DEAD, ENRICHED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from streams.adapters.dead_letters.letters import DeadLetter
    from streams.adapters.dead_letters.selection import Filters, Settlements
    from streams.adapters.dead_letters.settlements import Settlement
    from streams.settings import Settings

SLACK: Final = timedelta(hours=1)
"""How far before a mark or a dead letter we look for what may belong to it: clocks differ, redeliveries take time."""
CAME_THROUGH: Final = frozenset({State.REPLAYED, State.ENRICHED})


@dataclass(slots=True)
class Plan:
    """What to do.

    Attributes:
        to_send: dead letters to replay, or to discard.
        done: those that need no sending any more but a mark, with its state and note.
        left_out: those that were asked for and are left alone, with the reason.
    """

    to_send: dict[Position, DeadLetter] = field(default_factory=dict)
    done: dict[DeadLetter, tuple[State, str]] = field(default_factory=dict)
    left_out: dict[Position, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count what is to be settled."""
        return len(self.to_send) + len(self.done)

    @property
    def topics(self) -> frozenset[str]:
        """Where the letters to send came from."""
        return frozenset(letter.origin.topic for letter in self.to_send.values() if letter.origin)

    def finish(self, position: Position, state: State, note: str) -> None:
        """Note that a letter need not be sent."""
        self.done[self.to_send.pop(position)] = (state, note)


async def plan_discard(settings: Settings, filters: Filters, limit: int | None = None) -> Plan:
    """Choose open dead letters to discard.

    Args:
        settings: the broker.
        filters: which.
        limit: the most to choose, in the order of the topic.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or it went away.
        TopicLayoutError: there is no dead-letter topic.
    """
    return await _choose(settings, filters, await read_settlements(settings), limit, None)


async def plan_replay(settings: Settings, filters: Filters, max_attempts: int, limit: int | None = None) -> Plan:
    """Choose open dead letters to replay, and find out which of them need no sending.

    A raw record is sent once: not again where it was replayed or enriched, nor for a second dead letter of it.

    Args:
        settings: the broker.
        filters: which.
        max_attempts: leave out what was tried so often or more.
        limit: the most to choose, in the order of the topic.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or it went away.
        TopicLayoutError: there is no dead-letter topic, or none of that a dead letter came from.
    """
    settlements = await read_settlements(settings)
    plan = await _choose(settings, filters, settlements, limit, max_attempts)
    _finish_repeats(plan, settlements)
    await _finish_enriched(settings, plan)
    await _finish_sent(settings, plan, settlements)
    return plan


async def _choose(
    settings: Settings, filters: Filters, settlements: Settlements, limit: int | None, max_attempts: int | None
) -> Plan:
    """Choose what is open and can be done; positions asked for that are left out are named."""
    plan = Plan()
    async for letter, settlement in select_letters(settings, filters, settlements):
        why_not = _obstacle(letter, settlement, max_attempts)
        if why_not is None and (limit is None or len(plan) < limit):
            plan.to_send[letter.position] = letter
        # What is settled is named only where someone asked for this very one.
        if why_not is not None and (filters.positions or not settlement.state.settled):
            plan.left_out[letter.position] = why_not
    if limit is None:
        missing = filters.positions - plan.to_send.keys() - plan.left_out.keys()
        plan.left_out |= dict.fromkeys(sorted(missing), "is no dead letter, or none that the filters let through")
    return plan


def _obstacle(letter: DeadLetter, settlement: Settlement, max_attempts: int | None) -> str | None:
    """Say why a dead letter cannot be settled now, or None where it can; without a limit it is not to be replayed."""
    if settlement.state.settled:
        return f"is settled: {settlement.note}"
    if max_attempts is None:
        return None
    if letter.origin is None:
        return "does not say where it came from"
    if letter.origin.topic == DEAD.name:
        return "came from the dead-letter topic itself"
    return f"was tried {letter.attempts} times already" if letter.attempts >= max_attempts else None


def _finish_repeats(plan: Plan, settlements: Settlements) -> None:
    """Send a raw record once, however often it became a dead letter."""
    first = {mark.origin: position for position, mark in settlements.items() if mark.state in CAME_THROUGH}
    for position, letter in list(plan.to_send.items()):
        other = first.setdefault(str(letter.origin), position)
        if other != position:
            plan.finish(position, State.REPEATED, f"repeats {other}")


async def _finish_enriched(settings: Settings, plan: Plan) -> None:
    """Find those whose raw record was enriched as well, by a redelivery that went better."""
    wanted = {str(letter.origin): position for position, letter in plan.to_send.items()}
    if not wanted:
        return
    since = min(letter.time for letter in plan.to_send.values()) - SLACK
    for origin, place in (await _find_headers(settings, ENRICHED.name, INPUT, wanted, since)).items():
        plan.finish(wanted[origin], State.ENRICHED, f"enriched already at {place}")


async def _finish_sent(settings: Settings, plan: Plan, settlements: Settlements) -> None:
    """Find those that an interrupted replay had sent, by the header that every replayed record carries."""
    doubtful = {mark.origin: mark.time for mark in settlements.values() if mark.state is State.REPLAYING}
    for topic in plan.topics:
        wanted = {
            str(letter.origin): position
            for position, letter in plan.to_send.items()
            if letter.origin and letter.origin.topic == topic and str(letter.origin) in doubtful
        }
        if wanted:
            since = min(doubtful[origin] for origin in wanted) - SLACK
            for origin, place in (await _find_headers(settings, topic, REPLAY_OF, wanted, since)).items():
                plan.finish(wanted[origin], State.REPLAYED, f"replayed to {place}")


async def _find_headers(
    settings: Settings, topic: str, header: str, wanted: Collection[str], since: datetime
) -> dict[str, Origin]:
    """Return where a topic has a record whose header is one of these."""
    found: dict[str, Origin] = {}
    async for record in read_topics(settings, (topic,), since):
        text = read_headers(record).get(header)
        if text is not None and text in wanted:
            found[text] = Origin(record.topic, record.partition, record.offset)
    return found
