"""A condition against an article: what fulfils it, or None.

What is unknown fulfils nothing. Pure and total: any condition against any article has an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final

from streams.rules import model
from streams.rules.entities import keys_of_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streams.rules.facts import Facts

MOST_PLACES: Final = 3
"""Places that are told of one phrase."""

Hits = "Mapping[model.Phrase, list[tuple[str, int, int]]]"
"""Where each phrase stands: zone, and offsets into it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that fulfils a condition.

    Attributes:
        condition: words, entity, source, language, sentiment, novelty or trend.
        wanted: what the rule asked for, in its own words.
        zone: title, text or lede; None where it is no place in the article.
        start: offset into the zone, code points.
        end: one past the last.
        entity: id of the entity that it is about.
        value: the number that was compared: score, count.
    """

    condition: str
    wanted: str
    zone: str | None = None
    start: int | None = None
    end: int | None = None
    entity: str | None = None
    value: float | None = None


Verdict = list[Evidence] | None
"""What fulfils a condition (nothing in particular, for a `not`); None where it does not hold."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged.

    Attributes:
        facts: the article.
        hits: where the rules' phrases stand in it.
        about: ids of the entities that the condition beside it found.
    """

    facts: Facts
    hits: Mapping[model.Phrase, list[tuple[str, int, int]]]
    about: tuple[str, ...] = ()


@singledispatch
def judge(condition: Any, case: Case) -> Verdict:
    """Return what fulfils a condition, None where it does not hold."""
    del case
    msg = f"no condition: {condition!r}"
    raise TypeError(msg)


@judge.register
def _(condition: model.All, case: Case) -> Verdict:
    found: list[Evidence] = []
    about: list[str] = []
    meant: set[str | None] = set()
    # Entities first: what stands beside them may be about them.
    for part in sorted(condition.conditions, key=lambda part: not isinstance(part, model.Named)):
        verdict = judge(part, Case(case.facts, case.hits, tuple(about) or case.about))
        if verdict is None:
            return None
        found += verdict
        if isinstance(part, model.Named):
            about += [each.entity for each in verdict if each.entity]
        elif isinstance(part, model.Trend | model.Novelty) and any(each.entity for each in verdict):
            told = {each.entity for each in verdict}
            meant = meant & told if meant else told
    # Of two names whose trend was asked for, only the one that has it is what the rule is about.
    others = {*about} - meant if meant & {*about} else set()
    return [each for each in found if each.condition != "entity" or each.entity not in others]


@judge.register
def _(condition: model.Some, case: Case) -> Verdict:
    verdicts = [verdict for part in condition.conditions if (verdict := judge(part, case)) is not None]
    return [each for verdict in verdicts for each in verdict] if verdicts else None


@judge.register
def _(condition: model.Not, case: Case) -> Verdict:
    return [] if judge(condition.condition, case) is None else None


@judge.register
def _(condition: model.Words, case: Case) -> Verdict:
    found: list[Evidence] = []
    for phrase in condition.phrases:
        places = [place for place in case.hits.get(phrase, ()) if _counts(place, condition, case.facts)]
        if not places and condition.every:
            return None
        found += [Evidence("words", phrase.text, *place) for place in places[:MOST_PLACES]]
    return found or None


@judge.register
def _(condition: model.Named, case: Case) -> Verdict:
    wanted = [(id_, frozenset({id_})) for id_ in condition.ids]
    wanted += [(name, keys_of_name(name, condition.types)) for name in condition.names]
    if not wanted:
        wanted, every = [(" or ".join(condition.types) or "entity", frozenset())], False
        groups: list[Iterable[Mapping[str, Any]]] = [case.facts.entities]
    else:
        every = condition.every
        groups = [[entity for key in sorted(keys) for entity in case.facts.by_key.get(key, ())] for _, keys in wanted]
    found: dict[str, Evidence] = {}
    for (name, _), entities in zip(wanted, groups, strict=True):
        fitting = [entity for entity in entities if _fits(entity, condition)]
        if not fitting and every:
            return None
        for entity in fitting:
            found.setdefault(entity["id"], _name(entity, name))
    return list(found.values()) or None


@judge.register
def _(condition: model.From, case: Case) -> Verdict:
    fitting = [source for source in condition.sources if source in case.facts.sources]
    return [Evidence("source", fitting[0])] if fitting else None


@judge.register
def _(condition: model.Written, case: Case) -> Verdict:
    language = case.facts.language
    return [Evidence("language", language)] if language in condition.languages else None


@judge.register
def _(condition: model.Mood, case: Case) -> Verdict:
    sentiment = case.facts.sentiment
    if sentiment is None or not _is_mood(sentiment, condition):
        return None
    return [Evidence("sentiment", sentiment["label"], value=sentiment["score"])]


@judge.register
def _(condition: model.Novelty, case: Case) -> Verdict:
    of, within = condition.of, condition.within
    subjects: tuple[str | None, ...] = (None,) if of == "story" else case.about
    counts = {subject: case.facts.before(of, within, subject) for subject in subjects}
    few = [(subject, count) for subject, count in counts.items() if count is not None and count <= condition.at_most]
    said = f"at most {condition.at_most} of the {of} within {within}"
    return [Evidence("novelty", said, entity=subject, value=count) for subject, count in few] or None


@judge.register
def _(condition: model.Trend, case: Case) -> Verdict:
    subjects = case.about or tuple(entity["id"] for entity in case.facts.entities)
    scores = {subject: case.facts.trend(condition.within, subject) for subject in subjects}
    high = [(subject, score) for subject, score in scores.items() if score is not None and score >= condition.score]
    said = f"at least {condition.score:g} within {condition.within}"
    return [Evidence("trend", said, entity=subject, value=score) for subject, score in high] or None


def _counts(place: tuple[str, int, int], condition: model.Words, facts: Facts) -> bool:
    """Tell whether a place where a phrase stands is one that the condition reads."""
    zone, start, end = place
    if condition.outside_names and zone == "text" and facts.is_in_name(start, end):
        return False
    if condition.where == "top":
        return zone != "text" or end <= facts.top_end
    return condition.where == "anywhere" or (zone == "title") == (condition.where == "title")


def _fits(entity: Mapping[str, Any], condition: model.Named) -> bool:
    if condition.types and entity["type"] not in condition.types:
        return False
    if condition.in_title is not None and entity["in_title"] != condition.in_title:
        return False
    if entity["salience"] < condition.salience or entity["count"] < condition.mentions:
        return False
    mood = condition.mood
    return mood is None or (entity["sentiment"] is not None and _is_mood(entity["sentiment"], mood))


def _is_mood(sentiment: Mapping[str, Any], mood: model.Mood) -> bool:
    score = sentiment["score"]
    strong = abs(score) >= mood.strength and sentiment["confidence"] >= mood.confidence
    labelled = not mood.labels or sentiment["label"] in mood.labels
    return strong and labelled and mood.above <= score <= mood.below


def _name(entity: Mapping[str, Any], wanted: str) -> Evidence:
    mood = entity["sentiment"]["score"] if entity["sentiment"] else None
    if not entity["mentions"]:
        return Evidence("entity", wanted, entity=entity["id"], value=mood)
    first = entity["mentions"][0]
    return Evidence("entity", wanted, "text", first["start"], first["end"], entity["id"], mood)
