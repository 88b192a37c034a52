"""`news-streams diff`: what two models, or two versions of the code, made of the same articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from streams.cli.options import examples
from streams.cli.printing import harmless

if TYPE_CHECKING:
    from streams.cli.differences import Comparison

SHOWN = 5


@click.command(
    "diff",
    epilog=examples(
        "news-streams diff enriched.jsonl enriched.jsonl",
        "news-streams enrich articles.jsonl.gz | news-streams diff --json enriched.jsonl -",
    ),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--show", type=click.IntRange(0), default=SHOWN, show_default=True, help="Articles to show.")
@click.option("--most", type=click.FloatRange(0, 1), help="Exit with code 1 if a larger share of the articles differs.")
def command(old: str, new: str, show: int, most: float | None, *, as_json: bool) -> None:
    """Compare enriched articles, a line of JSON each as `enrich` and `tail --json` print them, by their ids.

    OLD and NEW are files, gzipped or not, or - for standard input. What is counted: articles that only one of them has, another text, language or
    sentiment, entities that only one of them found, and those whose type or sentiment differs.
    """
    import orjson  # noqa: PLC0415 - not for --help

    from streams.cli.differences import compare  # noqa: PLC0415
    from streams.cli.rules_articles import read_articles  # noqa: PLC0415

    found = compare(read_articles(old), read_articles(new))
    click.echo(orjson.dumps(found.to_json(show)) if as_json else "\n".join(describe(found, show)))
    if most is not None and found.share > most:
        click.echo(f"news-streams: {found.share:.1%} of the articles differ, more than {most:.1%}", err=True)
        raise click.exceptions.Exit(1)


def describe(found: Comparison, show: int) -> list[str]:
    """Return the lines that tell of it."""
    models = [
        f"{side}: {', '.join(names) or 'no article'}" for side, names in zip(("old", "new"), found.models, strict=True)
    ]
    counts = [f"{count:>8}  {name.replace('_', ' ')}" for name, count in found.counts.items()]
    examples_ = [
        f"{each.id}  {harmless(each.title[:60])}\n          {harmless('; '.join(each.what))}"
        for each in found.examples(show)
    ]
    return [*models, f"{found.share:.1%} of {found.common} articles differ", *counts, *examples_]
