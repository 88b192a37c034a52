"""`news-streams audit`: whether every raw record came out, by comparing the topics."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import click

from streams.cli.options import broker_option, examples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from streams.adapters.accounting import Account, Audit

COLUMNS = ("read", "enriched", "dropped", "dead_lettered", "in_flight", "missing", "both", "repeated")
"""What is counted; the names are those of the JSON."""
LINE = 160


@click.command("audit", epilog=examples("news-streams audit", "news-streams audit --json"))
@broker_option
@click.option("--group", help="The consumer group whose commits count [default: the setting `group`].")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(broker: str | None, group: str | None, *, as_json: bool) -> None:
    """Count that every raw record came out: in = enriched + dropped + dead-lettered + in flight, by partition.

    Reads the raw topic and those of the outcomes from beginning to end; workers may go on meanwhile. Exit code 1
    where a committed record has no outcome (missing) or two (both), with the first such places. Repeats are counted:
    delivery is at least once, and they have the same id.
    """
    from streams.adapters.accounting import audit_topics  # noqa: PLC0415 - not for --help
    from streams.settings import Settings  # noqa: PLC0415

    audit = asyncio.run(audit_topics(Settings.load(broker=broker, group=group)))
    if as_json:
        print_json(audit)
    else:
        print_table(audit)
    for line in disagreements(audit):
        click.echo(line, err=True)
    if not audit.agrees:
        raise click.exceptions.Exit(1)


def totals(accounts: Iterable[Account]) -> dict[str, int]:
    """Return the sums of all that is counted."""
    rows = [asdict(account) for account in accounts]
    return {name: sum(row[name] for row in rows) for name in COLUMNS}


def print_json(audit: Audit) -> None:
    """Print one line: the sums, and every partition."""
    import orjson  # noqa: PLC0415

    whole: dict[str, Any] = {each.name: getattr(audit, each.name) for each in fields(audit)}
    partitions = [asdict(account) for account in whole.pop("accounts")]
    click.echo(orjson.dumps({"agrees": audit.agrees, **whole, **totals(audit.accounts), "partitions": partitions}))


def print_table(audit: Audit) -> None:
    """Print a row for each partition, the sums and the verdict."""
    from rich.console import Console  # noqa: PLC0415

    # Numbers are never cut: a narrow terminal wraps the lines instead.
    console = Console(highlight=False, width=LINE)
    console.print(_table(audit))
    total = totals(audit.accounts)
    sides = (
        f"{total['enriched']:,} enriched + {total['dropped']:,} dropped + "
        f"{total['dead_lettered']:,} dead-lettered + {total['in_flight']:,} in flight"
    )
    console.print(f"in {total['read']:,} {'=' if audit.agrees else 'is not'} {sides}")
    if audit.elsewhere:
        console.print(f"{audit.elsewhere:,} outputs are of raw records that the topic does not hold any more")
    if audit.unnamed:
        console.print(f"{audit.unnamed:,} records in the output topics name no raw record")


def _table(audit: Audit) -> Table:
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for heading in ("partition", "committed", *COLUMNS):
        table.add_column(heading.replace("_", " ").upper(), justify="right")
    for account in audit.accounts:
        row = asdict(account)
        committed = "never" if account.committed is None else f"{account.committed:,}"
        table.add_row(str(account.partition), committed, *(f"{row[name]:,}" for name in COLUMNS))
    table.add_row("all", "", *(f"{count:,}" for count in totals(audit.accounts).values()), style="bold")
    return table


def disagreements(audit: Audit) -> list[str]:
    """Say where the topics disagree, a line for each partition and kind, with the first places."""
    from streams.topics import RAW  # noqa: PLC0415

    kinds = (("missing", "committed, but no outcome"), ("both", "with more than one outcome"))
    lines = []
    for account in audit.accounts:
        row = asdict(account)
        for kind, said in kinds:
            first = ", ".join(f"{RAW.name}/{account.partition}/{offset}" for offset in row[f"first_{kind}"])
            if first:
                lines.append(f"{row[kind]:,} {said}: {first}{' …' if row[kind] > len(row[f'first_{kind}']) else ''}")
    return lines
