"""One worker: its parts, the services around them, how it begins and how it ends."""

from __future__ import annotations

import asyncio
import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from streams.adapters.kafka.credentials import client_options
from streams.adapters.kafka.preparation import prepare_topics
from streams.adapters.kafka.reach import broker_answers
from streams.adapters.kafka.topic_identity import TopicGuard
from streams.adapters.processing.breaker import TrippedError
from streams.adapters.processing.executor import TooManyHungError
from streams.adapters.processing.memory import Shelf, limit_memory
from streams.adapters.processing.publishing import Publisher
from streams.adapters.supervision.exit_codes import ExitCode, end_process
from streams.adapters.supervision.metrics import Metrics
from streams.adapters.supervision.spans import open_tracer
from streams.adapters.supervision.watchdog import Pulse, Watchdog, Work
from streams.adapters.supervision.web import Readiness, WebServer
from streams.adapters.workarounds.faust_worker import NewsApp
from streams.agents.flights import by_tasks
from streams.app.articles import ArticlesPart
from streams.app.calls import Calls, end_on_defect
from streams.app.desk import DeskPart
from streams.app.options import announced_port, faust_options
from streams.app.parts import measure_lag
from streams.app.queries import mount_trends
from streams.web import mount

if TYPE_CHECKING:
    from aiohttp.web import Application
    from faust.types import TP, Message
    from mode import ServiceT

    from streams.adapters.supervision.lag import Lag
    from streams.agents.flights import HandOver, Publish
    from streams.app.articles import Load
    from streams.app.parts import Part
    from streams.settings import Settings

logger = logging.getLogger(__name__)

HALTS: dict[type[Exception], ExitCode] = {TrippedError: ExitCode.FAILING, TooManyHungError: ExitCode.HUNG}
"""How a worker ends whose agents can do no more; FENCED for whatever else halts them."""


