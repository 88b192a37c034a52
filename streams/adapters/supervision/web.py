"""The worker's small web server: /metrics for Prometheus, /live and /ready for whoever supervises it.

It runs on the worker's own event loop: an answer on /live is itself the sign of life.
"""

from __future__ import annotations

import errno
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import web
from mode import Service
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus_client import CollectorRegistry

logger = logging.getLogger(__name__)

SECONDS_TO_FINISH = 1.0
"""What a request may still take when the worker stops."""
PORTS_TRIED: Final = 64
"""Beyond the one that is set: workers on one host stand one after the other, where a Prometheus can be told to look."""
LAST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the worker works: all must hold.

    Attributes:
        model_loaded: the pipeline is there.
        assigned: the group gave us partitions, and no rebalance is going on.
        reachable: the broker answers, as far as we know, and takes what we publish.
        recovered: the tables of our partitions and the rules are read.
        progressing: records get done where there are any: it is not half-way to its end by the watchdog.
    """

    model_loaded: bool
    assigned: bool
    reachable: bool = True
    recovered: bool = True
    progressing: bool = True

    @property
    def ready(self) -> bool:
        """All of it."""
        return all((self.model_loaded, self.assigned, self.reachable, self.recovered, self.progressing))


class WebServer(Service):
    """Serves one worker's state; started and stopped with it.

    Args:
        host: to listen on.
        port: to listen on; 0 takes a free one.
        movable: whether the next free port will do where that one is taken (nobody asked for that very one).
        registry: of the metrics.
        readiness: asked on every /ready.
        mounts: each puts more routes into the server before it starts: the live page.
    """

    mundane_level = "debug"

    def __init__(  # noqa: PLR0913 - each is a thing that the worker alone knows
        self,
        host: str,
        port: int,
        *,
        movable: bool,
        registry: CollectorRegistry,
        readiness: Callable[[], Readiness],
        mounts: Sequence[Callable[[web.Application], None]] = (),
    ) -> None:
        super().__init__()
        self._host = host
        self._port = port
        self._movable = movable
        self._registry = registry
        self._readiness = readiness
        self._mounts = mounts
        self._runner: web.AppRunner | None = None

    async def on_start(self) -> None:
        """Listen.

        Raises:
            SettingsError: the address cannot be listened on.
        """
        app = web.Application()
        app.add_routes(
            [web.get("/metrics", self._metrics), web.get("/live", self._live), web.get("/ready", self._ready)]
        )
        for mount in self._mounts:
            mount(app)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=SECONDS_TO_FINISH)
        await self._runner.setup()
        await self._listen(self._runner)
        logger.info("serving /metrics, /live and /ready on %s", self.address)

    @property
    def address(self) -> str:
        """Where it listens, once started: `http://host:port`."""
        host, port = self._runner.addresses[0][:2] if self._runner is not None else (self._host, self._port)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def _listen(self, runner: web.AppRunner) -> None:
        last = min(self._port + PORTS_TRIED, LAST_PORT) if self._movable else self._port
        for port in range(self._port, last + 1):
            try:
                await self._site(runner, port).start()
            except OSError as error:
                if error.errno != errno.EADDRINUSE or port == last:
                    msg = f"settings web_host and web_port: cannot listen on {self._host}:{port}: {error.strerror}"
                    raise SettingsError(msg) from None
                logger.info("web port %d is taken, trying the next", port)
            else:
                return

    def _site(self, runner: web.AppRunner, port: int) -> web.TCPSite:
        return web.TCPSite(runner, self._host, port)

    async def on_stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _metrics(self, request: web.Request) -> web.Response:
        del request
        # On the loop, a few milliseconds: the lag is read from what only the loop may touch.
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _live(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"live": True})

    async def _ready(self, request: web.Request) -> web.Response:
        del request
        state = self._readiness()
        return web.json_response({"ready": state.ready, **asdict(state)}, status=200 if state.ready else 503)
