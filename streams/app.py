"""The one place that wires Faust: `create_app(settings)`; `faust -A streams.app worker` finds `app` here.

Delivery is described in `streams.agents.delivery`, what is done differently from Faust in
`streams.adapters.workarounds.faust_worker`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from faust.types._env import WEB_PORT

from streams.adapters.kafka.credentials import client_options, faust_credentials
from streams.adapters.kafka.preparation import prepare_topics
from streams.adapters.kafka.reach import broker_answers
from streams.adapters.kafka.topic_identity import TopicGuard
from streams.adapters.processing.breaker import Breaker, TrippedError
from streams.adapters.processing.executor import PipelineExecutor
from streams.adapters.processing.memory import FETCH_BYTES, Shelf, limit_memory
from streams.adapters.processing.publishing import Publisher
from streams.adapters.supervision.exit_codes import ExitCode, end_process, fail
from streams.adapters.supervision.metrics import Metrics, lag_of
from streams.adapters.supervision.watchdog import Pulse, Watchdog
from streams.adapters.supervision.web import Readiness, WebServer
from streams.adapters.workarounds.faust_worker import NewsApp, NewsWorker, QuietMonitor
from streams.adapters.workarounds.lenient_records import read_leniently
from streams.adapters.workarounds.strict_offsets import fetch_offsets_strictly
from streams.agents.articles import enrich_articles
from streams.agents.delivery import Delivery
from streams.agents.flights import Ports, Window
from streams.errors import NewsStreamsError
from streams.settings import Settings
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Callable

    from faust.types import TP, EventT
    from mode import ServiceT

    from streams.adapters.processing.executor import Process
    from streams.adapters.supervision.metrics import Lag

logger = logging.getLogger(__name__)

HEARTBEATS_PER_SESSION = 8
COMMIT_SECONDS = 1.0
BUFFERED_RECORDS = 256
REQUEST_SECONDS = 30.0


def load_pipeline(settings: Settings, metrics: Metrics) -> Process:
    """Load the model and return the pipeline, its stages timed.

    Raises:
        SettingsError: the model cannot be loaded.
    """
    # Here and not at the top: slow to import, and done in a thread while the broker is asked.
    from streams.pipeline import Pipeline  # noqa: PLC0415
    from streams.stages.enrich import load_enrich  # noqa: PLC0415

    enrich = load_enrich(settings)
    metrics.name_models(enrich.models)
    return Pipeline(enrich, metrics.time_stage, max_record_bytes=settings.max_record_bytes)


class WorkerParts:
    """What one worker is made of, around its Faust app.

    Args:
        settings: all of them.
        load: makes the pipeline; another one in tests.
    """

    def __init__(self, settings: Settings, load: Callable[[Settings, Metrics], Process]) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.executor = PipelineExecutor(
            lambda: load(settings, self.metrics), time_limit=settings.article_timeout, gauge=self.metrics.hung
        )
        self.breaker = Breaker(settings.breaker_records, settings.breaker_ratio)
        self.publisher = Publisher(settings, self.metrics)
        self.guard = TopicGuard(RAW.name, client_options(settings), partial(end_process, ExitCode.REPLACED))
        self.window: Delivery | None = None
        self.app = NewsApp(settings.group, **faust_options(settings))
        self.app.prepare = self.prepare
        self.app.make_services = self.make_services
        self.app.before_commit = self.guard.check
        self.app.count_in_flight = self.count_in_flight
        self.app.let_go = self.let_go
        self.app.shelf = Shelf(settings.in_flight_bytes, idle=lambda: not self.count_in_flight())
        self.metrics.held.set_function(lambda: self.app.shelf.held)
        self.app.stop_timeout = settings.stop_timeout
        self.metrics.lag.ask = self.measure_lag
        self.app.on_partitions_assigned.connect(cast("Any", self.on_assigned))
        raw = self.app.topic(RAW.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
        self.app.agent(raw, name="streams.agents.articles")(enrich_articles(self.make_window))

    async def prepare(self) -> None:
        """Make sure that a broker lets us work and the topics are right, and load the model meanwhile.

        Raises:
            NewsStreamsError: what keeps the worker from starting.
        """
        settings = self.settings
        limit_memory(settings.memory_limit)
        if self.app.conf.web_enabled:
            # Before all else: whoever supervises us sees that we live while the model is loading.
            await self.web.start()
        loading = asyncio.ensure_future(self.executor.load())
        try:
            created = await prepare_topics(settings)
            if created:
                logger.info("created topics %s", ", ".join(created))
            await loading
        finally:
            loading.cancel()
        logger.info("model loaded, joining group %s at %s", settings.group, settings.broker)

    def make_services(self) -> list[ServiceT]:
        """Return what starts before the consumer and stops after it."""
        ours: list[ServiceT] = [self.publisher, self.guard, self.watchdog]
        return [*ours, self.web] if self.app.conf.web_enabled else ours

    @cached_property
    def watchdog(self) -> Watchdog:
        """What ends us where we make no progress."""
        settings = self.settings
        return Watchdog(settings.stall_timeout, self.look, partial(broker_answers, settings), self.app.end)

    def look(self, reachable: bool) -> Pulse:  # noqa: FBT001 - the watchdog's word
        """Return a sign of life."""
        window = self.window
        return Pulse(
            acked=window.acked if window is not None else 0,
            waiting=bool(self.count_in_flight() or any(lag.records for lag in self.measure_lag())),
            joined=self.app.joined and not self.app.rebalancing,
            reachable=reachable and not self.publisher.troubled,
        )

    @cached_property
    def web(self) -> WebServer:
        """The web server; the options of Faust's own command win over the settings."""
        conf, settings = self.app.conf, self.settings
        given = conf.web_port != announced_port(settings)
        return WebServer(
            conf.web_bind,
            conf.web_port if given else settings.web_port,
            movable=not given and "web_port" not in settings.model_fields_set,
            registry=self.metrics.registry,
            readiness=self.readiness,
        )

    def make_window(self) -> Delivery:
        """Return a fresh window for the agent."""
        settings = self.settings
        bounds = Window(settings.in_flight, settings.batch, settings.batch_wait, self.executor.threads)
        ports = Ports(
            process=self.executor.process,
            judge=self.breaker.judge,
            publish=self.publisher.publish,
            forget=self.forget,
            on_halt=self.on_halt,
            on_defect=end_on_defect,
        )
        self.window = Delivery(ports, bounds, self.metrics)
        return self.window

    def count_in_flight(self) -> int:
        """Return how many records are read and not acked."""
        return self.window.in_flight if self.window is not None else 0

    def let_go(self) -> None:
        """Forget the records that have not begun: they stay unacked."""
        if self.window is not None:
            self.window.let_go()

    def on_halt(self, error: Exception) -> None:
        """End: the window publishes no more."""
        self.app.end(ExitCode.FAILING if isinstance(error, TrippedError) else ExitCode.HUNG, str(error))

    def forget(self, event: EventT[bytes]) -> None:
        """Take an event off the list of those that a rebalance and a stop wait for."""
        self.app.consumer.unacked.discard(event.message)

    def readiness(self) -> Readiness:
        """Tell whether this worker works."""
        return Readiness(
            self.executor.loaded,
            assigned=bool(self.assignment()) and not self.app.rebalancing,
            reachable=self.watchdog.reachable and not self.publisher.troubled,
        )

    def assignment(self) -> set[TP]:
        """Return the partitions of raw articles that the group gave us."""
        return set(self.app._assignment or ())  # noqa: SLF001 - Faust has no public word for it that works before the join

    def measure_lag(self) -> list[Lag]:
        """Return how far each assigned partition is behind."""
        return [self._lag(tp) for tp in sorted(self.assignment())]

    def _lag(self, tp: TP) -> Lag:
        window, where = self.window, (tp.topic, tp.partition)
        consumer: Any = self.app.consumer
        next_offset = window.next_offset(where) if window is not None else None
        if next_offset is None:
            next_offset = consumer._committed_offset.get(tp)  # noqa: SLF001 - no public word either
        oldest = window.oldest(where) if window is not None else None
        return lag_of(where, consumer.highwater(tp), next_offset, oldest, time.time())

    def on_assigned(self, sender: object, assigned: set[TP], **kwargs: object) -> None:
        """Log and count what the group gave us."""
        del sender, kwargs
        self.metrics.assigned.set(len(assigned))
        self.metrics.rebalances.inc()
        partitions = ", ".join(str(tp.partition) for tp in sorted(assigned)) or "none: more workers than partitions"
        logger.info("assigned partitions of %s: %s", RAW.name, partitions)