class WorkerParts:
    """What one worker is made of, around its Faust app.

    Args:
        settings: all of them.
        load: loads what the pipeline needs and returns what makes it; another one in tests.
    """

    def __init__(self, settings: Settings, load: Load) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.publisher = Publisher(settings, self.metrics)
        self.tracer = open_tracer(settings.traces) if settings.traces is not None else None
        publish: Publish = self.publisher.publish
        hand_over: HandOver = self.publisher.hand_over
        if self.tracer is not None:
            self.metrics.trace(self.tracer)
            publish = self.tracer.publishing(publish)
            hand_over = by_tasks(publish)
        calls = Calls(publish, hand_over, self.ack, self.forget, self.on_halt, end_on_defect)
        wanted = settings.agents
        self.articles = ArticlesPart(settings, self.metrics, calls, load) if wanted != "desk" else None
        self.desk = DeskPart(settings, self.metrics, calls) if wanted != "articles" else None
        self.parts: list[Part] = [part for part in (self.articles, self.desk) if part is not None]
        sources = [topic for part in self.parts for topic in part.sources]
        self.guard = TopicGuard(sources, client_options(settings), partial(end_process, ExitCode.REPLACED))
        self.app = self._make_app()
        self._show()

    def _show(self) -> None:
        """Give the metrics what they ask for when they are scraped."""
        shown = self.metrics
        shown.held.set_function(lambda: self.app.shelf.held)
        shown.lag.ask = self.measure_lag
        shown.in_flight.set_function(self.count_in_flight)
        shown.ready.set_function(lambda: self.readiness().ready)
        shown.reachable.set_function(self.reaches_broker)
        shown.stalled.set_function(lambda: self.watchdog.stalled)
        shown.stall_timeout.set(self.settings.stall_timeout)

    def _make_app(self) -> NewsApp:
        app = NewsApp(self.settings.own_group, **faust_options(self.settings))
        app.prepare = self.prepare
        app.make_services = self.make_services
        app.before_commit = self.before_commit
        app.count_in_flight = self.count_in_flight
        app.let_go = self.let_go
        app.shelf = Shelf(self.settings.in_flight_bytes, idle=lambda: not self.count_in_flight())
        app.stop_timeout = self.settings.stop_timeout
        app.log_format = self.settings.log_format
        app.read_to = {}
        app.on_defect = end_on_defect
        app.on_commit = self.metrics.committed
        app.on_partitions_assigned.connect(cast("Any", self.on_assigned))
        for part in (self.articles, self.desk):
            if part is not None:
                part.join(app)
        return app

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
            if settings.web_page:
                logger.info("the live page is at %s/", self.web.address)
        loading = asyncio.ensure_future(self._load())
        try:
            created = await prepare_topics(settings)
            if created:
                logger.info("created topics %s", ", ".join(created))
            await loading
        finally:
            loading.cancel()

    async def _load(self) -> None:
        if self.articles is not None:
            await self.articles.load()
        loaded = "model loaded, " if self.articles is not None else ""
        logger.info("%sjoining group %s at %s", loaded, self.settings.own_group, self.settings.broker)

    def make_services(self) -> list[ServiceT]:
        """Return what starts before the consumer and stops after it."""
        ours: list[ServiceT] = [self.publisher, *(self.desk.services if self.desk is not None else ())]
        ours += [self.guard]
        ours += [self.tracer] if self.tracer is not None else []
        ours += [self.watchdog]
        return [*ours, self.web] if self.app.conf.web_enabled else ours

    async def before_commit(self) -> None:
        """Make sure that the topics are those that we read."""
        await self.guard.check()

    @cached_property
    def watchdog(self) -> Watchdog:
        """What ends us where we make no progress."""
        settings = self.settings
        return Watchdog(settings.stall_timeout, self.look, partial(broker_answers, settings), self.app.end)

    def look(self, reachable: bool) -> Pulse:  # noqa: FBT001 - the watchdog's word
        """Return a sign of life."""
        lags = self.measure_lag()
        self.metrics.lag.see(lags)
        work = {topic: part.work_on(topic) for part in self.parts for topic in part.sources}
        # What is still to be read is the work of all: one agent's records wait while those of another fill the memory.
        behind = any(lag.records for lag in lags)
        everything = Work(sum(each.acked for each in work.values()), bool(self.count_in_flight()) or behind)
        return Pulse(
            work=work | {"all agents": everything},
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
            mounts=[
                *([mount_trends(self.desk.trends)] if self.desk is not None else []),
                *([self.mount_page] if settings.web_page else []),
            ],
        )

    def count_in_flight(self) -> int:
        """Return how many records are read and not acked."""
        return sum(part.in_flight for part in self.parts)

    def let_go(self) -> None:
        """Forget the records that have not begun: they stay unacked."""
        for part in self.parts:
            part.let_go()

    def on_halt(self, error: Exception) -> None:
        """End: nothing more is published."""
        self.app.end(HALTS.get(type(error), ExitCode.FENCED), str(error) or type(error).__name__)

    def ack(self, message: Message) -> None:
        """Let the consumer commit past a message."""
        self.app.consumer.ack(message)

    def forget(self, message: Message) -> None:
        """Take a message off the list of those that a rebalance and a stop wait for."""
        self.app.consumer.unacked.discard(message)

    def mount_page(self, server: Application) -> None:
        """Put the live page into the web server."""
        mount(server, self.settings, self.metrics.registry, self.readiness)

    def readiness(self) -> Readiness:
        """Tell whether this worker works."""
        return Readiness(
            self.articles is None or self.articles.ready,
            assigned=bool(self.assignment()) and not self.app.rebalancing,
            reachable=self.reaches_broker(),
            recovered=self.desk is None or self.desk.ready,
            progressing=self.watchdog.progressing,
        )

    def reaches_broker(self) -> bool:
        """Tell whether the broker answers, as far as we know, and takes what we publish."""
        return self.watchdog.reachable and not self.publisher.troubled

    def assignment(self) -> set[TP]:
        """Return the partitions that the group gave us."""
        return set(self.app._assignment or ())  # noqa: SLF001 - Faust has no public word for it that works before the join

    def measure_lag(self) -> list[Lag]:
        """Return how far each assigned partition is behind."""
        reader = {topic: part for part in self.parts for topic in part.sources}
        return [measure_lag(self.app, reader[tp.topic], tp) for tp in sorted(self.assignment()) if tp.topic in reader]

    def on_assigned(self, sender: object, assigned: set[TP], **kwargs: object) -> None:
        """Log and count what the group gave us, and open it."""
        del sender, kwargs
        self.app.read_to.clear()
        self.metrics.assigned.set(len(assigned))
        self.metrics.rebalances.inc()
        topics = dict.fromkeys(topic for part in self.parts for topic in part.sources)
        for topic in topics:
            partitions = ", ".join(str(tp.partition) for tp in sorted(assigned) if tp.topic == topic)
            logger.info("assigned partitions of %s: %s", topic, partitions or "none: more workers than partitions")
        foreign = sorted({tp.topic for tp in assigned} - topics.keys())
        if foreign:
            # Nobody here would ever read them.
            why = f"this group has workers that run other agents: it gave us {foreign[0]}; set agents alike, or another group"
            self.app.end(ExitCode.FAILED, why)
        for part in self.parts:
            part.assign(assigned)
