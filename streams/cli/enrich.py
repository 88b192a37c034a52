"""`news-streams enrich`: the whole pipeline on files or standard input, without a broker.

One line of JSON per record, in order: the enriched article exactly as the enriched topic would carry
it, or `{"dead_letter": {stage, reason, message, source}}`. Exit code 1 at the end if any record failed.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from streams.adapters.sources.files import check_paths, read_sources
from streams.adapters.sources.formats import Format
from streams.cli.options import examples
from streams.cli.printing import standard_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.adapters.offline import Line

FORMATS = ["auto", *(form.value for form in Format)]


@click.command(
    "enrich",
    epilog=examples(
        "news-streams enrich article.txt page.html",
        """echo '{"text": "Presiden Putin tiba di Minsk.", "language": "id"}' | news-streams enrich -""",
        "news-streams enrich --format jsonl articles.jsonl.gz > enriched.jsonl",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILES...|-")
@click.option("--format", "form", type=click.Choice(FORMATS), default="auto", show_default=True, help="How they lie.")
@click.option("--threads", type=click.IntRange(1, 64), help="Batches at a time [default: the CPUs that we may use].")
def command(files: tuple[str, ...], form: str, threads: int | None) -> None:
    """Enrich FILES (or - for standard input) and print one line of JSON per article, in order.

    Plain text and HTML files hold one article each; JSON Lines hold one a line (blank lines are passed over); arrays
    of JSON, web archives (.warc) and folders are read too, each also gzipped. A record that fails is a line
    {"dead_letter": {stage, reason, message, source}} in its place, and the exit code is then 1.
    """
    out = standard_output()
    check_paths(files)
    total = failed = 0
    for line in enrich(files, None if form == "auto" else Format(form), threads):
        out.write(line.json + b"\n")
        out.flush()
        total += 1
        failed += line.failed
    if failed:
        click.echo(f"news-streams enrich: {failed} of {total} records failed", err=True)
        raise click.exceptions.Exit(1)


def enrich(files: tuple[str, ...], form: Format | None, threads: int | None) -> Iterator[Line]:
    """Yield the line of each record."""
    # Here and not at the top: the model's runtime is slow to import, and --help needs none of it.
    from streams.adapters.offline import Offline  # noqa: PLC0415
    from streams.pipeline import Pipeline  # noqa: PLC0415
    from streams.settings import Settings  # noqa: PLC0415
    from streams.stages.enrich import load_enrich  # noqa: PLC0415

    settings = Settings.load()
    offline = Offline(
        pipeline=Pipeline(load_enrich(settings), max_record_bytes=settings.max_record_bytes),
        batch=settings.batch,
        wait=settings.batch_wait,
        threads=threads or len(os.sched_getaffinity(0)),
        clock=lambda: datetime.now(UTC),
    )
    return offline.run(read_sources(files, settings.max_record_bytes, form))
