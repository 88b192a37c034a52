"""`news-streams tail`: what comes out, as it arrives, for a person or as JSON Lines."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click
from rich.console import Console

from streams.cli.options import broker_option, examples
from streams.cli.printing import standard_output, tolerate_any_text
from streams.topics import DEAD, ENRICHED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.adapters.kafka.clients import Start
    from streams.cli.arrivals import Arrival
    from streams.settings import Settings

DEFAULT_TOPICS = (ENRICHED.name, DEAD.name)


@click.command(
    "tail",
    epilog=examples(
        "news-streams tail --from earliest --limit 3",
        "news-streams tail --json --topic news.entities.mentioned --from earliest --limit 1",
    ),
)
@broker_option
@click.option("--json", "as_json", is_flag=True, help="One line of JSON each, as `enrich` prints them.")
@click.option(
    "--topic", "topics", multiple=True, default=DEFAULT_TOPICS, show_default=True, help="Which; may be repeated."
)
@click.option("--from", "start", type=click.Choice(["earliest", "latest"]), default="latest", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Leave after so many records.")
def command(broker: str | None, topics: tuple[str, ...], start: Start, limit: int | None, *, as_json: bool) -> None:
    """Show enriched articles, and dead letters with their reason, until Ctrl-C.

    Reads outside of any consumer group: nothing is taken from anybody, nothing is committed.
    """
    from streams.settings import Settings  # noqa: PLC0415 - not for --help

    asyncio.run(_tail(Settings.load(broker=broker), topics, start, limit, as_json=as_json))


async def _tail(settings: Settings, topics: Sequence[str], start: Start, limit: int | None, *, as_json: bool) -> None:
    from streams.adapters.kafka.clients import open_reader  # noqa: PLC0415
    from streams.cli.arrivals import read_arrival  # noqa: PLC0415

    show = show_json if as_json else card_printer()
    async with open_reader(settings, topics, start) as reader:
        shown = 0
        async for record in reader:
            show(read_arrival(record))
            shown += 1
            if shown == limit:
                return


def show_json(arrival: Arrival) -> None:
    """Print one line."""
    out = standard_output()
    out.write(arrival.json() + b"\n")
    out.flush()


def card_printer() -> Callable[[Arrival], None]:
    """Return what prints cards; without colours where stdout is no terminal or NO_COLOR is set."""
    tolerate_any_text()
    console = Console(highlight=False)
    return lambda arrival: console.print(arrival.card())
