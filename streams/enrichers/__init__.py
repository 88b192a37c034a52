"""What is found out about an article, one file each.

    language.py     which language it is in; decides whether the others can read it
    entities.py     people, organisations, places          mentions.py recurrences.py resolution/ salience.py
    sentiment.py    the article's mood                     moods.py
    sentences.py    the moods of its sentences             moods.py
    reading.py      what an enricher is given

Adding one is one file, one line in `ENRICHERS` and one schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from streams.enrichers.entities import enrich_entities
from streams.enrichers.sentences import enrich_sentences
from streams.enrichers.sentiment import enrich_sentiment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streams.enrichers.reading import Reading

__all__ = ["ENRICHERS"]

ENRICHERS: Final[tuple[Callable[[Reading], Mapping[str, Any]], ...]] = (
    enrich_entities,
    enrich_sentiment,
    enrich_sentences,
)
"""Each turns a reading into fields of the enriched article; pure, and independent of the others."""
