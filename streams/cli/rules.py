"""`news-streams rules`: whom to alert of what; checked and tried before anything changes, then applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from streams.cli.options import broker_option, examples
from streams.cli.times import TIME

if TYPE_CHECKING:
    from streams.rules.loading import Rules

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
    """Check rules, show what they would have sent, and make them live.

    A rule says which articles somebody is to be alerted of. Rules are written in YAML or JSON, documents separated by
    ---; schemas/rule.v1.json describes every field, and editors complete them by it.
    """


@command.command("example", epilog=examples("news-streams rules example > rules.yaml"))
def print_examples() -> None:
    """Print the ten rules that are shipped, of a newsroom, a bank and a ministry."""
    from streams.samples.rules import read_examples  # noqa: PLC0415 - not for --help

    click.echo(read_examples(), nl=False)


@command.command("schema", epilog=examples("news-streams rules schema > rule.v1.json"))
def print_schema() -> None:
    """Print the JSON Schema of a rule, for editors.

    The first line of the rules that `rules example` prints tells an editor to look for it beside them.
    """
    from streams.contracts import RULE, schema_folder  # noqa: PLC0415 - not for --help

    click.echo((schema_folder() / RULE).read_text(encoding="utf-8"), nl=False)


@command.command("check", epilog=examples("news-streams rules example | news-streams rules check - --json"))
@files_argument
@json_option
def check_rules(files: tuple[str, ...], *, as_json: bool) -> None:
    """Check the rules of FILES, folders or - for standard input.

    Every fault of every file is one line, FILE:LINE:COLUMN: what was expected, and the exit code is then 1.
    """
    from streams.cli.rules_view import print_rules  # noqa: PLC0415 - not for --help

    print_rules(load_rules(files, as_json=as_json).done(), as_json=as_json)


@command.command(
    "test",
    epilog=examples(
        "news-streams rules example > new.yaml && "
        "news-streams enrich article.txt | news-streams rules test new.yaml --live new.yaml --articles -",
        "news-streams rules example | news-streams rules test - --since 6h",
    ),
)
@files_argument
@broker_option
@click.option("--since", type=TIME, help="Try them on the articles that the broker has from this time on.")
@click.option(
    "--articles",
    metavar="FILE|-",
    help="Try them on enriched articles, one JSON a line, as `news-streams enrich` prints.",
)
@click.option(
    "--live", multiple=True, metavar="FILE", help="The rules to compare with [default, with --since: the broker's]."
)
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule; may be repeated.")
@json_option
def test_rules(files: tuple[str, ...], *, as_json: bool, **asked: Any) -> None:
    """Show what the rules of FILES would have sent over articles, beside what the live rules did. Nothing is sent.

    Time is that of the articles (`enriched_at`). Beside live rules, + is an alert that only the new ones send, - one
    that only the live ones do, ~ one that differs, = one that stays. What is in the news more than usual is not known here:
    conditions on `trend` hold for no article.
    """
    from streams.cli.rules_trial import Asked, hold_trial  # noqa: PLC0415 - not for --help
    from streams.cli.rules_view import print_trial  # noqa: PLC0415

    chosen = Asked(**asked)
    if (chosen.since is None) == (chosen.articles is None):
        msg = "give either --since or --articles"
        raise click.UsageError(msg)
    if "-" in files and chosen.articles == "-":
        msg = "rules and articles cannot both come from standard input"
        raise click.UsageError(msg)
    new = load_rules(files, as_json=as_json).done()
    given = load_rules(chosen.live, as_json=as_json).done() if chosen.live else None
    course = hold_trial(chosen, new, given)
    compared = given is not None or chosen.articles is None
    print_trial(course.differences(), course.articles, compared=compared, as_json=as_json)


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


def load_rules(files: tuple[str, ...], *, as_json: bool) -> Rules:
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
        found.done()
    except RuleFaultsError as error:
        print_faults(error.faults, as_json=as_json)
        raise click.exceptions.Exit(1) from None
    return found


@command.command("apply", epilog=examples("news-streams rules example | news-streams rules apply - --yes"))
@files_argument
@broker_option
@click.option("--dry-run", is_flag=True, help="Show what would change, and leave.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def apply_rules(files: tuple[str, ...], broker: str | None, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Make the rules of FILES live: new ones, and those that changed. Other live rules stay as they are.

    Where any rule cannot be understood nothing changes. What changes is shown first. A rule that is sent to a topic of its
    own gets it (news.alerts.<rule>). Workers know the rules a moment after the broker has them.
    """
    from streams.cli.rules_live import apply_all  # noqa: PLC0415 - not for --help

    require_answer("-" in files, yes=yes or dry_run)
    apply_all(broker, load_rules(files, as_json=as_json), dry_run=dry_run, yes=yes, as_json=as_json)


@command.command("list", epilog=examples("news-streams rules list", "news-streams rules list --json"))
@broker_option
@json_option
def list_rules(broker: str | None, *, as_json: bool) -> None:
    """List the rules that are live. Records of the topic that are no rules are told on stderr."""
    from streams.cli.rules_live import print_live  # noqa: PLC0415 - not for --help

    print_live(broker, as_json=as_json)


@command.command(
    "delete",
    epilog=examples(
        "news-streams rules example | news-streams rules apply - --yes && news-streams rules delete wabah --yes"
    ),
)
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@broker_option
@click.option("--dry-run", is_flag=True, help="Show what would change, and leave.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete_rules(ids: tuple[str, ...], broker: str | None, *, dry_run: bool, yes: bool) -> None:
    """Delete live rules. Alerts that they hold back for quiet hours are sent; a topic of their own stays."""
    from streams.cli.rules_live import delete_all  # noqa: PLC0415 - not for --help

    delete_all(broker, ids, dry_run=dry_run, yes=yes)


def require_answer(reads_stdin: bool, *, yes: bool) -> None:  # noqa: FBT001 - said by its name
    """Refuse to ask where nobody can answer."""
    if reads_stdin and not yes:
        msg = "rules come from standard input, so that nobody can be asked: give --yes or --dry-run"
        raise click.UsageError(msg)