def faust_options(settings: Settings) -> dict[str, Any]:
    """Return Faust's settings that follow from ours."""
    return {
        "broker": settings.broker.replace(",", ";kafka://"),
        "broker_credentials": faust_credentials(settings),
        "Worker": NewsWorker,
        "monitor": QuietMonitor(),
        "autodiscover": False,
        "origin": "streams.app",
        "stream_buffer_maxsize": BUFFERED_RECORDS,
        "stream_wait_empty": True,
        # Our own check creates topics; Faust's would make them with its own layout.
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "broker_session_timeout": settings.session_timeout,
        "broker_heartbeat_interval": settings.session_timeout / HEARTBEATS_PER_SESSION,
        "broker_request_timeout": max(REQUEST_SECONDS, settings.session_timeout),
        "broker_commit_interval": COMMIT_SECONDS,
        "consumer_max_fetch_size": FETCH_BYTES,
        "consumer_auto_offset_reset": "earliest",
        "producer_request_timeout": REQUEST_SECONDS,
        "web_bind": settings.web_host,
        "web_port": announced_port(settings),
        "worker_redirect_stdouts": False,
    }


def announced_port(settings: Settings) -> int:
    """Return the port that Faust's banner names; Faust knows no 0, and which port is taken then the log says."""
    return settings.web_port or WEB_PORT


def end_on_defect(error: BaseException) -> None:
    """End the worker: the window has lost its order, and going on could lose a record."""
    logger.critical("a defect in the delivery of records", exc_info=error)
    end_process(ExitCode.CRASHED, "crashed")


def create_app(settings: Settings, load: Callable[[Settings, Metrics], Process] = load_pipeline) -> NewsApp:
    """Wire a worker.

    Args:
        settings: all of them.
        load: makes the pipeline, given settings and metrics.

    Returns:
        The Faust app; `create_worker` runs it, and so does `faust -A streams.app worker`.
    """
    read_leniently()
    fetch_offsets_strictly()
    return WorkerParts(settings, load).app


def create_worker(app: NewsApp, log_level: str = "info") -> NewsWorker:
    """Return what runs the app as this process: `execute_from_commandline` ends it with an `ExitCode`."""
    app.finalize()
    return cast("NewsWorker", app.Worker(loglevel=log_level, redirect_stdouts=False))


def __getattr__(name: str) -> NewsApp:
    """Make `app` from the settings when `faust -A streams.app` asks for it."""
    if name != "app":
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        app = create_app(Settings.load())
    except NewsStreamsError as error:
        # Faust's command would show a traceback.
        fail(error)
    globals()["app"] = app
    return app
