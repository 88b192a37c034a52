"""The live page without a worker around it: a web server in a thread, on a broker, with a worker's metrics to set as one likes."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Self

from aiohttp import web

from streams.adapters.supervision.metrics import Metrics
from streams.adapters.supervision.web import Readiness
from streams.settings import Settings
from streams.web import mount

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE = 30.0
SECONDS_TO_FINISH = 1.0


class PageServer:
    """Serves the page for the length of a `with`.

    Attributes:
        metrics: what the plots show.
        readiness: what the page says of the worker.
        port: where it listens.
    """

    def __init__(self, broker: str, **settings: str) -> None:
        self.metrics = Metrics()
        self.readiness = Readiness(model_loaded=True, assigned=True)
        self.port = 0
        self._settings = Settings.load(broker=broker, **settings)
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._stopped = asyncio.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/page/"

    def count(self, outcome: str, number: float = 1) -> None:
        """Count raw records as done."""
        self.metrics._records[outcome].inc(number)

    async def _serve(self) -> None:
        app = web.Application()
        mount(app, self._settings, self.metrics.registry, lambda: self.readiness)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=SECONDS_TO_FINISH)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        self._listening.set()
        await self._stopped.wait()
        await runner.cleanup()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the page did not stop"
        self._loop.close()
