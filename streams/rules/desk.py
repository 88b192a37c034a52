"""Matches in, alerts out: the state of the rules, over a mapping that keeps it.

Deterministic: the same matches and ticks in the same order give the same alerts with the same ids. There is no clock: the
caller says what time it is, as far as the articles tell. Rows are plain JSON under keys that begin with their rule, so that
a Faust table, partitioned by rule, can be the mapping. A match that comes again changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any, Final

from streams.rules.threads import advance, is_over, join, open_thread
from streams.rules.windows import is_reached, see

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from streams.rules.alerts import Alert
    from streams.rules.matches import Match
    from streams.rules.model import Rule

CAPACITY: Final = 100_000
"""Rows that are kept; beyond it the one that is due first is settled at once: told early, never lost."""

Row = dict[str, Any]


class Desk:
    """The state of rules.

    Args:
        rules: by id, as they are now; the caller may change the mapping.
        states: the rows by key, of earlier runs too.
        capacity: rows at most.
    """

    def __init__(self, rules: Mapping[str, Rule], states: MutableMapping[str, Row], capacity: int = CAPACITY) -> None:
        self._rules = rules
        self._states = states
        self._capacity = capacity
        self._due = [(row["due"], key) for key, row in states.items()]
        heapify(self._due)

    def take(self, match: Match) -> list[Alert]:
        """Take one match; return what is to be sent now."""
        rule = self._rules.get(match.rule_id)
        if rule is None or not rule.enabled:
            return []
        sent: list[Alert] = []
        for group in _groups(rule, match):
            sightings = self._count(rule, match, group)
            if sightings is not None:
                sent += self._tell(rule, match, group, sightings)
        return sent + self._shrink()

    def tick(self, now: datetime) -> list[Alert]:
        """Do what is due at a moment, or was before it; return what is to be sent."""
        sent: list[Alert] = []
        while self._due and datetime.fromisoformat(self._due[0][0]) <= now:
            due, key = heappop(self._due)
            row = self._states.get(key)
            if row is not None and row["due"] == due:
                sent += self._advance(key, row)
        return sent

    def _count(self, rule: Rule, match: Match, group: str) -> list[Row] | None:
        """Return the articles of the count that is reached, none where the rule counts nothing; None where it is not."""
        if rule.count is None:
            return []
        key = f"{rule.id}|window|{group}"
        row = see(self._states.get(key), rule.count, match)
        self._put(key, row)
        reached = is_reached(row, rule.count) or f"{rule.id}|thread|{group}" in self._states
        return list(row["sightings"]) if reached else None

    def _tell(self, rule: Rule, match: Match, group: str, sightings: list[Row]) -> list[Alert]:
        key = f"{rule.id}|thread|{group}"
        sent: list[Alert] = []
        row = self._states.get(key)
        while row is not None and is_over(row, match.time):
            sent += self._advance(key, row)
            row = self._states.get(key)
        if row is not None:
            self._put(key, join(row, match))
        elif rule.count is None or is_reached({"sightings": sightings}, rule.count):
            row = open_thread(rule, match, group, sightings)
            self._put(key, row)
            sent += [row["alert"]] if row["state"] == "open" else []
        return sent

    def _advance(self, key: str, row: Row) -> list[Alert]:
        if "alert" not in row:  # a window that nothing was seen in for its whole length
            del self._states[key]
            return []
        stays, sent = advance(row, self._rules.get(row["rule"]))
        if stays is None:
            del self._states[key]
        else:
            self._put(key, stays)
        return [sent] if sent else []

    def _put(self, key: str, row: Row) -> None:
        before = self._states.get(key)
        self._states[key] = row
        if before is None or before["due"] != row["due"]:
            heappush(self._due, (row["due"], key))

    def _shrink(self) -> list[Alert]:
        """Settle what is due first until there is room."""
        sent: list[Alert] = []
        while len(self._states) > self._capacity and self._due:
            due, key = heappop(self._due)
            row = self._states.get(key)
            while row is not None and row["due"] == due:
                sent += self._advance(key, row)
                row = self._states.get(key)
        return sent


def _groups(rule: Rule, match: Match) -> list[str]:
    """Return what is told once: the story, or each thing that the rule counts by."""
    if rule.count is None or rule.count.of == "story":
        return [match.story]
    return [""] if rule.count.of == "rule" else [entity["id"] for entity in match.entities]
