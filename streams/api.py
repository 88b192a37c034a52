"""The public API for scripts and notebooks: raw articles in, enriched articles out, without Kafka.

>>> from streams import Enricher, RawArticle
>>> enricher = Enricher.load()
>>> article = enricher.enrich(RawArticle(text="Presiden Joko Widodo bertemu Presiden Vladimir Putin di Sochi."))
>>> [entity.id for entity in article.entities]
['loc:sochi', 'per:joko-widodo', 'per:vladimir-putin']

Import these names from `streams` itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Self

from streams.settings import Settings
from streams.stages.enrich import Enrich, load_enrich
from streams.stages.extract import extract
from streams.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.articles import EnrichedArticle, RawArticle

__all__ = ["Enricher"]


class Enricher:
    """Extract and enrich, as the worker does it.

    Args:
        enrich: the enrich stage with its model; `Enricher.load` makes one.
        batch: articles that share one pass of the model.
    """

    def __init__(self, enrich: Enrich, batch: int = 16) -> None:
        self._enrich = enrich
        self._batch = batch

    @classmethod
    def load(cls, settings: Settings | None = None) -> Self:
        """Load the model, the shipped one unless the settings name another.

        Raises:
            SettingsError: a setting, or the model that it names, cannot be used.
        """
        settings = settings or Settings.load()
        return cls(load_enrich(settings), settings.batch)

    def enrich(self, raw: RawArticle) -> EnrichedArticle:
        """Enrich one article.

        Raises:
            ExtractError: it holds no readable text.
            EnrichError: the model's answer cannot be used.
        """
        return self.enrich_many([raw])[0]

    def enrich_many(self, raws: Iterable[RawArticle]) -> list[EnrichedArticle]:
        """Enrich articles, batch by batch, in order; raises as `enrich` does. `enriched_at` is the time now."""
        return [
            article
            for batch in _batches(raws, self._batch)
            for article in self._enrich([extract(raw) for raw in batch], [rfc3339(datetime.now(UTC))] * len(batch))
        ]


def _batches(raws: Iterable[RawArticle], size: int) -> Iterator[list[RawArticle]]:
    rest = iter(raws)
    while batch := list(islice(rest, size)):
        yield batch
