"""Records as the worker publishes them, made without a worker: enriched articles, dead letters, trends, alerts."""

from __future__ import annotations

import json
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

from streams import Enricher, RawArticle
from streams.contracts import schema_folder
from streams.records import OutboundRecord
from streams.stages.route.wire import to_wire
from streams.topics import ALERTS, DEAD, ENRICHED, TRENDS

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBERS = count()


def mood(score: float) -> dict[str, Any]:
    """Return a sentiment of that score."""
    label = "positive" if score > 0.15 else "negative" if score < -0.15 else "neutral"
    high, low = (1 + score) / 2, (1 - score) / 2
    return {
        "label": label,
        "score": score,
        "confidence": 0.7,
        "probabilities": {"negative": low, "neutral": 0.0, "positive": high},
    }


def entity(name: str, text: str, kind: str = "PER", score: float | None = None) -> dict[str, Any]:
    """Return an entity with every place where the text names it, in code points."""
    starts = [at for at in range(len(text)) if text.startswith(name, at)]
    return {
        "id": f"{kind.lower()}:{name.lower()}",
        "name": name,
        "type": kind,
        "mentions": [{"text": name, "start": at, "end": at + len(name), "zone": "body"} for at in starts],
        "count": len(starts),
        "salience": 0.1,
        "in_title": False,
        "sentiment": None if score is None else mood(score),
        "links": {},
    }


@cache
def example(name: str) -> bytes:
    return (schema_folder() / "examples" / f"{name}.v1.json").read_bytes()


def article(text: str = "Isi berita.", **fields: Any) -> dict[str, Any]:
    """Return an enriched article, the example of the schema with these fields changed."""
    made: dict[str, Any] = orjson.loads(example("article.enriched"))
    return made | {"id": f"{next(NUMBERS):032x}", "text": text, "lede": text, "entities": []} | fields


def published(value: dict[str, Any], topic: str = ENRICHED.name, key: str = "id") -> OutboundRecord:
    return OutboundRecord(topic, str(value[key]).encode(), json.dumps(value).encode(), ())


def articles(values: Iterable[dict[str, Any]]) -> list[OutboundRecord]:
    return [published(value) for value in values]


def dead_letter(value: bytes, key: bytes = b"key", **reasons: str) -> OutboundRecord:
    """Return a dead letter with the example's headers, some of them changed (`reason=...`)."""
    changed = {f"__connect.errors.{name.replace('__', '.')}": text for name, text in reasons.items()}
    headers = orjson.loads(example("dead-letter")) | changed
    return OutboundRecord(DEAD.name, key, value, tuple((name, text.encode()) for name, text in headers.items()))


def trend(**fields: Any) -> OutboundRecord:
    return published(orjson.loads(example("entity.trend")) | fields, TRENDS.name, "entity_id")


def alert(**fields: Any) -> OutboundRecord:
    return published(orjson.loads(example("alert")) | fields, ALERTS.name)


@cache
def enricher() -> Enricher:
    return Enricher.load()


def enriched(raws: list[RawArticle]) -> list[dict[str, Any]]:
    """Return what the real model makes of raw articles."""
    return [to_wire(each) for each in enricher().enrich_many(raws)]
