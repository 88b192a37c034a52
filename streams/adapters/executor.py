"""Runs the pipeline off the event loop: the one seam between asynchronous delivery and synchronous work.

Threads: the model's runtime and the tokenizer release the GIL, so one batch is decoded and extracted while
another is in the model. More cores are used by more workers, not by more threads.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from streams.errors import Stage
from streams.stages.dead_letter import dead_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.outcomes import Outcome
    from streams.records import InboundRecord

THREADS = 2
"""Batches in work at a time: one in the model, one before or after it."""


class Process(Protocol):
    """The pipeline as its caller sees it."""

    def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        """Return one outcome per record, in order."""


class PipelineExecutor:
    """Holds the pipeline and the threads that run it.

    Args:
        load: makes the pipeline with its model; called once, in a thread.
        threads: batches in work at a time.
    """

    def __init__(self, load: Callable[[], Process], threads: int = THREADS) -> None:
        self._load = load
        self._pipeline: Process | None = None
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pipeline")

    @property
    def loaded(self) -> bool:
        """Whether the model is there."""
        return self._pipeline is not None

    async def load(self) -> None:
        """Load the pipeline.

        Raises:
            NewsStreamsError: what the loader raises, the model's folder being wrong for example.
        """
        self._pipeline = await asyncio.get_running_loop().run_in_executor(self._pool, self._load)

    async def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        """Run a batch in a thread; one outcome per record, whatever the pipeline does."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._outcomes, records)

    def _outcomes(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        """Run a batch; where that fails, each record alone, so that a failure stays one record's own."""
        try:
            return self._exactly(records)
        except BaseException as error:  # noqa: BLE001 - even SystemExit out of a library must not end the thread
            if len(records) == 1:
                return [dead_letter(records[0], error, Stage.ENRICH)]
            return [outcome for record in records for outcome in self._outcomes([record])]

    def _exactly(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        if self._pipeline is None:
            msg = "the pipeline is not loaded"
            raise RuntimeError(msg)
        outcomes = self._pipeline.process(records)
        if len(outcomes) != len(records):
            msg = f"the pipeline gave {len(outcomes)} outcomes for {len(records)} records"
            raise RuntimeError(msg)
        return outcomes

    def close(self) -> None:
        """Let the threads go; what still runs is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
