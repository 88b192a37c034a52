"""The pipeline without a broker: readings in, one line of JSON each out, in order, memory bounded.

A thread reads ahead, several work on batches, and the caller gets lines as soon as they are next.
A slow source (a pipe that someone types into) is not waited for: a batch goes when nothing more comes.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from streams.adapters.sources.reading_ahead import ReadAhead
from streams.adapters.sources.readings import Entry, Reading, Unreadable, weigh
from streams.errors import Stage
from streams.outcomes import Dropped, Outcome, Published
from streams.records import InboundRecord
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from streams.pipeline import Pipeline

MAX_BATCH_BYTES = 8 * 1024 * 1024
"""A batch is closed when it holds this much, whatever its count."""
LOOK = 0.02
"""Seconds that a wait for input lasts while results may come that are to be handed out."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one reading.

    Attributes:
        json: one line, without its end.
        failed: whether it is a dead letter.
    """

    json: bytes
    failed: bool


@dataclass(frozen=True, slots=True)
class Offline:
    """How to run.

    Attributes:
        pipeline: with its model loaded.
        batch: records that share one pass of the model, at most.
        wait: seconds a batch waits for more.
        threads: batches at a time.
        clock: the time of a record that does not say when it was fetched.
    """

    pipeline: Pipeline
    batch: int
    wait: float
    threads: int
    clock: Callable[[], datetime]

    def run(self, readings: Iterable[Reading]) -> Iterator[Line]:
        """Yield one line per reading, in order."""
        ahead = ReadAhead(readings, self.batch, MAX_BATCH_BYTES, weigh)
        running = deque[Future[list[Line]]]()
        with ThreadPoolExecutor(self.threads, thread_name_prefix="enrich") as executor:
            try:
                while ahead.more or running:
                    if running and (len(running) > self.threads or running[0].done() or not ahead.more):
                        yield from running.popleft().result()
                    elif batch := ahead.take(self.batch, LOOK if running else None, self.wait):
                        running.append(executor.submit(self._process, batch))
            finally:
                executor.shutdown(wait=False, cancel_futures=True)

    def _process(self, batch: list[Reading]) -> list[Line]:
        records = [self._record(reading) for reading in batch if isinstance(reading, Entry)]
        outcomes = iter(self.pipeline.process(records))
        return [
            _refused(reading) if isinstance(reading, Unreadable) else _line(next(outcomes), reading.origin)
            for reading in batch
        ]

    def _record(self, entry: Entry) -> InboundRecord:
        return InboundRecord(value=entry.value, timestamp=_fetched_at(entry.value) or self.clock())


def _fetched_at(value: bytes) -> datetime | None:
    """Return when the crawler fetched it, if the article says so rightly: that makes a rerun give the same bytes."""
    if b'"fetched_at"' not in value:
        return None
    try:
        stated = datetime.fromisoformat(orjson.loads(value)["fetched_at"])
        return stated.astimezone(UTC) if stated.tzinfo else None
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _line(outcome: Outcome, origin: str) -> Line:
    if isinstance(outcome, Published):
        value = next(record.value for record in outcome.records if record.topic == ENRICHED.name)
        return Line(value or b"null", failed=False)
    if isinstance(outcome, Dropped):
        return Line(orjson.dumps({"dropped": {"reason": outcome.reason, "source": origin}}), failed=False)
    return _dead_letter(outcome.stage, outcome.reason, outcome.message, origin)


def _refused(reading: Unreadable) -> Line:
    return _dead_letter(Stage.DECODE, reading.reason, reading.message, reading.origin)


def _dead_letter(stage: str, reason: str, message: str, origin: str) -> Line:
    fields = {"stage": stage, "reason": reason, "message": message, "source": origin}
    return Line(orjson.dumps({"dead_letter": fields}), failed=True)
