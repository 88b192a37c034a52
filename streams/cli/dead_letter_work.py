"""What the commands of `news-streams dlq` do between their arguments and their output."""

from __future__ import annotations

import asyncio
import heapq
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import click
from aiokafka import TopicPartition

from streams.adapters.dead_letters.letters import read_letter
from streams.adapters.dead_letters.replaying import Settler
from streams.adapters.dead_letters.selection import Filters, is_open, read_settlements, select_letters
from streams.adapters.kafka.reading_to_end import read_record
from streams.cli.dead_letter_findings import Listing, Shown
from streams.cli.dead_letter_view import print_plan
from streams.errors import NewsStreamsError
from streams.topics import DEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from streams.adapters.dead_letters.letters import DeadLetter, Position
    from streams.adapters.dead_letters.plans import Plan
    from streams.adapters.dead_letters.settlements import Settlement
    from streams.settings import Settings


class DeadLetterError(NewsStreamsError):
    """What was asked for is not there, or was not confirmed."""


def make_filters(*, since: datetime | None, until: datetime | None, **sets: Iterable[Any]) -> Filters:
    """Put what was given on the command line together: `positions`, `stages`, `reasons` and `topics` are the sets.

    Raises:
        UsageError: the times leave nothing between them.
    """
    if since and until and since >= until:
        msg = f"--since {since.isoformat()} is not before --until {until.isoformat()}"
        raise click.UsageError(msg)
    chosen: dict[str, Any] = {name: frozenset(values) for name, values in sets.items()}
    return Filters(**chosen, since=since, until=until)


async def find_newest(settings: Settings, filters: Filters, limit: int, *, everything: bool) -> Listing:
    """Find the newest dead letters that are open, or all of them; memory holds no more than `limit`."""
    settlements = await read_settlements(settings)
    counts: Counter[tuple[str, str]] = Counter()
    newest: list[tuple[tuple[datetime, Position], DeadLetter, Settlement]] = []
    async for letter, settlement in select_letters(settings, filters, settlements):
        if settlement.state.settled and not everything:
            continue
        counts[letter.stage, letter.reason] += 1
        # The position makes each one different, so that the letters themselves are never compared.
        heapq.heappush(newest, ((letter.time, letter.position), letter, settlement))
        if len(newest) > limit:
            heapq.heappop(newest)
    return Listing([(letter, settlement) for _, letter, settlement in sorted(newest)], counts)


async def find_letter(settings: Settings, position: Position | None) -> Shown | None:
    """Read one record of the dead-letter topic, or the newest that is open; None where none is.

    Raises:
        DeadLetterError: there is no record at that position.
    """
    if position is None:
        found = await find_newest(settings, Filters(), 1, everything=False)
        if not found.newest:
            return None
        position = found.newest[0][0].position
    record = await read_record(settings, TopicPartition(DEAD.name, position.partition), position.offset)
    if record is None:
        msg = f"{DEAD.name} holds no record at {position}"
        raise DeadLetterError(msg)
    letter = read_letter(record)
    settlement = (await read_settlements(settings)).get(position) if letter else None
    return Shown(record, letter, settlement or (is_open(letter) if letter else None))


@dataclass(frozen=True, slots=True)
class Settling:
    """A replay or a discard, as it was asked for.

    Attributes:
        verb: what to do.
        settings: the broker.
        limit: the most to settle.
        confirm: how many someone says it is; None asks.
        dry_run: show, and do nothing.
    """

    verb: Literal["replay", "discard"]
    settings: Settings
    limit: int | None
    confirm: int | None
    dry_run: bool

    def carry_out(self, plan: Plan, *, strict: bool) -> None:
        """Show a plan, have it confirmed by its count, do it and say what came of it.

        Args:
            plan: what to do.
            strict: whether leaving something out is a failure.

        Raises:
            DeadLetterError: it was not confirmed.
            Exit: with 1 where something failed.
        """
        print_plan(self.verb, plan)
        settler = Settler(self.settings, plan)
        if plan and not self.dry_run:
            require_count(self.verb, len(plan), self.confirm)
            asyncio.run(settler.replay() if self.verb == "replay" else settler.discard())
            click.echo(f"{settler.settled} settled" + (f", {len(settler.failed)} failed" if settler.failed else ""))
            name_positions(settler.failed)
        if settler.failed or (strict and plan.left_out):
            raise click.exceptions.Exit(1)


def require_count(verb: str, count: int, confirm: int | None) -> None:
    """Have someone say how many it is: nobody settles a thousand by a slip.

    Raises:
        DeadLetterError: another number was given, or nobody is there to ask.
    """
    if confirm is None:
        if not sys.stdin or not sys.stdin.isatty():
            msg = f"to {verb} without a terminal, say how many: --confirm {count}"
            raise DeadLetterError(msg)
        confirm = click.prompt(f"Type {count} to {verb} them", type=int)
    if confirm != count:
        msg = f"nothing done: {count} would be settled, {confirm} were confirmed"
        raise DeadLetterError(msg)


def name_positions(reasons: Mapping[Position, str]) -> None:
    """Say on stderr what became of some, a line each."""
    for position, why in reasons.items():
        click.echo(f"{position} {why}", err=True)
