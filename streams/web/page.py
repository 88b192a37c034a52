"""The live page as one thing: its parts, its routes, its start and its stop."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from streams.topics import ALERTS, DEAD, ENRICHED, TRENDS
from streams.web.answers import Answers
from streams.web.bodies import Bodies
from streams.web.cards import alert_card, article_card, letter_card, trend_card
from streams.web.events import Events
from streams.web.feeds import Channel, Feed
from streams.web.files import file_routes
from streams.web.guarding import forbid, guard
from streams.web.logs import Bell, Log
from streams.web.samples import Sampler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from prometheus_client import CollectorRegistry

    from streams.adapters.supervision.web import Readiness
    from streams.settings import Settings

ROOT: Final = "/page"
SECONDS_KEPT: Final = 600
MEGABYTE: Final = 1024 * 1024


class Page:
    """One worker's page.

    Args:
        settings: of the worker.
        registry: of its metrics.
        readiness: tells whether it works.
    """

    def __init__(self, settings: Settings, registry: CollectorRegistry, readiness: Callable[[], Readiness]) -> None:
        self._sampler = Sampler(registry, readiness)
        self._samples = Log(SECONDS_KEPT, MEGABYTE)
        self._bell = Bell()
        self._names = frozenset({settings.web_host.lower(), (settings.web_page_name or settings.web_host).lower()})
        channels = {
            ENRICHED.name: Channel(article_card, Log(10_000, 24 * MEGABYTE), recall=2_000),
            DEAD.name: Channel(letter_card, Log(500, MEGABYTE), recall=500, strict=False),  # marks lie there, too
            TRENDS.name: Channel(trend_card, Log(1_000, MEGABYTE), recall=1_000),
            ALERTS.name: Channel(alert_card, Log(500, MEGABYTE), recall=500),
        }
        bodies = Bodies(settings)
        self._feed = Feed(settings, channels, bodies.keep, self._bell)
        self._answers = Answers(bodies)
        names = ("articles", "letters", "trends", "alerts")
        logs = dict(zip(names, (channel.log for channel in channels.values()), strict=True))
        hello = {"instance": secrets.token_hex(6), "version": version("news-streams"), "group": settings.group}
        self._events = Events(hello, {**logs, "samples": self._samples}, self._bell)

    def application(self) -> web.Application:
        """Return it as an aiohttp application, which starts and stops with the one that it is put into."""
        app = web.Application(middlewares=[guard(self._names)])
        app.add_routes([*file_routes(), web.get("/events", self._events.answer), *self._answers.routes()])
        app.on_response_prepare.append(forbid)
        app.cleanup_ctx.append(self._run)
        app.on_shutdown.append(self._close)
        return app

    async def _run(self, app: web.Application) -> AsyncIterator[None]:
        del app
        tasks = [asyncio.create_task(self._feed.run()), asyncio.create_task(self._sample())]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _close(self, app: web.Application) -> None:
        del app
        self._events.close()

    async def _sample(self) -> None:
        while True:
            sample = self._sampler.take(time.time())
            more = {"trouble": self._feed.trouble, "unreadable": self._feed.unreadable, "pages": self._events.browsers}
            self._samples.append(orjson.dumps(sample | more))
            self._bell.ring()
            await asyncio.sleep(1)


def mount(
    app: web.Application, settings: Settings, registry: CollectorRegistry, readiness: Callable[[], Readiness]
) -> None:
    """Put the live page into a web server that has not started yet: at `/page/`, to which `/` leads.

    Args:
        app: of the server.
        settings: of the worker.
        registry: of its metrics.
        readiness: tells whether it works.
    """
    app.add_routes([web.get("/", _lead), web.get(ROOT, _lead)])
    app.add_subapp(ROOT, Page(settings, registry, readiness).application())


async def _lead(request: web.Request) -> web.Response:
    del request
    # Relative, for whoever serves us under a path of theirs.
    return web.Response(status=302, headers={"Location": "page/"})
