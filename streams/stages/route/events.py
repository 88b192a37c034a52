"""What is announced: the article as a whole, and each entity that it names. Made of the article as it is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from streams.contracts import ENRICHED_ARTICLE, ENTITY_MENTIONED
from streams.stages.route.snippets import Snippets
from streams.topics import ENRICHED, FRESH, MENTIONED, READ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streams.topics import Topic

ID_BYTES: Final = 16
UNKNOWN: Final = "unknown"
"""The mood of an article in a language that the model does not read."""

TYPES: Final = {
    READ.name: "news.article.read.v1",
    FRESH.name: "news.article.fresh.v1",
    ENRICHED.name: "news.article.enriched.v1",
}
"""Of CloudEvents, by topic of the article."""

ABOUT: Final = ("id", "url", "title", "source")
"""What a mention says of its article, and more."""


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


def announce_article(value: dict[str, Any], topic: Topic = ENRICHED) -> Event:
    """Announce an article.

    Args:
        value: as `schemas/article.enriched.v1.json` describes it.
        topic: where; one of `TYPES`.
    """
    return Event(
        topic=topic.name,
        schema=ENRICHED_ARTICLE,
        type=TYPES[topic.name],
        id=name_event(value),
        subject=value["id"],
        time=value["enriched_at"],
        filters=_filters(value, value["sentiment"]),
        value=value,
    )


def announce_mentions(value: Mapping[str, Any]) -> Iterator[Event]:
    """Announce each entity of an article, in their order."""
    snippets = Snippets(value["text"], value["language"]["code"])
    about = _about(value)
    for entity in value["entities"]:
        event_id = name_event(value, entity["id"])
        mentioned = {
            "id": event_id,
            "entity": {name: field for name, field in entity.items() if name != "mentions"},
            "mentions": entity["mentions"],
            "snippet": snippets.around(entity["mentions"]),
            "article": about,
            "enriched_at": value["enriched_at"],
        }
        yield Event(
            topic=MENTIONED.name,
            schema=ENTITY_MENTIONED,
            type="news.entity.mentioned.v1",
            id=event_id,
            subject=entity["id"],
            time=value["enriched_at"],
            filters=_filters(value, entity["sentiment"]),
            value=mentioned,
        )


def _about(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mention says of its article; version and story where they are known."""
    fields = {name: value[name] for name in ABOUT}
    language, published_at, mood = value["language"]["code"], value["published_at"], value["sentiment"]
    known = {"version": value["version"]} if "version" in value else {}
    known |= {"story_id": value["story"]["id"]} if value.get("story") else {}
    return {**fields, "language": language, "published_at": published_at, "sentiment": mood, **known}


def name_event(value: Mapping[str, Any], *parts: str) -> str:
    """Return the id of an event about an article.

    A later version has its number in it: a page may go back to what it said before, and that is another event.

    Args:
        value: the article.
        parts: what else the event is about.
    """
    version = value.get("version", 1)
    return derive_id(value["id"], value["content_hash"], *parts, *([str(version)] if version > 1 else []))


def derive_id(*parts: str) -> str:
    """Return 32 hex digits that stand for these parts in this order (BLAKE2b).

    Neither the record's time nor a model's version is a part: a replay gives the same id.
    """
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=ID_BYTES).hexdigest()


def _filters(value: Mapping[str, Any], mood: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the article's language and the label of a mood, or that it is unknown."""
    return {"language": value["language"]["code"], "sentiment": UNKNOWN if mood is None else mood["label"]}
