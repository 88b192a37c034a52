"""Values that fit `schemas/rule.v1.json` become rules; what no schema can see is checked on the way."""

from __future__ import annotations

import hashlib
from datetime import time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, available_timezones

import orjson

from streams.contracts import RULE, validator
from streams.rules import model
from streams.rules.durations import read_duration
from streams.rules.explaining import explain, show
from streams.rules.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.rules.faults import Fault
    from streams.rules.reading import Document, Path

RESERVED: Final = frozenset({"rules", "matched", "dlq"})
"""Ids whose own topic would be one of ours."""
MOST_CONDITIONS: Final = 1000
"""In one rule, however nested."""
LONGEST_PHRASE: Final = 20
"""Words in a row."""
VERSION_DIGITS: Final = 12
_TEXT: Final = str


class Reader:
    """Reads one document as a rule and collects what is wrong with it.

    Args:
        document: a value and the places of its parts.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.faults: list[Fault] = []
        self._conditions = 0

    def read(self) -> model.Rule | None:
        """Return the rule, or None where there are faults."""
        value = self._document.value
        for error in validator(RULE).iter_errors(value):
            path = tuple(error.instance_path)
            for name, message in explain(error):
                self._fault(path if name is None else (*path, name), message, key=name is not None)
        if self.faults:
            return None
        rule = self._rule(value)
        return None if self.faults else rule

    def _fault(self, path: Path, message: str, *, key: bool = False) -> None:
        self.faults.append(self._document.fault(path, message, key=key))

    def _rule(self, value: dict[str, Any]) -> model.Rule:
        if value["rule"] in RESERVED:
            self._fault(("rule",), f"the id {value['rule']!r} is taken: news.alerts.{value['rule']} is a topic of ours")
        return model.Rule(
            id=value["rule"],
            version=version_of(value),
            when=self._condition(value["when"], ("when",)),
            severity=value.get("severity", "medium"),
            title=value.get("title"),
            description=value.get("description"),
            owner=value.get("owner"),
            enabled=value.get("enabled", True),
            count=self._count(value["count"]) if "count" in value else None,
            cooldown=self._duration(value.get("cooldown", "6h"), ("cooldown",)),
            quiet=self._quiet(value["quiet"]) if "quiet" in value else None,
            send_to=value.get("send_to", "common"),
        )

    def _condition(self, value: dict[str, Any], path: Path) -> model.Condition:
        self._conditions += 1
        if self._conditions == MOST_CONDITIONS:
            self._fault(path, f"more than {MOST_CONDITIONS:,} conditions in one rule")
        parts = [_READERS[name](self, each, (*path, name)) for name, each in value.items()]
        self._check_subject(value, path)
        return parts[0] if len(parts) == 1 else model.All(tuple(parts))

    def _check_subject(self, value: dict[str, Any], path: Path) -> None:
        of = value.get("novelty", {}).get("of")
        if of in {"entity", "mood"} and "entity" not in value:
            self._fault((*path, "novelty", "of"), f"novelty of {of} needs `entity` beside it, in the same condition")

    def _all(self, value: list[Any], path: Path) -> model.All:
        return model.All(tuple(self._condition(each, (*path, place)) for place, each in enumerate(value)))

    def _any(self, value: list[Any], path: Path) -> model.Some:
        return model.Some(tuple(self._condition(each, (*path, place)) for place, each in enumerate(value)))

    def _not(self, value: dict[str, Any], path: Path) -> model.Not:
        return model.Not(self._condition(value, path))

    def _words(self, value: Any, path: Path) -> model.Condition:
        stated: dict[str, Any] = value if isinstance(value, dict) else {"any": value}
        how = (stated.get("forms", "inflected"), stated.get("case", "smart"))
        found = [
            model.Words(
                tuple(model.Phrase(text, *how) for text in self._phrases(stated[key], (*path, key))),
                every=key == "all",
                where=stated.get("in", "anywhere"),
                outside_names=stated.get("outside_names", False),
            )
            for key in ("any", "all")
            if key in stated
        ]
        if not found:
            self._fault(path, "expected `any` or `all` with the words")
        return found[0] if len(found) == 1 else model.All(tuple(found))

    def _phrases(self, value: Any, path: Path) -> tuple[str, ...]:
        # A word given by itself stands at the path of the words.
        listed = [(value, path)] if isinstance(value, _TEXT) else [(e, (*path, n)) for n, e in enumerate(value)]
        return tuple(self._phrase(text, place) for text, place in listed)

    def _phrase(self, text: str, path: Path) -> str:
        count = len(words_of(text))
        if not count:
            self._fault(path, f"expected a word, found {show(text)} without any letter or digit")
        if count > LONGEST_PHRASE:
            self._fault(path, f"expected at most {LONGEST_PHRASE} words in a row, found {count}")
        if "*" in text or (len(text) > 1 and text.startswith("/") and text.endswith("/")):
            self._fault(path, f"no wildcards and no regular expressions, found {show(text)}: see `forms`")
        return text

    def _entity(self, value: Any, path: Path) -> model.Named:
        if not isinstance(value, dict):
            texts = _listed(value)
            ids = tuple(text for text in texts if _is_id(text))
            return model.Named(ids, tuple(self._name(text, path) for text in texts if not _is_id(text)))
        if value.keys() <= {"match"}:
            self._fault(path, "expected `id`, `name`, `type` or another field beside `match`")
        return model.Named(
            ids=_listed(value.get("id", ())),
            names=tuple(self._name(name, (*path, "name")) for name in _listed(value.get("name", ()))),
            types=_listed(value.get("type", ())),
            every=value.get("match") == "all",
            mood=_mood(value["sentiment"]) if "sentiment" in value else None,
            salience=value.get("salience", 0.0),
            in_title=value.get("in_title"),
            mentions=value.get("mentions", 0),
        )

    def _name(self, name: str, path: Path) -> str:
        if not words_of(name):
            self._fault(path, f"expected a name, found {show(name)} without any letter or digit")
        return name

    def _count(self, value: dict[str, Any]) -> model.Count:
        within = self._duration(value["within"], ("count", "within"))
        sources = value.get("sources", 1)
        if sources > value["at_least"]:
            self._fault(("count", "sources"), f"{value['at_least']} articles cannot come from {sources} sources")
        return model.Count(value["at_least"], within, sources, value.get("of", "rule"))

    def _duration(self, text: str, path: Path) -> timedelta:
        try:
            return read_duration(text)
        except ValueError as error:
            self._fault(path, f"{error}; found {text!r}")
            return timedelta()

    def _quiet(self, value: dict[str, Any]) -> model.Quiet | None:
        if value["zone"] not in _zones():
            self._fault(("quiet", "zone"), f"expected a time zone such as Asia/Jakarta, found {show(value['zone'])}")
            return None
        if value["from"] == value["to"]:
            self._fault(("quiet", "to"), "`from` and `to` are the same: a rule that is never sent has `enabled: false`")
        days = frozenset(model.WEEK.index(day) for day in value.get("days", ()))
        start, end = (time.fromisoformat(value[name].replace("24:00", "00:00")) for name in ("from", "to"))
        return model.Quiet(start, end, ZoneInfo(value["zone"]), days, value.get("unless"))


def version_of(value: dict[str, Any]) -> str:
    """Return the hash of a rule's content; the order of its fields does not matter."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:VERSION_DIGITS]


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _is_id(text: str) -> bool:
    kind, colon, rest = text.partition(":")
    return bool(colon and rest) and kind.isascii() and kind.islower() and " " not in text


def _mood(value: Any) -> model.Mood:
    stated: dict[str, Any] = value if isinstance(value, dict) else {"label": value}
    numbers = {name: stated[name] for name in ("strength", "confidence", "below", "above") if name in stated}
    return model.Mood(_listed(stated.get("label", ())), **numbers)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


_READERS: Final[dict[str, Callable[[Reader, Any, Path], model.Condition]]] = {
    "all": Reader._all,  # noqa: SLF001 - the table of this module's own methods
    "any": Reader._any,  # noqa: SLF001
    "not": Reader._not,  # noqa: SLF001
    "words": Reader._words,  # noqa: SLF001
    "entity": Reader._entity,  # noqa: SLF001
    "source": lambda _, value, __: model.From(tuple(name.lower() for name in _listed(value))),
    "language": lambda _, value, __: model.Written(_listed(value)),
    "sentiment": lambda _, value, __: _mood(value),
    "novelty": lambda _, value, __: model.Novelty(value["of"], value["within"], value.get("at_most", 0)),
    "trend": lambda _, value, __: model.Trend(value["within"], value["score"]),
}
"""By field of a condition."""
