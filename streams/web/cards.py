"""A record as one line of a list: an article, a dead letter, a trend, an alert.

Anyone can write to a topic: what does not keep its contract is no card (None), and whatever a string holds is cut to a
length, so that a card takes some kilobytes at most. Nothing is escaped here: the page makes text of it and never markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from streams.adapters.dead_letters.letters import read_letter
from streams.contracts import validator
from streams.topics import ALERTS, ENRICHED, TRENDS

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

    from streams.topics import Topic

TITLE: Final = 300
LEDE: Final = 320
NAME: Final = 80
MOST_ENTITIES: Final = 12
MOST_BYTES: Final = 4 * 1024 * 1024
"""A larger value is not parsed: it would hold up the worker's event loop."""


def cut(text: object, most: int) -> str | None:
    """Return the beginning of a text, with an ellipsis where it goes on; None where there is no text."""
    if not isinstance(text, str):
        return None
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def read_value(record: ConsumerRecord, topic: Topic) -> dict[str, Any] | None:
    """Return the JSON of a record if it keeps the contract of its topic."""
    if topic.schema is None or not record.value or len(record.value) > MOST_BYTES:
        return None
    try:
        value: dict[str, Any] = orjson.loads(record.value)
    except orjson.JSONDecodeError:
        return None
    return value if validator(topic.schema).is_valid(value) else None


def article_card(record: ConsumerRecord) -> bytes | None:
    """Return the card of an enriched article."""
    article = read_value(record, ENRICHED)
    if article is None:
        return None
    people = ", ".join(each["name"] for each in (article.get("byline") or ())[:5])
    story = _object(article.get("story"))
    return _dump(
        record,
        id=cut(article["id"], NAME),
        hash=cut(article["content_hash"], NAME),
        title=cut(article.get("title"), TITLE),
        lede=cut(article.get("lede") or article["text"], LEDE),
        source=cut(article.get("source"), NAME),
        agency=cut(article.get("agency"), NAME),
        byline=cut(people, NAME),
        published_at=cut(article.get("published_at"), NAME),
        language=cut(article["language"]["code"], NAME),
        mood=_mood(article.get("sentiment")),
        entities=_entities(article.get("entities") or ()),
        story=cut(story.get("id"), NAME),
        duplicate_of=cut(story.get("duplicate_of"), NAME),
        copies=_number(story.get("copies")),
        version=_number(article.get("version")),
    )


def _object(value: object) -> dict[str, Any]:
    """Return an optional object; a reader's schema need not know it yet, so it may be anything."""
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and abs(value) < 2**53 else None


def _entities(entities: Any) -> list[list[Any]]:
    """Return id, name, type, label, score and count of those that the article is most about."""
    first = sorted(entities, key=lambda each: -each["salience"])[:MOST_ENTITIES]
    return [
        [
            cut(each["id"], NAME),
            cut(each["name"], NAME),
            cut(each["type"], NAME),
            *_mood(each["sentiment"]),
            each["count"],
        ]
        for each in first
    ]


def _mood(sentiment: Any) -> list[Any]:
    """Return label and score; None of both where nobody judged."""
    return [sentiment["label"], sentiment["score"]] if sentiment else [None, None]


def letter_card(record: ConsumerRecord) -> bytes | None:
    """Return the card of a dead letter; None for anything else in that topic, as the mark of a discarded one."""
    letter = read_letter(record)
    if letter is None:
        return None
    return _dump(
        record,
        key=cut((record.key or b"")[: 4 * TITLE].decode(errors="replace"), TITLE),
        stage=cut(letter.stage, NAME),
        reason=cut(letter.reason, NAME),
        message=cut(letter.message, 2 * TITLE),
        origin=cut(str(letter.origin), TITLE) if letter.origin else None,
        attempts=letter.attempts,
        size=letter.size,
    )


def trend_card(record: ConsumerRecord) -> bytes | None:
    """Return the card of an entity whose level or score changed."""
    trend = read_value(record, TRENDS)
    if trend is None:
        return None
    figures = {name: trend[name] for name in ("window", "level", "before", "score", "count", "expected", "sentiment")}
    return _dump(record, entity=cut(trend["entity_id"], NAME), at=cut(trend["at"], NAME), **figures)


def alert_card(record: ConsumerRecord) -> bytes | None:
    """Return the card of an alert."""
    alert = read_value(record, ALERTS)
    if alert is None:
        return None
    rule, article = alert["rule"], alert["article"]
    return _dump(
        record,
        kind=cut(alert["kind"], NAME),
        rule=cut(rule.get("title") or rule["id"], TITLE),
        severity=cut(alert["severity"], NAME),
        article=cut(article["id"], NAME),
        title=cut(article.get("title"), TITLE),
        source=cut(article.get("source"), NAME),
        articles=alert.get("articles"),
        because=cut(", ".join(dict.fromkeys(each["wanted"] for each in alert["because"][:8])), TITLE),
    )


def _dump(record: ConsumerRecord, **fields: Any) -> bytes:
    return orjson.dumps({"place": [record.partition, record.offset], "time": record.timestamp, **fields})
