"""An article that fits a rule: all that an alert needs of it, as it travels to who keeps the rule's state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from streams.rules.quotes import Quotes
from streams.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.rules.facts import Facts
    from streams.rules.judging import Evidence
    from streams.rules.model import Rule

MOST_EVIDENCE: Final = 10
"""Pieces that an alert shows."""
MOST_ENTITIES: Final = 10
LONGEST_TITLE: Final = 300
COPIED: Final = ("id", "content_hash", "title", "url", "source", "published_at")


@dataclass(frozen=True, slots=True)
class Match:
    """One article and one rule that it fits.

    Attributes:
        rule_id: the rule's.
        version: the rule's.
        time: of the article's raw record, UTC.
        article: what an alert says of the article.
        because: what fulfilled the rule, each with its sentence.
        entities: those of the article that the rule is about, the most salient first.
    """

    rule_id: str
    version: str
    time: datetime
    article: Mapping[str, Any]
    because: Sequence[Mapping[str, Any]]
    entities: Sequence[Mapping[str, Any]]

    @property
    def story(self) -> str:
        """What is told once: the story, the article itself where nobody told of which story it is."""
        story: str = self.article["story_id"] or self.article["id"]
        return story

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "rule_id": self.rule_id,
            "version": self.version,
            "time": rfc3339(self.time),
            "article": dict(self.article),
            "because": [dict(each) for each in self.because],
            "entities": [dict(each) for each in self.entities],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(**{**value, "time": datetime.fromisoformat(value["time"])})


def make_match(rule: Rule, facts: Facts, evidence: Sequence[Evidence]) -> Match:
    """Return the match of a rule and an article that fulfils it by this evidence."""
    quotes = Quotes(facts)
    about = dict.fromkeys(each.entity for each in evidence if each.entity)
    return Match(
        rule_id=rule.id,
        version=rule.version,
        time=facts.time,
        article=_describe(facts),
        because=tuple(_quote(each, facts, quotes) for each in _choose(evidence)),
        entities=tuple(_brief(entity) for entity in facts.entities if entity["id"] in about)[:MOST_ENTITIES],
    )


def _choose(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence that is shown: of each condition something before more of any, in the order of the rule."""
    kept = list(dict.fromkeys(evidence))
    seen: set[tuple[str, str]] = set()
    again: dict[int, bool] = {}
    for place, each in enumerate(kept):
        again[place] = (each.condition, each.wanted) in seen
        seen.add((each.condition, each.wanted))
    chosen = sorted(range(len(kept)), key=lambda place: (again[place], place))[:MOST_EVIDENCE]
    return [kept[place] for place in sorted(chosen)]


def _quote(evidence: Evidence, facts: Facts, quotes: Quotes) -> dict[str, Any]:
    told = {
        name: getattr(evidence, name) for name in ("condition", "wanted", "entity", "value", "zone", "start", "end")
    }
    if evidence.zone is None or evidence.start is None or evidence.end is None:
        return told | {"text": None, "sentence": None}
    text = facts.zones[evidence.zone][evidence.start : evidence.end]
    return told | {"text": text, "sentence": quotes.around(evidence.zone, evidence.start, evidence.end)}


def _describe(facts: Facts) -> dict[str, Any]:
    value = facts.value
    sentiment = facts.sentiment
    told = {name: value[name] for name in COPIED}
    if told["title"]:
        told["title"] = told["title"][:LONGEST_TITLE]
    return told | {
        "language": facts.language,
        "sentiment": {name: sentiment[name] for name in ("label", "score", "confidence")} if sentiment else None,
        "story_id": facts.story["id"] if facts.story else None,
        "duplicate_of": facts.story["duplicate_of"] if facts.story else None,
        "story_articles_before": facts.before("story", "3d", None),
    }


def _brief(entity: Mapping[str, Any]) -> dict[str, Any]:
    mood = entity["sentiment"]
    return {
        **{name: entity[name] for name in ("id", "name", "type", "salience")},
        "sentiment": {name: mood[name] for name in ("label", "score", "confidence")} if mood else None,
    }
