"""How one result looks on a terminal: an enriched article or a dead letter as a card.

The cards fit 80 columns, read well without colour and hold no control code of an article's text.
They take what the topics carry (see `schemas/`), already checked against its schema.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.cli.printing import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import RenderableType

LANGUAGES = {
    "id": "Indonesian", "en": "English", "ms": "Malay", "jv": "Javanese", "su": "Sundanese", "zh": "Chinese",
    "ar": "Arabic", "nl": "Dutch", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese",
    "ru": "Russian", "ja": "Japanese", "ko": "Korean", "hi": "Hindi", "th": "Thai", "vi": "Vietnamese",
    "tl": "Tagalog", "it": "Italian", "tr": "Turkish", "und": "language unknown",
}  # fmt: skip
"""Names of languages that news here comes in; others show their code."""

MOODS = {"positive": "green", "neutral": "blue", "negative": "red"}
TYPES = {"PER": "bright_cyan", "ORG": "bright_magenta", "LOC": "bright_yellow"}
TYPE_STYLE = "bright_white"
_ORDER = {kind: place for place, kind in enumerate(TYPES)}
TIMES = "\N{MULTIPLICATION SIGN}"
LABEL_WIDTH = 5
MOST_ENTITIES = 6
"""Per type; the rest is counted."""
BAR_HALF = 10
"""Cells of the sentiment bar on either side of its middle."""


def article_card(article: Mapping[str, Any], seconds: float | None = None) -> Panel:
    """Return the card of an enriched article.

    Args:
        article: the value of a record of `news.articles.enriched`.
        seconds: from publishing the raw article to having the result; None where nobody measured.
    """
    sentiment = article.get("sentiment")
    lines: list[RenderableType] = [_headline(article), _facts(article), *_credits(article), Text(), _table(article)]
    return _card(lines, MOODS[sentiment["label"]] if sentiment else "white", seconds)


def dead_letter_card(name: str, stage: str, reason: str, message: str, seconds: float | None = None) -> Panel:
    """Return the card of a record that could not be processed."""
    title = Text.assemble(("dead letter  ", "bold red"), (harmless(name), "bold"))
    why = Text.assemble((f"{harmless(stage)}/{harmless(reason)}", "red"), "  ", harmless(message))
    return _card([title, why], "red", seconds)


def _card(lines: Iterable[RenderableType], colour: str, seconds: float | None) -> Panel:
    latency = None if seconds is None else Text(f"{seconds * 1000:,.0f} ms", style="dim")
    return Panel(Group(*lines), border_style=colour, subtitle=latency, subtitle_align="right", padding=(0, 1))


def _headline(article: Mapping[str, Any]) -> Text:
    title = article.get("title")
    return Text(harmless(title), style="bold") if title else Text("(no headline)", style="dim")


def _facts(article: Mapping[str, Any]) -> Text:
    language = article["language"]
    name = LANGUAGES.get(language["code"], language["code"])
    facts = [_date(article.get("published_at")), f"{name} {language['confidence']:.0%}", article.get("source")]
    return Text(" · ".join(harmless(fact) for fact in facts if fact), style="dim")


def _date(published_at: str | None) -> str:
    if published_at is None:
        return "no date"
    try:
        time = datetime.fromisoformat(published_at)
    except ValueError:
        return published_at
    if len(published_at) <= len("2023-09-16"):  # the page told the day only
        return f"{time:%a %d %b %Y}"
    return f"{time:%a %d %b %Y %H:%M} {time.isoformat()[-6:] if time.utcoffset() else 'UTC'}"


def _table(article: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(min_width=LABEL_WIDTH)
    table.add_row(Text("mood", style="dim"), _mood(article))
    by_type: dict[str, list[Mapping[str, Any]]] = {}
    for entity in sorted(article.get("entities") or (), key=lambda entity: -entity["salience"]):
        by_type.setdefault(entity["type"], []).append(entity)
    for kind in sorted(by_type, key=lambda kind: _ORDER.get(kind, len(_ORDER))):
        table.add_row(Text(harmless(kind), style=TYPES.get(kind, TYPE_STYLE)), _names(by_type[kind]))
    return table


def _credits(article: Mapping[str, Any]) -> Iterator[Text]:
    """Yield the line of who wrote it, for which agency, from where; nothing if nobody knows."""
    people = ", ".join(f"{person['name']} ({person['role']})" for person in article.get("byline") or ())
    dateline = article.get("dateline") or {}
    place = ", ".join(filter(None, (dateline.get("publisher"), dateline.get("place"))))
    known = [
        people and f"by {people}",
        article.get("agency") and f"agency {article['agency']}",
        place and f"from {place}",
    ]
    if any(known):
        yield Text(" · ".join(harmless(fact) for fact in known if fact))


def _mood(article: Mapping[str, Any]) -> Text:
    sentiment = article.get("sentiment")
    if sentiment is None:
        reason = article.get("sentiment_reason") or "not known"
        return Text(harmless(reason.replace("_", " ")), style="dim")
    colour = MOODS[sentiment["label"]]
    said = f" {sentiment['label']} {sentiment['score']:+.2f}"
    sure = f", {sentiment['confidence']:.0%} sure"
    return Text.assemble(*_bar(sentiment["score"], colour), (said, colour), (sure, "dim"))


def _bar(score: float, colour: str) -> list[tuple[str, str]]:
    """Return a bar that grows from its middle: to the left for negative, to the right for positive."""
    cells = min(BAR_HALF, round(abs(score) * BAR_HALF))
    left, right = (cells, 0) if score < 0 else (0, cells)
    return [
        ("·" * (BAR_HALF - left), "dim"),
        ("█" * left, colour),
        ("│", "dim"),
        ("█" * right, colour),
        ("·" * (BAR_HALF - right), "dim"),
    ]


def _names(entities: list[Mapping[str, Any]]) -> Text:
    names = Text(", ").join(_name(entity) for entity in entities[:MOST_ENTITIES])
    more = len(entities) - MOST_ENTITIES
    return names.append(f" and {more} more", style="dim") if more > 0 else names


def _name(entity: Mapping[str, Any]) -> Text:
    count = f" {TIMES}{entity['count']}" if entity["count"] > 1 else ""
    sentiment = entity.get("sentiment")
    style = MOODS[sentiment["label"]] if sentiment and sentiment["label"] != "neutral" else ""
    return Text.assemble((harmless(entity["name"]), style), (count, "dim"))
