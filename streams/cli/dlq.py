"""`news-streams dlq`: dead letters as a person works with them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from streams.cli.options import broker_option, examples
from streams.cli.times import TIME
from streams.errors import Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.adapters.dead_letters.letters import Position
    from streams.settings import Settings


class PositionType(click.ParamType):
    """`PARTITION:OFFSET` in the dead-letter topic."""

    name = "PARTITION:OFFSET"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Position:
        """Read a position, or fail and say what one looks like."""
        from streams.adapters.dead_letters.letters import Position  # noqa: PLC0415 - --help needs none of this

        found = value if isinstance(value, Position) else Position.parse(value)
        if found is None:
            self.fail(
                f"{value!r} is no PARTITION:OFFSET such as 3:17, as `news-streams dlq list` shows them", param, ctx
            )
        return found


POSITION = PositionType()
FILTERS = (
    click.option(
        "--stage",
        "stages",
        multiple=True,
        type=click.Choice([each.value for each in Stage]),
        help="Failed here; may be repeated.",
    ),
    click.option(
        "--reason",
        "reasons",
        multiple=True,
        type=click.Choice([each.value for each in Reason]),
        help="For this; may be repeated.",
    ),
    click.option("--topic", "topics", multiple=True, help="Came from this topic; may be repeated."),
    click.option(
        "--since", type=TIME, help="Set aside at this time (RFC 3339) or later, or so long ago: 90m, 12h, 7d."
    ),
    click.option("--until", type=TIME, help="Set aside before this time."),
)
SETTLING = (
    click.argument("positions", nargs=-1, type=POSITION, metavar="[PARTITION:OFFSET]..."),
    click.option("--limit", type=click.IntRange(1), help="At most so many, in the order of the topic."),
    click.option(
        "--confirm", type=click.IntRange(0), metavar="COUNT", help="Go on without asking if it is exactly so many."
    ),
    click.option("--dry-run", is_flag=True, help="Show what would be done and do nothing."),
)
HOW = ("limit", "confirm", "dry_run")


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the filters and the broker."""
    for option in reversed((broker_option, *FILTERS)):
        command = option(command)
    return command


def settling(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what it takes to choose dead letters and to be sure."""
    for option in reversed(SETTLING):
        command = option(command)
    return filtered(command)


@click.group(
    "dlq", epilog=examples("news-streams dlq list --since 24h", "news-streams dlq replay --stage enrich --dry-run")
)
def command() -> None:
    """List, show, replay and discard dead letters.

    A replayed or discarded dead letter is marked, by a record of its own in the same partition; it stays in the
    topic until its retention is over.
    """


@command.command(
    "list", epilog=examples("news-streams dlq list", "news-streams dlq list --reason bad_json --since 7d --json")
)
@filtered
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
@click.option("--all", "everything", is_flag=True, help="Also those replayed and discarded.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON each.")
def list_letters(broker: str | None, limit: int, *, everything: bool, as_json: bool, **chosen: Any) -> None:
    """Show the dead letters that wait for someone, the newest last."""
    from streams.cli.dead_letter_view import print_json, print_table  # noqa: PLC0415
    from streams.cli.dead_letter_work import find_newest, make_filters  # noqa: PLC0415

    found = asyncio.run(find_newest(load_settings(broker), make_filters(**chosen), limit, everything=everything))
    if as_json:
        print_json(found.newest)
    else:
        print_table(found)


@command.command("show", epilog=examples("news-streams dlq show"))
@broker_option
@click.argument("position", required=False, type=POSITION, metavar="[PARTITION:OFFSET]")
@click.option("--raw", is_flag=True, help="Write the value's bytes to stdout, as they came.")
def show_letter(broker: str | None, position: Position | None, *, raw: bool) -> None:
    """Show one dead letter, the newest open one by default: why, from where, headers, value.

    With --raw, `news-streams dlq show 3:17 --raw > letter` writes the bytes alone.
    """
    from streams.cli.dead_letter_view import print_letter, write_raw  # noqa: PLC0415
    from streams.cli.dead_letter_work import find_letter  # noqa: PLC0415

    found = asyncio.run(find_letter(load_settings(broker), position))
    if found is None:
        click.echo("no dead letter is open", err=True)
    elif raw:
        write_raw(found)
    else:
        print_letter(found)


@command.command(
    "replay", epilog=examples("news-streams dlq replay --stage enrich --reason internal --since 2h --dry-run")
)
@settling
@click.option(
    "--max-attempts", type=click.IntRange(1), default=3, show_default=True, help="Leave out what was tried so often."
)
def replay_letters(broker: str | None, max_attempts: int, **chosen: Any) -> None:
    """Send dead letters back to the topic that they came from, with bytes, key and headers as they came.

    A raw record is sent once: not where it was replayed before or was enriched after all. Its attempts go along, so
    that the next dead letter counts on. Exit code 1 where a position asked for was left out, or sending failed.
    """
    from streams.adapters.dead_letters.plans import plan_replay  # noqa: PLC0415
    from streams.cli.dead_letter_work import Settling, make_filters  # noqa: PLC0415

    work = Settling("replay", load_settings(broker), *(chosen.pop(name) for name in HOW))
    filters = make_filters(**chosen)
    plan = asyncio.run(plan_replay(work.settings, filters, max_attempts, work.limit))
    work.carry_out(plan, strict=bool(filters.positions))


@command.command("discard", epilog=examples("news-streams dlq discard --reason tombstone --until 7d --dry-run"))
@settling
def discard_letters(broker: str | None, **chosen: Any) -> None:
    """Mark dead letters as done with, so that they are neither listed nor replayed any more.

    Nothing is deleted: their bytes stay in the topic until its retention is over.
    """
    from streams.adapters.dead_letters.plans import plan_discard  # noqa: PLC0415
    from streams.cli.dead_letter_work import Settling, make_filters  # noqa: PLC0415

    work = Settling("discard", load_settings(broker), *(chosen.pop(name) for name in HOW))
    filters = make_filters(**chosen)
    plan = asyncio.run(plan_discard(work.settings, filters, work.limit))
    work.carry_out(plan, strict=bool(filters.positions))


def load_settings(broker: str | None) -> Settings:
    """Read the settings with what was given on the command line."""
    from streams.settings import Settings  # noqa: PLC0415

    return Settings.load(broker=broker)
