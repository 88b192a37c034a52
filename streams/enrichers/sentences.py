"""The moods of single sentences: those of the text that are good or bad news, where they stand.

A sentence is taken at its word (`moods.judge`, as an article of that sentence alone); most sentences of news are neutral, and
are left out. How they become the article's mood stands in `sentiment.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.articles import SentenceMood
from streams.enrichers.moods import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.enrichers.reading import Reading


def enrich_sentences(reading: Reading) -> dict[str, Any]:
    """Return `sentences`: those of the text that are not neutral, in order."""
    return {"sentences": tuple(_telling(reading))}


def _telling(reading: Reading) -> Iterator[SentenceMood]:
    for passage, annotation in zip(reading.passages, reading.annotations, strict=True):
        verdict = judge(annotation.sentiment)
        if passage.start is not None and verdict.label != "neutral":
            yield SentenceMood(passage.start, passage.start + len(passage.text), verdict.label, verdict.score)
