"""What every worker knows whole: the rules that are live, and who is in the news more than usual.

Each board is kept by whoever follows its topic, and read by others meanwhile. A rule is read and checked beside the matching
and put into the index in a fraction of a millisecond; a record that holds none is reported once and passed over.
"""

from __future__ import annotations

import logging
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import orjson

from streams.contracts import ENTITY_TREND, validator
from streams.rules.faults import Fault, RuleFaultsError
from streams.rules.index import Index
from streams.rules.loading import read_value
from streams.stages.quoting import quote
from streams.topics import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.rules.facts import Facts
    from streams.rules.matches import Match
    from streams.rules.model import Rule

logger = logging.getLogger(__name__)

MOST_TRENDS: Final = 200_000
"""Scores that are remembered; beyond it the one that was announced first is forgotten."""


class RuleBoard:
    """The rules that are live.

    Attributes:
        refused: keys of the records that are no rules; one that is mended or deleted is none any more.
    """

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self._index = Index()
        self._lock = Lock()
        self._rules: dict[str, Rule] = {}
        self._deleted: set[str] = set()

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by id, as they are now; what is read from it at any moment is whole."""
        return self._rules

    def is_deleted(self, rule_id: str) -> bool:
        """Tell whether a rule was there and is gone."""
        return rule_id in self._deleted

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """Take a record of `news.alerts.rules`; never raises.

        A rule that cannot be understood is reported, and takes nobody's place: the one before it stays live.
        """
        rule_id = (key or b"").decode(errors="replace")
        if value is None:
            self._remove(rule_id)
            return
        try:
            rule, _ = read_keyed(rule_id, value, f"{RULES.name}[{quote(rule_id)}]")
        except RuleFaultsError as error:
            logger.warning("a rule that cannot be understood is passed over: %s", " ".join(str(error).split()))
            self.refused.add(rule_id)
            return
        with self._lock:
            self._index.put(rule)
        self._rules[rule.id] = rule
        self._deleted.discard(rule.id)
        self.refused.discard(rule.id)

    def _remove(self, rule_id: str) -> None:
        with self._lock:
            self._index.remove(rule_id)
        self._rules.pop(rule_id, None)
        self._deleted.add(rule_id)
        self.refused.discard(rule_id)

    def match(self, facts: Facts) -> list[Match]:
        """Return the rules that an article fits."""
        with self._lock:
            return self._index.match(facts)


class TrendBoard:
    """Who is in the news more than usual, as was announced last."""

    def __init__(self) -> None:
        self._trends: dict[tuple[str, str], Mapping[str, Any]] = {}

    def __len__(self) -> int:
        """How many scores are known."""
        return len(self._trends)

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """Take a record of `news.entities.trends`; what is none is passed over.

        At level 0 an entity is forgotten: of most names nobody ever announces anything.
        """
        del key
        told = _read_trend(value)
        if told is None:
            return
        where = (told["entity_id"], told["window"])
        self._trends.pop(where, None)
        if told["level"]:
            self._trends[where] = told
        if len(self._trends) > MOST_TRENDS:
            self._trends.pop(next(iter(self._trends)), None)

    def trend(self, entity_id: str, window: str) -> float | None:
        """Return an entity's score in a window, None where nothing is known of it."""
        told = self._trends.get((entity_id, window))
        return None if told is None else float(told["score"])

    @property
    def announced(self) -> list[Mapping[str, Any]]:
        """What was announced last of each entity above level 0, in each window."""
        return list(self._trends.values())


def read_keyed(rule_id: str, value: bytes, origin: str) -> tuple[Rule, Any]:
    """Read the rule of a record, whose key is its id, and what was written of it as plain JSON.

    Raises:
        RuleFaultsError: it is no rule, or another's.
    """
    rule, written = read_value(value, origin)
    if rule.id != rule_id:
        raise RuleFaultsError([Fault(origin, 1, 1, f"the record's key is {quote(rule_id)}, the rule's id {rule.id!r}")])
    return rule, written


def _read_trend(value: bytes | None) -> dict[str, Any] | None:
    try:
        told = orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        return None
    return told if validator(ENTITY_TREND).is_valid(told) else None
