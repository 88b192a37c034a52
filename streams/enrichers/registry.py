"""All enrichers, in order. Apart from the package: whoever wants one file of it need not load the model's runtime."""

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
