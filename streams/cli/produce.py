"""`news-streams produce`: articles from files, folders and archives into a topic.

Every record is acknowledged before it counts. Lines of JSON Lines go as they are, even broken ones:
what becomes of them is the worker's to say, and the dead-letter topic's to keep.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from streams.adapters.sources.files import check_paths, read_sources, total_bytes
from streams.cli.options import broker_option, examples
from streams.cli.printing import harmless
from streams.topics import RAW

if TYPE_CHECKING:
    from streams.adapters.feeding import Feed


@click.command(
    "produce",
    epilog=examples(
        "news-streams produce articles.jsonl.gz pages/ crawl.warc.gz",
        "news-streams produce --rate 20 --source antaranews.com article.txt",
    ),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...|-")
@broker_option
@click.option("--topic", default=RAW.name, show_default=True, help="Where to.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Records a second [default: all it can].")
@click.option("--source", help="The source of articles that name none: a host name.")
def command(paths: tuple[str, ...], broker: str | None, topic: str, rate: float | None, source: str | None) -> None:
    """Publish the articles in PATHS: files, folders, - for standard input.

    JSON Lines, JSON, plain text, HTML and web archives (.warc), each also gzipped. The key is the article's URL, else
    its id. Lines of JSON Lines go as they are, even broken ones; what cannot be read at all is named on stderr, and
    the exit code is then 1.
    """
    from streams.adapters.feeding import Feed  # noqa: PLC0415 - not for --help
    from streams.settings import Settings  # noqa: PLC0415

    check_paths(paths)
    console = Console(stderr=True)
    feed = Feed(Settings.load(broker=broker), topic, rate, source, lambda place, why: _tell(console, place, why))
    started = time.monotonic()
    try:
        asyncio.run(_run(feed, paths, console))
    except BaseException:
        if feed.published:
            _summarise(feed, time.monotonic() - started)
        raise
    _summarise(feed, time.monotonic() - started)
    if feed.refused:
        raise click.exceptions.Exit(1)


async def _run(feed: Feed, paths: tuple[str, ...], console: Console) -> None:
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[records]:,} records  {task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total_bytes(paths), records=0, rate=0.0)
        started = time.monotonic()

        def show(count: int) -> None:
            rate = feed.published / max(time.monotonic() - started, 0.001)
            progress.update(task, advance=count, records=feed.published, rate=rate)

        await feed.run(read_sources(paths, feed.settings.max_record_bytes, on_bytes=show))
        show(0)


def _tell(console: Console, place: str, why: str) -> None:
    console.print(Text(harmless(f"{place}: {why}")), soft_wrap=True)


def _summarise(feed: Feed, seconds: float) -> None:
    refused = f", {feed.refused} could not be" if feed.refused else ""
    rate = feed.published / max(seconds, 0.001)
    click.echo(f"published {feed.published} records to {feed.topic}{refused} ({seconds:.1f} s, {rate:,.0f} a second)")
