"""What is announced: the article as a whole, and each entity that it names."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from streams.contracts import ENRICHED_ARTICLE, ENTITY_MENTIONED
from streams.stages.route.snippets import Snippets
from streams.stages.route.wire import to_wire
from streams.topics import ENRICHED, MENTIONED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.articles import EnrichedArticle, Sentiment

ID_BYTES: Final = 16
UNKNOWN: Final = "unknown"
"""The mood of an article in a language that the model does not read."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, before it is bytes.

    Attributes:
        type: of CloudEvents.
        id: a function of the input alone.
        subject: the article's or the entity's id; also the record key.
        time: RFC 3339, of the raw record.
        filters: what a consumer filters by without parsing, a header each.
    """

    topic: str
    schema: str
    type: str
    id: str
    subject: str
    time: str
    filters: dict[str, str]
    value: dict[str, Any]


def announce_article(article: EnrichedArticle) -> Event:
    """Announce that an article was enriched."""
    return Event(
        topic=ENRICHED.name,
        schema=ENRICHED_ARTICLE,
        type="news.article.enriched.v1",
        id=derive_id(article.id, article.content_hash),
        subject=article.id,
        time=article.enriched_at,
        filters=_filters(article, article.sentiment),
        value=to_wire(article),
    )


def announce_mentions(article: EnrichedArticle, announced: Event) -> Iterator[Event]:
    """Announce each entity of an article that was announced."""
    snippets = Snippets(article.text, article.language.code)
    about = _about(article, announced)
    for entity, fields in zip(article.entities, announced.value["entities"], strict=True):
        event_id = derive_id(article.id, article.content_hash, entity.id)
        mentioned = {
            "id": event_id,
            "entity": {name: field for name, field in fields.items() if name != "mentions"},
            "mentions": fields["mentions"],
            "snippet": snippets.around(entity),
            "article": about,
            "enriched_at": article.enriched_at,
        }
        yield Event(
            topic=MENTIONED.name,
            schema=ENTITY_MENTIONED,
            type="news.entity.mentioned.v1",
            id=event_id,
            subject=entity.id,
            time=article.enriched_at,
            filters=_filters(article, entity.sentiment),
            value=mentioned,
        )


def _about(article: EnrichedArticle, announced: Event) -> dict[str, Any]:
    """Return what a mention says of its article."""
    fields = {name: announced.value[name] for name in ("id", "url", "title", "source")}
    language, published_at, mood = article.language.code, article.published_at, announced.value["sentiment"]
    return {**fields, "language": language, "published_at": published_at, "sentiment": mood}


def derive_id(*parts: str) -> str:
    """Return 32 hex digits that stand for these parts in this order (BLAKE2b).

    Neither the record's time nor a model's version is a part: a replay gives the same id.
    """
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=ID_BYTES).hexdigest()


def _filters(article: EnrichedArticle, mood: Sentiment | None) -> dict[str, str]:
    """Return the article's language and the label of a mood, or that it is unknown."""
    return {"language": article.language.code, "sentiment": UNKNOWN if mood is None else mood.label}
