"""The worker's web server over real HTTP, without a worker around it."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import aiohttp
import pytest

from streams.adapters.supervision.metrics import Metrics
from streams.adapters.supervision.web import PORTS_TRIED, Readiness, WebServer
from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def server(port: int, readiness: Readiness, *, movable: bool = False, host: str = "127.0.0.1") -> WebServer:
    return WebServer(host, port, movable=movable, registry=Metrics().registry, readiness=lambda: readiness)


def address(running: WebServer) -> str:
    assert running._runner is not None
    return "http://{}:{}".format(*running._runner.addresses[0][:2])


async def get(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, answer.content_type, await answer.text()


@pytest.mark.parametrize(
    ("model_loaded", "assigned", "status"),
    [(True, True, 200), (True, False, 503), (False, True, 503), (False, False, 503)],
)
async def test_ready_needs_all_and_live_nothing(model_loaded: bool, assigned: bool, status: int) -> None:  # noqa: FBT001
    async with server(0, Readiness(model_loaded, assigned)) as running:
        assert (await get(f"{address(running)}/ready"))[0] == status
        assert (await get(f"{address(running)}/live"))[::2] == (200, '{"live": true}')


@pytest.mark.parametrize("what", ["reachable", "recovered", "progressing"])
async def test_ready_says_what_is_missing(what: str) -> None:
    state = Readiness(**{"model_loaded": True, "assigned": True, what: False})
    async with server(0, state) as running:
        status, _, body = await get(f"{address(running)}/ready")
    assert status == 503
    assert [name for name, holds in json.loads(body).items() if not holds] == ["ready", what]


async def test_metrics_are_prometheus_text() -> None:
    async with server(0, Readiness(model_loaded=True, assigned=True)) as running:
        status, kind, body = await get(f"{address(running)}/metrics")
    assert (status, kind) == (200, "text/plain")
    assert 'news_streams_records_total{outcome="published"} 0.0' in body


async def test_a_taken_port_that_nobody_asked_for_is_replaced(taken: int) -> None:
    async with server(taken, Readiness(model_loaded=True, assigned=True), movable=True) as running:
        assert not address(running).endswith(f":{taken}")
        assert (await get(f"{address(running)}/live"))[0] == 200


async def test_workers_on_one_host_stand_one_after_the_other(taken: int) -> None:
    ready = Readiness(model_loaded=True, assigned=True)
    async with server(taken, ready, movable=True) as one, server(taken, ready, movable=True) as other:
        ports = [int(address(each).rsplit(":", 1)[1]) for each in (one, other)]
    assert taken < ports[0] < ports[1] <= taken + PORTS_TRIED


@pytest.mark.parametrize("host", ["127.0.0.1", "203.0.113.7"])
async def test_an_address_that_cannot_be_had_is_named(taken: int, host: str) -> None:
    running = server(taken, Readiness(model_loaded=True, assigned=True), host=host)
    with pytest.raises(SettingsError, match=f"settings web_host and web_port: cannot listen on {host}:{taken}"):
        await running.start()
    await running.stop()


async def test_nothing_listens_after_stop() -> None:
    running = server(0, Readiness(model_loaded=True, assigned=True))
    await running.start()
    where = address(running)
    await running.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await get(where)
