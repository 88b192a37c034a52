"""Which rules an article can concern at all; the rest is never looked at.

Of every rule one set of keys is taken without which it cannot hold (a phrase, an entity, a source, a language; of an `all`
the rarest kind, of an `any` those of each part). An article's keys are looked up, and only the rules found are judged. A rule
without any key (`sentiment: negative` alone) is judged on every article.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final

from streams.rules import model
from streams.rules.entities import keys_of_name
from streams.rules.judging import Case, judge
from streams.rules.matches import Match, make_match
from streams.rules.phrases import Phrases
from streams.rules.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.rules.facts import Facts

Key = tuple[str, Any]
Keys = frozenset[Key] | None
"""Keys of which an article must have one for the condition to hold; None where any article might fit."""

RARITY: Final = {"entity": 0, "phrase": 0, "source": 1, "language": 2}
"""By kind of key; the rarer an article has it, the fewer rules are judged in vain."""


class Index:
    """Rules to match articles against; a rule may be put, replaced and removed at any time.

    Args:
        rules: to begin with.
    """

    def __init__(self, rules: Iterable[model.Rule] = ()) -> None:
        self._phrases = Phrases()
        self._rules: dict[str, model.Rule] = {}
        self._by_key: dict[Key, set[str]] = {}
        self._always: set[str] = set()
        for rule in rules:
            self.put(rule)

    def __len__(self) -> int:
        """How many rules, those not enabled included."""
        return len(self._rules)

    @property
    def rules(self) -> dict[str, model.Rule]:
        """The rules by id; not to be changed."""
        return self._rules

    def put(self, rule: model.Rule) -> None:
        """Add a rule, or replace the one of its id."""
        self.remove(rule.id)
        self._rules[rule.id] = rule
        if not rule.enabled:
            return
        for phrase in phrases_of(rule.when):
            self._phrases.add(phrase)
        keys = needed(rule.when)
        if keys is None:
            self._always.add(rule.id)
        for key in keys or ():
            self._by_key.setdefault(key, set()).add(rule.id)

    def remove(self, rule_id: str) -> None:
        """Remove a rule if it is there."""
        rule = self._rules.pop(rule_id, None)
        if rule is None or not rule.enabled:
            return
        for phrase in phrases_of(rule.when):
            self._phrases.remove(phrase)
        self._always.discard(rule_id)
        for key in needed(rule.when) or ():
            self._by_key[key].discard(rule_id)
            if not self._by_key[key]:
                del self._by_key[key]

    def match(self, facts: Facts) -> list[Match]:
        """Return what fits, by rule id."""
        hits = self.find_phrases(facts)
        found = set(self._always)
        for key in _keys_of(facts, hits):
            found |= self._by_key.get(key, set())
        case = Case(facts, hits)
        matches = []
        for rule_id in sorted(found):
            evidence = judge(self._rules[rule_id].when, case)
            if evidence is not None:
                matches.append(make_match(self._rules[rule_id], facts, evidence))
        return matches

    def find_phrases(self, facts: Facts) -> dict[model.Phrase, list[tuple[str, int, int]]]:
        """Return where each phrase that some rule looks for stands in an article: zone, and offsets into it."""
        hits: dict[model.Phrase, list[tuple[str, int, int]]] = {}
        if not self._phrases:
            return hits
        for zone, text in facts.zones.items():
            for phrase, start, end in self._phrases.find(read_tokens(text), facts.language):
                hits.setdefault(phrase, []).append((zone, start, end))
        return hits


def _keys_of(facts: Facts, hits: Iterable[model.Phrase]) -> Iterator[Key]:
    yield "language", facts.language
    yield from (("phrase", phrase) for phrase in hits)
    yield from (("entity", key) for key in facts.by_key)
    yield from (("source", source) for source in facts.sources)


def phrases_of(condition: model.Condition) -> Iterator[model.Phrase]:
    """Yield every phrase of a condition, as often as it has it."""
    match condition:
        case model.Words():
            yield from condition.phrases
        case model.All() | model.Some():
            for part in condition.conditions:
                yield from phrases_of(part)
        case model.Not():
            yield from phrases_of(condition.condition)
        case _:
            return


@singledispatch
def needed(condition: Any) -> Keys:
    """Return the keys of which an article must have one for the condition to hold."""
    del condition
    return None


@needed.register
def _(condition: model.All) -> Keys:
    told = [keys for part in condition.conditions if (keys := needed(part)) is not None]
    return min(told, key=_cost) if told else None


@needed.register
def _(condition: model.Some) -> Keys:
    told = [needed(part) for part in condition.conditions]
    if any(keys is None for keys in told):
        return None
    return frozenset().union(*(keys for keys in told if keys is not None))


@needed.register
def _(condition: model.Words) -> Keys:
    # Of several that must all occur one is enough to look: the longest is likely the rarest.
    phrases = (max(condition.phrases, key=lambda each: len(each.text)),) if condition.every else condition.phrases
    return frozenset(("phrase", phrase) for phrase in phrases)


@needed.register
def _(condition: model.Named) -> Keys:
    if not condition.ids and not condition.names:
        return None
    keys = [frozenset({id_}) for id_ in condition.ids]
    keys += [keys_of_name(name, condition.types) for name in condition.names]
    chosen = keys[:1] if condition.every else keys
    return frozenset(("entity", key) for each in chosen for key in each)


@needed.register
def _(condition: model.From) -> Keys:
    return frozenset(("source", source) for source in condition.sources)


@needed.register
def _(condition: model.Written) -> Keys:
    return frozenset(("language", language) for language in condition.languages)


def _cost(keys: frozenset[Key]) -> tuple[int, int]:
    return max((RARITY[kind] for kind, _ in keys), default=0), len(keys)
