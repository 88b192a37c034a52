"""One browser: whatever is new since its place in the logs, as server-sent events (WHATWG HTML, 9.2).

A message is a chunk of one log; its id is this server's name and the place in each log, which a browser that comes back tells in
`Last-Event-ID`. A browser that does not read makes `write` wait, and only for itself; after `PATIENCE` it is let go.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from streams.web.guarding import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.web.logs import Bell, Log

MOST_BROWSERS: Final = 32
PATIENCE: Final = 30.0
"""Seconds that a browser may take to make room for one message."""
REST: Final = 0.1
"""Seconds between two messages to a browser that is up to date: what comes within goes as one."""
RETRY_MS: Final = 1000


class Events:
    """The streams of all browsers.

    Args:
        hello: what every browser is told first; `instance` names this server.
        logs: by the name of their event.
        bell: rung when there is something new.

    Attributes:
        browsers: how many are there now.
    """

    def __init__(self, hello: Mapping[str, object], logs: Mapping[str, Log], bell: Bell) -> None:
        self._hello = hello
        self._instance = str(hello["instance"])
        self._logs = logs
        self._bell = bell
        self._closing = False
        self.browsers = 0

    def close(self) -> None:
        """End all streams: their browsers try again."""
        self._closing = True
        self._bell.ring()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve one browser until it leaves or we close."""
        if self.browsers >= MOST_BROWSERS:
            return refuse(503, f"{MOST_BROWSERS} pages are open already")
        places = self._places(request.headers.get("Last-Event-ID", ""))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        self.browsers += 1
        try:
            await response.prepare(request)
            await self._send(response, b"retry: %d\nevent: hello\ndata: %s\n\n" % (RETRY_MS, orjson.dumps(self._hello)))
            while not self._closing:
                if not await self._send_news(response, places):
                    await self._bell.wait()
                    await asyncio.sleep(REST)
        except (ConnectionError, TimeoutError):
            pass  # it left, or it does not read
        finally:
            self.browsers -= 1
        return response

    async def _send_news(self, response: web.StreamResponse, places: dict[str, int]) -> bool:
        """Send a chunk of each log that has one; tell whether there was any."""
        sent = False
        for name, log in self._logs.items():
            chunk = log.since(places[name])
            if chunk.cards:
                places[name] = chunk.next
                where = ".".join((self._instance, *map(str, places.values())))
                message = b"event: %s\nid: %s\ndata: %s\n\n" % (name.encode(), where.encode(), chunk.json())
                await self._send(response, message)
                sent = True
        return sent

    async def _send(self, response: web.StreamResponse, message: bytes) -> None:
        async with asyncio.timeout(PATIENCE):
            await response.write(message)

    def _places(self, told: str) -> dict[str, int]:
        """Return where a browser is: what it tells if it was here before, else the beginning of what we have."""
        form = re.escape(self._instance) + r"((?:\.[0-9]{1,15})+)"
        found = re.fullmatch(form, told, re.ASCII)
        numbers = [int(number) for number in found[1].split(".")[1:]] if found else []
        if len(numbers) != len(self._logs):
            numbers = [log.first for log in self._logs.values()]
        return dict(zip(self._logs, numbers, strict=True))
