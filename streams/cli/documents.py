"""Labelled articles and what is found of their mood: what `news-streams evaluate documents` counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from streams.api import Enricher
from streams.articles import RawArticle, Sentiment
from streams.nlp.labelled_lines import mistake, objects
from streams.nlp.labels import CLASSES
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

BINS: Final = 10
NOTHING: Final = Sentiment("neutral", 0.0, 1.0, {"positive": 0.0, "neutral": 1.0, "negative": 0.0})
"""For an article whose language is not read."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article and its class."""

    raw: RawArticle
    label: str


def read_documents(path: Path) -> list[Document]:
    """Read articles, each with `label` (a class) and `text` or `html`; `title`, `language`, `source` and `url` as in a raw article.

    Raises:
        ValueError: a line is none; it is named.
    """
    return [_document(row, path, number) for number, row in objects(path)]


def _document(row: Mapping[str, Any], path: Path, number: int) -> Document:
    label = row.get("label")
    if label not in CLASSES:
        raise mistake(path, number, f"label {label!r} is none of {', '.join(CLASSES)}")
    fields = {name: row[name] for name in ("html", "text", "title", "language", "source", "url") if row.get(name)}
    wrong = [name for name, value in fields.items() if not isinstance(value, str)]
    if wrong or not {"html", "text"} & set(fields):
        raise mistake(path, number, f"{', '.join(wrong)} is no text" if wrong else "neither text nor html")
    return Document(RawArticle(**fields), str(label))


def verdicts(documents: Sequence[Document], folder: Path | None) -> list[Sentiment]:
    """Return the sentiment of each, from the model in a folder (None: of the settings)."""
    enricher = Enricher.load(Settings.load(model=folder))
    return [article.sentiment or NOTHING for article in enricher.enrich_many(each.raw for each in documents)]


def calibration_error(gold: Sequence[str], found: Sequence[Sentiment]) -> float:
    """Return the expected calibration error of the likeliest class, 0..1, over ten bins of its probability."""
    gaps = [0.0] * BINS
    for label, one in zip(gold, found, strict=True):
        chances = one.probabilities or {}
        likeliest = max(CLASSES, key=lambda name: chances[name])
        gaps[min(int(chances[likeliest] * BINS), BINS - 1)] += chances[likeliest] - (likeliest == label)
    return sum(map(abs, gaps)) / len(gold) if gold else 0.0
