"""Rules of files beside the live ones: what would change, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, Any, Literal

import yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from streams.adapters.rules.live import LiveRules
    from streams.rules.model import Rule

Sign = Literal["+", "~", "-", "="]


@dataclass(frozen=True, slots=True)
class Change:
    """One rule.

    Attributes:
        sign: `+` new, `~` changed, `-` to be deleted, `=` the same.
        rule_id: its id.
        before: its version that is live, None where there is none.
        after: its version to be, None where it is to be deleted.
        lines: what of its YAML changes, each line with `+` or `-` before it.
    """

    sign: Sign
    rule_id: str
    before: str | None
    after: str | None
    lines: tuple[str, ...] = ()


def compare_rules(rules: Collection[Rule], values: Mapping[str, Any], live: LiveRules) -> list[Change]:
    """Return what applying rules would do, by id.

    Args:
        rules: to be applied.
        values: what was written of each, by id.
        live: what is there. Rules that are live and not among `rules` stay as they are.
    """
    return [_compare(rule, values[rule.id], live) for rule in sorted(rules, key=lambda rule: rule.id)]


def compare_deletion(ids: Collection[str], live: LiveRules) -> list[Change]:
    """Return what deleting rules would do, by id."""
    return [
        Change("-", each, live.rules[each].version if each in live.rules else None, None) for each in sorted(set(ids))
    ]


def _compare(rule: Rule, value: Any, live: LiveRules) -> Change:
    before = live.rules.get(rule.id)
    if before is None:
        return Change("+", rule.id, None, rule.version)
    # A bad record in its place hides it from whoever reads the topic from now on.
    if before.version == rule.version and rule.id not in live.faults:
        return Change("=", rule.id, before.version, rule.version)
    lines = unified_diff(_lines(live.values[rule.id]), _lines(value), n=1, lineterm="")
    changed = tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))
    return Change("~", rule.id, before.version, rule.version, changed)


def _lines(value: Any) -> list[str]:
    return yaml.safe_dump(value, sort_keys=True, allow_unicode=True, width=100).splitlines()
