"""The ordered stages, and the only place that turns an exception into a dead letter.

    decode -> extract -> enrich -> route        one record in, one outcome out, in order

Pure and synchronous: no Kafka, no clock, no environment. Records given together share the
batches of the model; a failure stays one record's own.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol, TypeVar

from streams.errors import LET_THROUGH, Stage
from streams.outcomes import DeadLettered, Outcome, Published
from streams.stages.dead_letter import dead_letter
from streams.stages.decode import MAX_BYTES, decode
from streams.stages.extract import extract
from streams.stages.route import route
from streams.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.articles import CleanArticle, EnrichedArticle
    from streams.records import InboundRecord

T = TypeVar("T")


class Enrich(Protocol):
    """The enrich stage as the pipeline sees it."""

    def __call__(self, articles: Sequence[CleanArticle], at: Sequence[str]) -> list[EnrichedArticle]:
        """Enrich the articles together; `at` holds the RFC 3339 time of each one's record."""


class Timer(Protocol):
    """Times a stage; the metrics adapter gives a real one."""

    def __call__(self, stage: Stage, records: Sequence[InboundRecord]) -> AbstractContextManager[object]:
        """Return what surrounds one run of the stage over these records."""


def untimed(stage: Stage, records: Sequence[InboundRecord]) -> AbstractContextManager[object]:
    """Time nothing."""
    del stage, records
    return nullcontext()


class Pipeline:
    """Turns inbound records into outcomes; no record makes it raise.

    Args:
        enrich: the enrich stage with its model loaded.
        timer: called with a stage and its records around each of its runs.
        max_record_bytes: a larger raw value is a dead letter.
        stories: articles go on to the stages that tell repeats, stories and novelty (see `route`).
    """

    def __init__(
        self, enrich: Enrich, timer: Timer = untimed, *, max_record_bytes: int = MAX_BYTES, stories: bool = False
    ) -> None:
        self._enrich = enrich
        self._timer = timer
        self._max_record_bytes = max_record_bytes
        self._stories = stories

    def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        """Return one outcome per record, in order."""
        cleaned = [self._clean(record) for record in records]
        enriched = self._enrich_together(records, cleaned)
        return [self._route(*pair) for pair in zip(records, enriched, strict=True)]

    def _clean(self, record: InboundRecord) -> CleanArticle | DeadLettered:
        raw = self._run(Stage.DECODE, record, lambda: decode(record, max_bytes=self._max_record_bytes))
        if isinstance(raw, DeadLettered):
            return raw
        return self._run(Stage.EXTRACT, record, lambda: extract(raw))

    def _enrich_together(
        self, records: Sequence[InboundRecord], cleaned: Sequence[CleanArticle | DeadLettered]
    ) -> list[EnrichedArticle | DeadLettered]:
        """Enrich in one batch; where that fails, one by one, to find whose failure it is."""
        jobs = [
            (record, article)
            for record, article in zip(records, cleaned, strict=True)
            if not isinstance(article, DeadLettered)
        ]
        try:
            results = iter(self._enrich_batch(jobs))
        except LET_THROUGH:
            raise
        except BaseException:  # noqa: BLE001 - whatever the batch raised, each record is tried alone
            results = iter([self._enrich_alone(*job) for job in jobs])
        return [article if isinstance(article, DeadLettered) else next(results) for article in cleaned]

    def _enrich_batch(self, jobs: Sequence[tuple[InboundRecord, CleanArticle]]) -> list[EnrichedArticle | DeadLettered]:
        if not jobs:
            return []
        with self._timer(Stage.ENRICH, [record for record, _ in jobs]):
            times = [rfc3339(record.timestamp) for record, _ in jobs]
            enriched = self._enrich([article for _, article in jobs], times)
            # A model that answers for fewer than it was asked must not shift the answers of the others.
            return [article for _, article in zip(jobs, enriched, strict=True)]

    def _enrich_alone(self, record: InboundRecord, article: CleanArticle) -> EnrichedArticle | DeadLettered:
        return self._run(Stage.ENRICH, record, lambda: self._enrich([article], [rfc3339(record.timestamp)])[0])

    def _route(self, record: InboundRecord, article: EnrichedArticle | DeadLettered) -> Outcome:
        if isinstance(article, DeadLettered):
            return article
        records = self._run(Stage.ROUTE, record, lambda: route(article, record, stories=self._stories))
        return records if isinstance(records, DeadLettered) else Published(article, records)

    def _run(self, stage: Stage, record: InboundRecord, work: Callable[[], T]) -> T | DeadLettered:
        """Run one stage for one record; anything it raises becomes that record's dead letter."""
        try:
            with self._timer(stage, (record,)):
                return work()
        except LET_THROUGH:
            raise
        except BaseException as error:  # noqa: BLE001 - nothing escapes the pipeline
            return dead_letter(record, error, stage)
