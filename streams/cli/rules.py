"""`news-streams rules`: whom to alert of what, checked and tried before anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from streams.cli.options import examples

if TYPE_CHECKING:
    from streams.rules.model import Rule

json_option = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
files_argument = click.argument("files", nargs=-1, required=True, metavar="FILES...|-")


@click.group(
    "rules",
    epilog=examples(
        "news-streams rules example | news-streams rules check -",
        "news-streams rules example > rules.yaml && "
        "news-streams enrich articles.jsonl.gz | news-streams rules test rules.yaml --articles -",
    ),
)
def command() -> None:
    """Check rules, and show what they would have sent.

    A rule says which articles somebody is to be alerted of. Rules are written in YAML or JSON, documents separated by
    ---; schemas/rule.v1.json describes every field, and editors complete them by it.
    """


@command.command("example", epilog=examples("news-streams rules example > rules.yaml"))
def print_examples() -> None:
    """Print the ten rules that are shipped, of a newsroom, a bank and a ministry."""
    from streams.samples.rules import read_examples  # noqa: PLC0415 - not for --help

    click.echo(read_examples(), nl=False)


@command.command("check", epilog=examples("news-streams rules example | news-streams rules check - --json"))
@files_argument
@json_option
def check_rules(files: tuple[str, ...], *, as_json: bool) -> None:
    """Check the rules of FILES, folders or - for standard input.

    Every fault of every file is one line, FILE:LINE:COLUMN: what was expected, and the exit code is then 1.
    """
    from streams.cli.rules_view import print_rules  # noqa: PLC0415 - not for --help

    print_rules(load_rules(files, as_json=as_json), as_json=as_json)


@command.command(
    "test",
    epilog=examples(
        "news-streams rules example > new.yaml && "
        "news-streams enrich article.txt | news-streams rules test new.yaml --live new.yaml --articles -"
    ),
)
@files_argument
@click.option(
    "--articles",
    required=True,
    metavar="FILE|-",
    help="Enriched articles, one JSON a line, as `news-streams enrich` prints.",
)
@click.option("--live", multiple=True, metavar="FILE", help="The rules as they are now, to compare; may be repeated.")
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule; may be repeated.")
@json_option
def test_rules(
    files: tuple[str, ...], articles: str, live: tuple[str, ...], only: tuple[str, ...], *, as_json: bool
) -> None:
    """Show what the rules of FILES would have sent over articles, beside what the live rules did. Nothing is sent.

    Time is that of the articles (`enriched_at`): give them in the order in which they came. With --live, + is an alert
    that only the new rules send, - one that only the live ones do, ~ one that differs, = one that stays.
    """
    from streams.cli.rules_articles import read_articles  # noqa: PLC0415 - not for --help
    from streams.cli.rules_view import print_trial  # noqa: PLC0415
    from streams.rules.facts import Facts  # noqa: PLC0415
    from streams.rules.trial import Trial, compare  # noqa: PLC0415

    if "-" in files and articles == "-":
        msg = "rules and articles cannot both come from standard input"
        raise click.UsageError(msg)
    new = Trial(choose(load_rules(files, as_json=as_json), only))
    old = Trial(choose(load_rules(live, as_json=as_json), only) if live else [])
    count = 0
    for article in read_articles(articles):
        facts = Facts(article)
        new.read(facts)
        old.read(facts)
        count += 1
    new.close()
    old.close()
    print_trial(compare(old.sent, new.sent), count, compared=bool(live), as_json=as_json)


@command.command("bench", epilog=examples("news-streams rules bench --rules 100 --seconds 0.2"))
@click.option("--rules", "counts", type=click.IntRange(1, 1_000_000), multiple=True, help="How many; may be repeated.")
@click.option(
    "--articles", "path", metavar="FILE", help="Enriched articles, one JSON a line [default: the samples, enriched]."
)
@click.option("--seconds", type=click.FloatRange(0.05, 600), default=5.0, show_default=True, help="For each line.")
def bench_rules(counts: tuple[int, ...], path: str | None, seconds: float) -> None:
    """Articles a second at so many rules [default: 10, 1,000 and 10,000], and what reading and adding rules takes."""
    from streams.cli.rules_bench import print_bench  # noqa: PLC0415 - not for --help

    print_bench(counts or (10, 1000, 10_000), path, seconds)


def choose(rules: list[Rule], only: tuple[str, ...]) -> list[Rule]:
    """Return the rules of these ids, or all where none is named."""
    return [rule for rule in rules if not only or rule.id in only]


def load_rules(files: tuple[str, ...], *, as_json: bool) -> list[Rule]:
    """Read rules; print all that is wrong with them and leave with exit code 1.

    Raises:
        SourceError: a file that cannot be read.
        click.exceptions.Exit: faults.
    """
    from streams.cli.rules_view import print_faults  # noqa: PLC0415 - not for --help
    from streams.rules.faults import RuleFaultsError  # noqa: PLC0415
    from streams.rules.loading import Rules, list_files, read_file, read_some  # noqa: PLC0415

    found = Rules()
    for path in list_files(name for name in files if name != "-"):
        found.read(read_file(path), str(path))
    if "-" in files:
        found.read(read_some(click.get_binary_stream("stdin"), "-"), "-")
    try:
        return found.done()
    except RuleFaultsError as error:
        print_faults(error.faults, as_json=as_json)
        raise click.exceptions.Exit(1) from None
