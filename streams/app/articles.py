"""The part of a worker that reads raw articles: decode, extract, enrich, in threads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from streams.adapters.processing.breaker import Breaker
from streams.adapters.processing.executor import PipelineExecutor
from streams.adapters.supervision.watchdog import Work
from streams.agents.articles import enrich_articles
from streams.agents.delivery import Delivery
from streams.agents.flights import Ports, Window
from streams.app.parts import bytes_of
from streams.topics import RAW

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Iterable

    from faust.types import TP, AppT

    from streams.adapters.processing.executor import Process
    from streams.adapters.supervision.metrics import Metrics
    from streams.app.calls import Calls
    from streams.settings import Settings


logger = logging.getLogger(__name__)

Load = Callable[["Settings", "Metrics"], Callable[[], "Process"]]
"""Loads what the pipeline needs, off the event loop, and returns what makes it."""


def load_pipeline(settings: Settings, metrics: Metrics) -> Callable[[], Process]:
    """Load the model; return what makes the pipeline with it, its stages timed.

    Raises:
        SettingsError: the model cannot be loaded.
    """
    # Here and not at the top: slow to import, and done in a thread while the broker is asked.
    from streams.adapters.processing.timed_model import TimedModel  # noqa: PLC0415
    from streams.stages.model import load_model  # noqa: PLC0415

    model = TimedModel(load_model(settings), metrics)

    def make() -> Process:
        # What reads pages and tells languages: twice as slow as the model, and while the group is joined.
        from streams.pipeline import Pipeline  # noqa: PLC0415
        from streams.stages.enrich import Enrich  # noqa: PLC0415

        enrich = Enrich(model)
        metrics.name_models(enrich.models)
        limit = settings.max_record_bytes
        return Pipeline(enrich, metrics.time_stage, max_record_bytes=limit, stories=settings.stories)

    return make


class ArticlesPart:
    """The agent of raw articles with its window.

    Args:
        settings: all of them.
        metrics: of the worker.
        calls: what the agent calls.
        load: loads what the pipeline needs and returns what makes it.
    """

    sources = (RAW.name,)

    def __init__(self, settings: Settings, metrics: Metrics, calls: Calls, load: Load) -> None:
        self._settings = settings
        self._metrics = metrics
        self._calls = calls
        self.executor = PipelineExecutor(
            lambda: load(settings, metrics), time_limit=settings.article_timeout, gauge=metrics.hung
        )
        self._breaker = Breaker(settings.breaker_records, settings.breaker_ratio)
        self._window: Delivery | None = None

    async def load(self) -> None:
        """Load what a setting can spoil; the rest is made while the group is joined, and whatever it raises is a defect.

        Raises:
            NewsStreamsError: the model cannot be loaded.
        """
        making = await self.executor.load()
        making.add_done_callback(self._see_made)

    def _see_made(self, making: Future[Process]) -> None:
        error = None if making.cancelled() else making.exception()
        if error is not None:
            logger.critical("the pipeline cannot be made: %s", type(error).__name__)
            self._calls.on_defect(error)

    def join(self, app: AppT) -> None:
        """Add the agent to the app."""
        app.agent(bytes_of(app, RAW), name="streams.agents.articles")(
            enrich_articles(self._make_window, self.executor.made)
        )

    def _make_window(self) -> Delivery:
        """Return a fresh window for the agent."""
        settings, calls = self._settings, self._calls
        bounds = Window(settings.in_flight, settings.batch, settings.batch_wait, self.executor.threads)
        ports = Ports(
            process=self.executor.process,
            judge=self._breaker.judge,
            publish=calls.publish,
            hand_over=calls.hand_over,
            ack=calls.ack,
            forget=calls.forget,
            on_halt=calls.on_halt,
            on_defect=calls.on_defect,
        )
        self._window = Delivery(ports, bounds, self._metrics)
        return self._window

    def work_on(self, topic: str) -> Work:
        """Return what the agent has done and has to do; making the pipeline is work, too."""
        del topic
        acked = self._window.acked if self._window is not None else 0
        return Work(acked, bool(self.in_flight) or not self.ready)

    @property
    def in_flight(self) -> int:
        """Records read and not yet acked."""
        return self._window.in_flight if self._window is not None else 0

    @property
    def ready(self) -> bool:
        """Whether the pipeline is there."""
        return self.executor.loaded

    def assign(self, assigned: Iterable[TP]) -> None:
        """Do nothing: there is nothing to prepare."""

    def let_go(self) -> None:
        """Forget the records that have not begun."""
        if self._window is not None:
            self._window.let_go()

    def next_offset(self, tp: TP) -> int | None:
        """Return the offset after the last one acked of a partition, None before the first."""
        return self._window.next_offset((tp.topic, tp.partition)) if self._window is not None else None

    def oldest(self, tp: TP) -> float | None:
        """Return when the oldest record in flight of a partition was produced, seconds since 1970."""
        return self._window.oldest((tp.topic, tp.partition)) if self._window is not None else None
