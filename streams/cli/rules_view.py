"""How rules, their faults and a trial look on a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click
import orjson

from streams.cli.printing import harmless, tolerate_any_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.rules.alerts import Alert
    from streams.rules.faults import Fault
    from streams.rules.model import Rule
    from streams.rules.trial import Difference

COLOURS = {"+": "green", "-": "red", "~": "yellow", "=": None}
QUOTED = 160
"""Code points of a sentence that is shown around a match."""


def print_rules(rules: Sequence[Rule], *, as_json: bool) -> None:
    """Print rules that are in order: id, version, severity, where to, title."""
    if as_json:
        facts = [{"rule": rule.id, "version": rule.version, "severity": rule.severity} for rule in rules]
        click.echo(orjson.dumps({"rules": facts, "faults": []}))
        return
    tolerate_any_text()
    wide = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        to = "off" if not rule.enabled else rule.send_to
        click.echo(
            f"{rule.id:<{wide}}  {rule.version}  {rule.severity:<8}  {to:<6}  {harmless(rule.title or '')}".rstrip()
        )
    click.echo(f"{len(rules)} {'rule is' if len(rules) == 1 else 'rules are'} in order")


def print_faults(faults: Sequence[Fault], *, as_json: bool) -> None:
    """Print what is wrong: a line each on stderr, or one JSON object on stdout."""
    if as_json:
        told = [{name: getattr(fault, name) for name in ("origin", "line", "column", "message")} for fault in faults]
        click.echo(orjson.dumps({"rules": [], "faults": told}))
        return
    tolerate_any_text()
    for fault in faults:
        click.echo(harmless(str(fault)), err=True)
    click.echo(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}", err=True)


def print_trial(differences: Sequence[Difference], articles: int, *, compared: bool, as_json: bool) -> None:
    """Print what would have been sent, by time, and the sums by rule."""
    if as_json:
        for each in differences:
            told: dict[str, Any] = {"alert": each.alert}
            click.echo(orjson.dumps({"change": each.sign, **told} if compared else told))
        return
    tolerate_any_text()
    for each in differences:
        print_alert(each.alert, each.sign if compared else "")
    _print_sums(differences, articles, compared=compared)


def print_alert(alert: Alert, sign: str = "") -> None:
    """Print an alert: what, whose, and why.

    Args:
        alert: that fits its schema.
        sign: what stands before it, where two versions are compared.
    """
    what = "update" if alert["kind"] == "update" else alert["severity"]
    held = f" (held until {alert['held_until'][:16]})" if alert["held_until"] else ""
    head = f"{sign:<2}" if sign else ""
    line = f"{head}{alert['time'][:16]}  {what:<8}  {alert['rule']['id']} -> {alert['topic']}{held}"
    click.secho(line, fg=COLOURS.get(sign))
    click.echo(f"    {harmless(alert['article']['title'] or '(no headline)')}")
    for line in reasons(alert):
        click.echo(f"      {line}")
    if alert["joined"]:
        click.echo(
            f"      {alert['articles']} articles, from {', '.join(map(harmless, alert['sources'])) or 'unknown'}"
        )


def reasons(alert: Alert) -> list[str]:
    """Return why an alert was sent, a line for each condition, without control codes."""
    return [_reason(each) for each in _first_of_each(alert["because"])]


def _first_of_each(because: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({(each["condition"], each["wanted"], each["entity"]): each for each in reversed(because)}.values())[
        ::-1
    ]


def _reason(evidence: dict[str, Any]) -> str:
    """Return a line that says why, with the match between guillemets where there is one."""
    sentence = evidence["sentence"]
    value = "" if evidence["value"] is None else f" ({evidence['value']:+.2f})"
    said = f"{evidence['condition']} {harmless(evidence['entity'] or evidence['wanted'])}{value}"
    if sentence is None:
        return said
    text, start, end = sentence["text"], evidence["start"] - sentence["start"], evidence["end"] - sentence["start"]
    before, after = text[max(0, start - QUOTED // 2) : start], text[end : end + QUOTED // 2]
    return f"{said}: {harmless(before)}«{harmless(text[start:end])}»{harmless(after)}"


def _print_sums(differences: Sequence[Difference], articles: int, *, compared: bool) -> None:
    live = Counter(each.live["rule"]["id"] for each in differences if each.live)
    new = Counter(each.new["rule"]["id"] for each in differences if each.new)
    wide = max(map(len, {*live, *new}), default=0)
    for rule_id in sorted({*live, *new}):
        beside = f"live {live[rule_id]:>5}   " if compared else ""
        click.echo(f"{rule_id:<{wide}}  {beside}new {new[rule_id]:>5}")
    click.echo(
        f"{articles:,} articles, {new.total():,} alerts and updates" + (f" (live {live.total():,})" if compared else "")
    )
