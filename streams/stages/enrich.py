"""enrich: clean articles in, enriched articles out; all articles given share the batches of the model.

identify the language of each -> split into sentences -> one pass of the model -> each of `ENRICHERS` in turn

Pure: the same articles give the same results, whatever else is in the batch.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

from streams.articles import CleanArticle, EnrichedArticle
from streams.enrichers.language import LanguageIdentifier
from streams.enrichers.reading import Reading, lay_out, split_article
from streams.enrichers.registry import ENRICHERS
from streams.errors import EnrichError, Reason
from streams.nlp.vectors import load_centres, pack, pool
from streams.stages.model import load_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.nlp import Annotation
    from streams.settings import Settings

CHUNK: Final = 1_024
"""Sentences given to the model at a time: enough to fill its batches by length, few enough to bound the memory."""

_CARRIED: Final = (
    *("id", "content_hash", "text", "title", "lede", "url", "source", "raw_id", "published_at", "fetched_at"),
    *("byline", "agency", "dateline", "images"),
)


class Annotator(Protocol):
    """What enrich needs of a model."""

    @property
    def name(self) -> str:
        """Of the model."""

    @property
    def version(self) -> str:
        """Of the model; another version may answer otherwise."""

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        """Return one annotation per sentence."""


class Enrich:
    """The stage; safe to share between threads where its model is.

    Args:
        model: annotates sentences.
        identifier: tells languages.
    """

    def __init__(self, model: Annotator, identifier: LanguageIdentifier | None = None) -> None:
        self._model = model
        self._identifier = identifier or LanguageIdentifier()
        self._centres = load_centres(model.version)

    @property
    def models(self) -> dict[str, str]:
        """Name and version of what judges: in every enriched article and in the metrics."""
        return {self._model.name: self._model.version, self._identifier.name: self._identifier.version}

    def __call__(self, articles: Sequence[CleanArticle], at: Sequence[str]) -> list[EnrichedArticle]:
        """Enrich the articles together.

        Args:
            articles: as extract made them.
            at: the RFC 3339 time of each one's record; becomes `enriched_at`.

        Returns:
            One enriched article each, in order. What an article gives does not depend on the others.

        Raises:
            EnrichError: BAD_OUTPUT, the model's answer does not fit what it was asked.
        """
        readings = [self._open(article) for article in articles]
        answers = self._annotate(passage.read for reading in readings for passage in reading.passages)
        return [self._close(*self._read(each, answers), time) for each, time in zip(readings, at, strict=True)]

    def _open(self, article: CleanArticle) -> Reading:
        language, layout = self._identifier.identify(article), lay_out(article)
        passages = split_article(article, language.code, layout) if language.supported else ()
        return Reading(article, language, layout, passages)

    def _annotate(self, sentences: Iterator[str]) -> Iterator[Annotation]:
        """Annotate in chunks."""
        for chunk in iter(partial(_take, sentences), []):
            annotations = self._model.annotate(chunk)
            if len(annotations) != len(chunk):
                msg = f"the model gave {len(annotations)} answers to {len(chunk)} sentences"
                raise EnrichError(Reason.BAD_OUTPUT, msg)
            for sentence, annotation in zip(chunk, annotations, strict=True):
                _check(sentence, annotation)
                yield annotation

    def _read(self, reading: Reading, answers: Iterator[Annotation]) -> tuple[Reading, bytes]:
        """Return an article's reading with its annotations, and its vector; the sentences' are let go one by one."""
        annotations: list[Annotation] = []
        widths: set[int] = set()

        def vectors() -> Iterator[Sequence[float]]:
            for each in islice(answers, len(reading.passages)):
                annotations.append(replace(each, vector=()))
                widths.add(len(each.vector))
                if len(widths) > 1:
                    raise EnrichError(Reason.BAD_OUTPUT, f"the model gave vectors of {sorted(widths)} numbers")
                yield each.vector

        vector = pack(pool(vectors(), self._centres.get(reading.language.code)))
        return replace(reading, annotations=tuple(annotations)), vector

    def _close(self, reading: Reading, vector: bytes, at: str) -> EnrichedArticle:
        fields: dict[str, Any] = {name: getattr(reading.article, name) for name in _CARRIED}
        for enrich in ENRICHERS:
            fields.update(enrich(reading))
        about: dict[str, Any] = {
            "language": reading.language,
            "models": self.models,
            "enriched_at": at,
            "vector": vector,
        }
        return EnrichedArticle(**fields, **about)


def load_enrich(settings: Settings) -> Enrich:
    """Load the model and the language identifier that the settings ask for.

    Raises:
        SettingsError: the model's folder does not hold a model that fits.
    """
    return Enrich(load_model(settings))


def _take(sentences: Iterator[str]) -> list[str]:
    return list(islice(sentences, CHUNK))


def _check(sentence: str, annotation: Annotation) -> None:
    """Refuse spans outside their sentence or over one another: a user's own model may be wrong."""
    last = 0
    for each in annotation.mentions:
        if not last <= each.start < each.end <= len(sentence):
            msg = (
                f"the model marked {each.type} at {each.start}..{each.end}, after {last}, "
                f"of a sentence of {len(sentence)} characters"
            )
            raise EnrichError(Reason.BAD_OUTPUT, msg)
        last = each.end
