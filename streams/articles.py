"""The articles: as crawled, as cleaned, as enriched. Frozen; no behaviour beyond construction.

    RawArticle --extract--> CleanArticle --enrich--> EnrichedArticle

All offsets are Unicode code points. Times are RFC 3339 strings with their offset as published.
The field names of EnrichedArticle are those of `schemas/article.enriched.v1.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Label = Literal["positive", "neutral", "negative"]
JsonObject = Mapping[str, Any]

OFF_THE_WIRE: Final = {"wire": False}
"""Metadata of a field that is not written with the others."""


@dataclass(frozen=True, slots=True)
class RawArticle:
    """A crawler's article: `html` or `text` (or both) and whatever else it knew.

    `extra` keeps the fields that the contract does not name.
    """

    html: str | None = None
    text: str | None = None
    id: str | None = None
    url: str | None = None
    source: str | None = None
    title: str | None = None
    language: str | None = None
    published_at: str | None = None
    fetched_at: str | None = None
    content_type: str | None = None
    headers: JsonObject = field(default_factory=dict)
    extra: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """A name of the byline and what the person did: reporter, editor, author, photographer."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """Who published from where: `REPUBLIKA.CO.ID, MOSKOW --`."""

    publisher: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Image:
    """A photo's caption, who took it, and the agency or archive it came from."""

    caption: str | None
    credit: str | None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the raw text and what it is.

    Attributes:
        kind: date_line, headline, lede, byline, caption, credit, dateline, agency, body, furniture.
        start: first code point in the raw text.
        end: one past the last.
    """

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """What extract makes: the article without its page.

    Attributes:
        id: stable hash of the canonical URL, of the content where there is none.
        content_hash: of title and text, so that an unchanged re-crawl can be told.
        raw_id: the crawler's own id, if it gave one.
        text: body, paragraphs separated by a blank line; a text without furniture is unchanged.
        stated_language: what the crawler said of the language (BCP 47), if anything; a page's own `lang` is not trusted.
        zones: spans in the raw text; empty where the source was HTML.
    """

    id: str
    content_hash: str
    text: str
    title: str | None = None
    lede: str | None = None
    raw_id: str | None = None
    url: str | None = None
    source: str | None = None
    stated_language: str | None = None
    published_at: str | None = None
    fetched_at: str | None = None
    byline: tuple[Person, ...] = ()
    agency: str | None = None
    dateline: Dateline | None = None
    images: tuple[Image, ...] = ()
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639-1 code (`und` where undecided), confidence 0..1, and whether enrichers read it."""

    code: str
    confidence: float
    supported: bool


@dataclass(frozen=True, slots=True)
class Sentiment:
    """A mood with its doubt.

    Attributes:
        label: positive, neutral or negative.
        score: positive minus negative probability, -1..1.
        confidence: 0..1; low where the model abstained.
        probabilities: by label, summing to one.
    """

    label: Label
    score: float
    confidence: float
    probabilities: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class SentenceMood:
    """A sentence of the text that is not neutral: `text[start:end]`, in code points; `score` as of a `Sentiment`."""

    start: int
    end: int
    label: Label
    score: float


@dataclass(frozen=True, slots=True)
class EntityMention:
    """One mention: `article.text[start:end] == text`, in code points; `zone` is headline, lede or body."""

    text: str
    start: int
    end: int
    zone: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One person, organisation or place and all its mentions.

    Attributes:
        id: stable over articles: a function of type and canonical name.
        name: the fullest form.
        count: how many mentions `text` holds (none where only the headline names it).
        in_title: whether the title names it.
        salience: 0..1; the article's salience values sum to one.
        sentiment: towards this entity; None where the language is unsupported.
        links: outward identifiers (country, geonames, wikidata) where known.
    """

    id: str
    name: str
    type: str
    mentions: tuple[EntityMention, ...]
    count: int
    salience: float
    in_title: bool = False
    sentiment: Sentiment | None = None
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EnrichedArticle:
    """The product. `enriched_at` is the time of the raw record, so that a replay gives the same bytes.

    `vector` is the document vector of the model, a signed byte for each number in steps of 1/127, empty where there is
    none (`streams.nlp.vectors`). It stands beside the article and not in what is written of it.
    """

    id: str
    content_hash: str
    language: Language
    text: str
    title: str | None
    lede: str | None
    url: str | None
    source: str | None
    raw_id: str | None
    published_at: str | None
    fetched_at: str | None
    byline: tuple[Person, ...]
    agency: str | None
    dateline: Dateline | None
    images: tuple[Image, ...]
    entities: tuple[Entity, ...]
    sentiment: Sentiment | None
    sentiment_reason: str | None
    models: Mapping[str, str]
    enriched_at: str
    sentences: tuple[SentenceMood, ...] = ()
    vector: bytes = field(default=b"", repr=False, metadata=OFF_THE_WIRE)
