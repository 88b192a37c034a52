"""Rules on the broker: shown, applied and deleted, never before it was said what changes."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import click
import orjson

from streams.adapters.rules.changes import compare_deletion, compare_rules
from streams.adapters.rules.live import make_topics, publish_rules, read_live
from streams.cli.printing import harmless, tolerate_any_text
from streams.errors import NewsStreamsError
from streams.rules.alerts import topic_of
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from streams.adapters.rules.changes import Change
    from streams.adapters.rules.live import LiveRules
    from streams.rules.loading import Rules
    from streams.rules.model import Rule

COLOURS = {"+": "green", "-": "red", "~": "yellow", "=": None}
SAID = {"+": "new", "~": "changed", "-": "deleted", "=": "unchanged"}


class NotLiveError(NewsStreamsError):
    """The topic does not hold what was just written: somebody else writes the same rules."""


def apply_all(broker: str | None, found: Rules, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Make rules live that differ from those that are.

    Raises:
        NewsStreamsError: there is no broker, or it refuses.
        NotLiveError: another wrote the same rules in between.
        click.Abort: a person said no.
    """
    settings = Settings.load(broker=broker)
    rules = {rule.id: rule for rule in found.done()}
    changes = compare_rules(rules.values(), found.values, asyncio.run(read_live(settings)))
    _show(changes, as_json=as_json)
    wanted = [change.rule_id for change in changes if change.sign != "="]
    if not _goes_on(wanted, dry_run=dry_run, yes=yes, as_json=as_json):
        return
    made = asyncio.run(make_topics(settings, rules.values()))
    values = {each: found.values[each] for each in wanted}
    live = asyncio.run(_publish(settings, values))
    lost = [each for each in wanted if each not in live.rules or live.rules[each].version != rules[each].version]
    if lost:
        msg = f"somebody else wrote these at the same moment: {', '.join(lost)}; look at `news-streams rules list`"
        raise NotLiveError(msg)
    if not as_json:
        for topic in made:
            click.echo(f"created {topic}")
        for each in wanted:
            click.echo(f"live {each} {rules[each].version} -> {topic_of(rules[each])}")


def delete_all(broker: str | None, ids: Collection[str], *, dry_run: bool, yes: bool) -> None:
    """Delete rules.

    Raises:
        NewsStreamsError: there is no broker, it refuses, or one of the rules is not there.
        click.Abort: a person said no.
    """
    settings = Settings.load(broker=broker)
    live = asyncio.run(read_live(settings))
    unknown = [each for each in ids if each not in live.rules and each not in live.faults]
    if unknown:
        msg = f"no such rule: {', '.join(map(harmless, unknown))}; nothing was deleted"
        raise NewsStreamsError(msg)
    changes = compare_deletion(ids, live)
    _show(changes, as_json=False)
    if _goes_on([change.rule_id for change in changes], dry_run=dry_run, yes=yes, as_json=False):
        asyncio.run(_publish(settings, dict.fromkeys(change.rule_id for change in changes)))


def print_live(broker: str | None, *, as_json: bool) -> None:
    """Print the rules that are live; on stderr the records that are no rules.

    Raises:
        NewsStreamsError: there is no broker, or no such topic.
    """
    live = asyncio.run(read_live(Settings.load(broker=broker)))
    tolerate_any_text()
    rules = [live.rules[each] for each in sorted(live.rules)]
    if as_json:
        click.echo(orjson.dumps([_described(rule) | {"value": live.values[rule.id]} for rule in rules]))
    else:
        _print_table(rules)
    for rule_id, faults in sorted(live.faults.items()):
        stays = " (the one before it stays live until workers start anew)" if rule_id in live.rules else ""
        click.echo(f"{harmless(rule_id)} cannot be understood{stays}: {harmless(str(faults[0]))}", err=True)


def _described(rule: Rule) -> dict[str, Any]:
    told = {name: getattr(rule, name) for name in ("version", "severity", "enabled", "title", "owner")}
    return {"rule": rule.id, "topic": topic_of(rule), **told}


def _print_table(rules: Collection[Rule]) -> None:
    wide = max((len(rule.id) for rule in rules), default=0)
    far = max((len(topic_of(rule)) for rule in rules), default=0)
    for rule in rules:
        to = topic_of(rule) if rule.enabled else "off"
        line = f"{rule.id:<{wide}}  {rule.version}  {rule.severity:<8}  {to:<{far}}  {harmless(rule.title or '')}"
        click.echo(line.rstrip())
    click.echo(f"{len(rules)} live {'rule' if len(rules) == 1 else 'rules'}")


async def _publish(settings: Settings, values: Mapping[str, Any]) -> LiveRules:
    """Publish, and read back what the topic holds then."""
    await publish_rules(settings, values)
    return await read_live(settings)


def _show(changes: Iterable[Change], *, as_json: bool) -> None:
    if as_json:
        told = [
            {"change": each.sign, "rule": each.rule_id, "before": each.before, "after": each.after} for each in changes
        ]
        click.echo(orjson.dumps({"changes": told}))
        return
    tolerate_any_text()
    counted = Counter(change.sign for change in changes)
    for change in changes:
        if change.sign == "=":
            continue
        versions = " -> ".join(each for each in (change.before, change.after) if each)
        click.secho(f"{change.sign} {harmless(change.rule_id)}  {versions}", fg=COLOURS[change.sign])
        for line in change.lines:
            click.echo(f"    {harmless(line)}")
    click.echo(", ".join(f"{count} {SAID[sign]}" for sign, count in counted.items()) or "no rules")


def _goes_on(wanted: Collection[str], *, dry_run: bool, yes: bool, as_json: bool) -> bool:
    """Tell whether to go on; ask a person where it was not said."""
    if dry_run or not wanted:
        return False
    if yes:
        return True
    if as_json:
        msg = "with --json nobody is asked: give --yes or --dry-run"
        raise click.UsageError(msg)
    return click.confirm("Go on?", abort=True)
