"""A rule, frozen. Field names are those of `schemas/rule.v1.json`, which describes them for who writes rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: Final[tuple[Severity, ...]] = ("info", "low", "medium", "high", "critical")
"""Ascending."""

Form = Literal["exact", "inflected", "derived"]
FORMS: Final[tuple[Form, ...]] = ("exact", "inflected", "derived")
"""Ascending: each admits what those before it do."""

Case = Literal["smart", "any", "exact"]
Where = Literal["title", "top", "text", "anywhere"]
"""`top` is the title and the lede."""
Subject = Literal["story", "entity", "mood"]
Counted = Literal["rule", "entity", "story"]
Destination = Literal["common", "own"]

WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or several in a row, and how they must be written.

    Attributes:
        text: as the rule has it.
        forms: which forms of each word count.
        case: whether capitals matter.
    """

    text: str
    forms: Form = "inflected"
    case: Case = "smart"


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases that must occur.

    Attributes:
        phrases: one of them, or all where `every`.
        where: a part of the article.
        outside_names: whether a phrase inside a longer name is passed over.
    """

    phrases: tuple[Phrase, ...]
    every: bool = False
    where: Where = "anywhere"
    outside_names: bool = False


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood.

    Attributes:
        labels: of which it must have one; any where empty.
        strength: how far from zero the score must be.
        confidence: how sure the model must be.
        below: the highest score.
        above: the lowest score.
    """

    labels: tuple[str, ...] = ()
    strength: float = 0.0
    confidence: float = 0.0
    below: float = 1.0
    above: float = -1.0


@dataclass(frozen=True, slots=True)
class Named:
    """Entities that must be named.

    Attributes:
        ids: entity ids.
        names: names in any form.
        types: of which it must be one; all where empty.
        every: each id and name must be there, rather than one of them.
        mood: towards the entity.
        salience: at least, 0..1.
        in_title: whether the title must name it; None where it does not matter.
        mentions: at least so many.
    """

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    every: bool = False
    mood: Mood | None = None
    salience: float = 0.0
    in_title: bool | None = None
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class From:
    """Sources of which it must be one: hosts, which include those below them, or names."""

    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Languages of which it must be one, ISO 639-1."""

    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Novelty:
    """At most so many articles of the same story, entity or entity and mood came before within the window."""

    of: Subject
    within: str
    at_most: int = 0


@dataclass(frozen=True, slots=True)
class Trend:
    """An entity is in the news more than its past lets expect."""

    within: str
    score: float


@dataclass(frozen=True, slots=True)
class All:
    """Conditions that must all hold. Novelty and trend are of the entities that `Named` beside them means."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Conditions of which one must hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    condition: Condition


Condition = All | Some | Not | Words | Named | From | Written | Mood | Novelty | Trend


@dataclass(frozen=True, slots=True)
class Count:
    """Alert when so many articles from so many sources came within a window, counted by rule, entity or story."""

    at_least: int
    within: timedelta
    sources: int = 1
    of: Counted = "rule"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing is sent.

    Attributes:
        start: local time, included.
        end: local time, not included; at or before `start` it is that of the next day.
        zone: the time zone.
        days: numbers of the days on which the hours begin, Monday being 0; every day where empty.
        unless: the least severity that is sent all the same; None where there is none.
    """

    start: time
    end: time
    zone: ZoneInfo
    days: frozenset[int] = frozenset()
    unless: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        id: the record key in `news.alerts.rules`.
        version: hash of its content: two rules of one version are the same rule.
        when: the condition.
        cooldown: how long one story is not alerted again.
    """

    id: str
    version: str
    when: Condition
    severity: Severity = "medium"
    title: str | None = None
    description: str | None = None
    owner: str | None = None
    enabled: bool = True
    count: Count | None = None
    cooldown: timedelta = timedelta(hours=6)
    quiet: Quiet | None = None
    send_to: Destination = "common"
