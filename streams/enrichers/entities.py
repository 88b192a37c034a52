"""The article's people, organisations and places, each with all its mentions.

    gather -> recurrences -> resolve -> one Entity per thing: count, salience, sentiment, links

The sentiment towards an entity is the model's over its mentions, pooled (`moods.py`), each weighed by how sure the model is
of the mention and by its zone (`ZONE_WEIGHTS`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from streams.articles import Entity, EntityMention
from streams.enrichers.mentions import Seen, gather, texts
from streams.enrichers.moods import Pooling, weigh
from streams.enrichers.recurrences import recurrences
from streams.enrichers.resolution.resolve import Resolved, resolve
from streams.enrichers.salience import shares, weight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.articles import Sentiment
    from streams.enrichers.reading import Reading

ZONE_WEIGHTS: Final[Mapping[str, float]] = {"headline": 3.0, "lede": 2.0, "body": 1.0}

POOLING: Final = Pooling(sharpness=1.6, lean=0.2)
"""Fitted to 144 entities, the two most salient of 73 articles, judged by hand."""

LEAST_SCORE: Final = 0.35
LEAST_SCORES: Final[Mapping[str, float]] = {"MISC": 0.55}
"""What the model must give one mention of an entity at least; below, most are none (280 entities read by eye)."""


def enrich_entities(reading: Reading) -> dict[str, Any]:
    """Return `entities`, the most salient first."""
    if not reading.passages:
        return {"entities": ()}
    marked, definitions = gather(reading)
    mentions = [*marked, *recurrences(reading.article.text, marked, reading.layout)]
    things = resolve(texts(mentions), definitions, reading.language.code)
    found = [(thing, [mentions[member] for member in thing.members]) for thing in things]
    found = [each for each in found if _is_sure(*each)]
    found.sort(key=lambda each: (-weight(each[1]), each[0].id))
    salience = shares([weight(members) for _, members in found])
    return {"entities": tuple(_entity(*each, share) for each, share in zip(found, salience, strict=True))}


def _is_sure(thing: Resolved, members: Sequence[Seen]) -> bool:
    """Tell whether the model was sure enough of one mention at least; what the tables know needs no more."""
    return thing.known or max(seen.score for seen in members) >= LEAST_SCORES.get(thing.type, LEAST_SCORE)


def _entity(thing: Resolved, members: Sequence[Seen], share: float) -> Entity:
    inside = sorted((seen.start, seen.text, seen.zone) for seen in members if seen.start is not None)
    mentions = tuple(EntityMention(text, start, start + len(text), zone) for start, text, zone in inside)
    return Entity(
        id=thing.id,
        name=thing.name,
        type=thing.type,
        mentions=mentions,
        count=len(mentions),
        salience=share,
        in_title=any(seen.zone == "headline" for seen in members),
        sentiment=_mood(members),
        links=thing.links,
    )


def _mood(members: Sequence[Seen]) -> Sentiment | None:
    votes = [
        (ZONE_WEIGHTS[seen.zone] * max(seen.score, 0.01), seen.sentiment)
        for seen in members
        if seen.sentiment is not None
    ]
    return weigh(votes, POOLING)
