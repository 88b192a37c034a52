"""Runs the pipeline off the event loop: the one seam between asynchronous delivery and synchronous work.

Threads: the model's runtime and the tokenizer release the GIL, so one batch is decoded and extracted while
another is in the model. More cores are used by more workers, not by more threads.

A batch that fails as a whole or does not come back in time is tried again record by record, so that a failure
stays one record's own; a record that alone is over the time limit becomes a dead letter of reason `timeout`. One
that found no memory is tried once more with nothing beside it: its neighbour may have taken it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from streams.adapters.processing.attempts import Attempt
from streams.errors import EnrichError, Reason, Stage
from streams.outcomes import DeadLettered
from streams.stages.dead_letter import dead_letter

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from prometheus_client import Gauge

    from streams.outcomes import Outcome
    from streams.records import InboundRecord

    Result = list[Outcome] | BaseException

THREADS = 2
"""Batches in work at a time: one in the model, one before or after it."""
TIME_LIMIT = 30.0
MOST_HUNG = 3
"""Threads that may hang at a time: each may hold memory and, in an endless loop, takes its share of a core."""


class TooManyHungError(Exception):
    """More threads hang than a process should carry: it is time for a fresh one."""


class Process(Protocol):
    """The pipeline as its caller sees it."""

    def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        """Return one outcome per record, in order."""


class PipelineExecutor:
    """Holds the pipeline and the threads that run it.

    Args:
        load: loads what a setting can spoil and returns what makes the pipeline; both are called once, in a thread.
        threads: batches in work at a time.
        time_limit: seconds that a batch may take, and that a record may take alone.
        gauge: shows how many threads were given up and are still there.
    """

    def __init__(
        self,
        load: Callable[[], Callable[[], Process]],
        threads: int = THREADS,
        time_limit: float = TIME_LIMIT,
        gauge: Gauge | None = None,
    ) -> None:
        self._load = load
        self._making: Future[Process] | None = None
        self.threads = threads
        self._time_limit = time_limit
        self._lanes = asyncio.Semaphore(threads)
        self._clearing = asyncio.Lock()
        self._hung: set[Attempt[list[Outcome]]] = set()
        self._gauge = gauge

    @property
    def loaded(self) -> bool:
        """Whether the pipeline is there."""
        made = self._making
        return made is not None and made.done() and not made.cancelled() and made.exception() is None

    async def load(self) -> Future[Process]:
        """Load what the pipeline needs, and begin to make it: records wait for it.

        Returns:
            Done when the pipeline is there.

        Raises:
            NewsStreamsError: what the loader raises, the model's folder being wrong for example.
        """
        make = await asyncio.to_thread(self._load)
        self._making = asyncio.ensure_future(asyncio.to_thread(make))
        return self._making

    async def made(self) -> Process:
        """Wait for the pipeline."""
        if self._making is None:
            msg = "the pipeline is not loaded"
            raise RuntimeError(msg)
        # Shielded: whoever gives up waiting must not take the pipeline along.
        return await asyncio.shield(self._making)

    async def process(self, records: Sequence[InboundRecord]) -> AsyncIterator[Outcome]:
        """Run a batch in a thread; yield one outcome per record, in order, whatever the pipeline does.

        Raises:
            TooManyHungError: after the outcome of a record that hung; the outcomes of those after it are missing.
        """
        found = await self._try(records, self._lanes)
        for place, record in enumerate(records):
            part = found if isinstance(found, BaseException) else found[place]
            yield (outcome := await self._settle(record, part, len(records)))
            # Only after one that hung: a batch before it goes on, so that this one's dead letter is acked too.
            if hung(outcome) and len(self._hung) > MOST_HUNG:
                msg = f"{len(self._hung)} threads hang in the pipeline"
                raise TooManyHungError(msg)

    async def _settle(self, record: InboundRecord, found: Outcome | BaseException, shared_by: int) -> Outcome:
        """Return the outcome of one record, given what it or its batch came to."""
        if lacked_memory(found):
            result = await self._try([record], self._all_lanes())
        elif isinstance(found, BaseException) and shared_by > 1:
            result = await self._try([record], self._lanes)
        else:
            result = found if isinstance(found, BaseException) else [found]
        return dead_letter(record, result, Stage.ENRICH) if isinstance(result, BaseException) else result[0]

    async def _try(self, records: Sequence[InboundRecord], lanes: AbstractAsyncContextManager[None]) -> Result:
        attempt = Attempt(partial(_exactly, await self.made(), records), self._forget)
        async with lanes:
            try:
                return await attempt.result(self._time_limit)
            except TimeoutError:
                self._hung.add(attempt)
                self._show()
                return EnrichError(Reason.TIMEOUT, f"did not come back within {self._time_limit:g} s")

    @asynccontextmanager
    async def _all_lanes(self) -> AsyncIterator[None]:
        """Wait until nothing else is in work, and keep it so."""
        async with self._clearing:
            held = 0
            try:
                for _ in range(self.threads):
                    await self._lanes.acquire()
                    held += 1
                yield
            finally:
                for _ in range(held):
                    self._lanes.release()

    def _forget(self, attempt: Attempt[list[Outcome]]) -> None:
        self._hung.discard(attempt)
        self._show()

    def _show(self) -> None:
        if self._gauge is not None:
            self._gauge.set(len(self._hung))


def _exactly(pipeline: Process, records: Sequence[InboundRecord]) -> list[Outcome]:
    outcomes = pipeline.process(records)
    if len(outcomes) != len(records):
        msg = f"the pipeline gave {len(outcomes)} outcomes for {len(records)} records"
        raise RuntimeError(msg)
    return outcomes


def hung(outcome: Outcome) -> bool:
    """Tell whether a record is dead because it did not come back."""
    return isinstance(outcome, DeadLettered) and outcome.reason is Reason.TIMEOUT


def lacked_memory(found: Outcome | BaseException) -> bool:
    """Tell whether a record, or its batch, failed for want of memory."""
    if isinstance(found, DeadLettered):
        return found.reason is Reason.OUT_OF_MEMORY
    return isinstance(found, MemoryError)
