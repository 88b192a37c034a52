"""The model with a watch beside it: what one pass costs, and how many sentences it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.adapters.supervision.metrics import Metrics
    from streams.nlp.annotations import Annotation
    from streams.stages.enrich import Annotator


class TimedModel:
    """Answers what the model answers.

    Args:
        model: the model.
        metrics: where its passes are told.
    """

    def __init__(self, model: Annotator, metrics: Metrics) -> None:
        self._model = model
        self._metrics = metrics
        self.name = model.name
        self.version = model.version

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        """Return one annotation per sentence."""
        self._metrics.model_sentences.inc(len(sentences))
        with self._metrics.model_duration.time():
            return self._model.annotate(sentences)
