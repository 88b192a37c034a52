"""Webhooks: signed as the specification has it, posted only where the settings allow, whatever a name stands for."""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import hmac
import socket
import ssl
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiohttp import web
from aiohttp.abc import AbstractResolver
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.subscriptions.delivering import GoneError, Patience, SinkError, deliver
from streams.adapters.subscriptions.webhooks import Target, Webhook, read_secrets, read_url, sign
from streams.allowed_addresses import Allowed
from streams.errors import SettingsError
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SECRET = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
LOOPBACK = Allowed.read(["127.0.0.0/8", "::1"])
AT_ONCE = Patience(attempts=4, first=0.001)


class Names(AbstractResolver):
    """A name server of an enemy: answers differently each time, the last answer for ever."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        del family
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "":
            raise OSError(errno.ENOENT, "unknown name")
        base = {"hostname": host, "port": port, "proto": 0, "flags": socket.AI_NUMERICHOST}
        return [
            base | {"host": each, "family": socket.AF_INET6 if ":" in each else socket.AF_INET}
            for each in answer.split(",")
        ]

    async def close(self) -> None:
        pass


class Server:
    """A receiver on loopback; keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes, str]] = []
        self.answers: list[Callable[[], Any]] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append((headers, await request.read(), request.path))
        made = self.answers.pop(0)() if self.answers else web.Response(status=204)
        return await made if asyncio.iscoroutine(made) else made


@asynccontextmanager
async def serving(context: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


def target(url: str, allowed: Allowed = LOOPBACK, timeout: float = 5.0) -> Target:
    return Target(url, [SECRET], allowed, timeout)


async def post(url: str, allowed: Allowed = LOOPBACK, resolver: Names | None = None, **options: Any) -> None:
    async with Webhook(target(url, allowed, options.pop("timeout", 5.0)), resolver=resolver, **options) as webhook:
        await webhook.send("a1", b'{"id": "a1"}')


def status(number: int, **headers: str) -> Callable[[], web.Response]:
    return lambda: web.Response(status=number, headers=headers)


def test_the_signature_is_that_of_the_specification() -> None:
    headers = sign([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


async def test_a_receiver_can_check_who_sent_what_and_when() -> None:
    async with serving() as server:
        await post(f"http://127.0.0.1:{server.port}/alerts?x=1")
    ((headers, body, path),) = server.got
    assert (body, path, headers["content-type"]) == (b'{"id": "a1"}', "/alerts", "application/json")
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(SECRET, said, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"


async def test_it_is_tried_again_with_the_same_id_until_it_is_taken() -> None:
    async with serving() as server:
        server.answers = [status(500), status(404), status(503, **{"Retry-After": "0"})]
        async with Webhook(target(f"http://127.0.0.1:{server.port}/")) as webhook:
            assert await deliver(webhook, "a1", b"{}", AT_ONCE) is None
    assert [headers["webhook-id"] for headers, _, _ in server.got] == ["a1"] * 4


async def test_what_is_never_taken_is_told_with_the_last_reason() -> None:
    async with serving() as server:
        server.answers = [status(500)] * 3 + [status(418)]
        async with Webhook(target(f"http://127.0.0.1:{server.port}/")) as webhook:
            error = await deliver(webhook, "a1", b"{}", AT_ONCE)
    assert str(error) == "answered 418"


async def test_gone_is_gone_at_once() -> None:
    async with serving() as server:
        server.answers = [status(410)]
        with pytest.raises(GoneError, match="gone"):
            await post(f"http://127.0.0.1:{server.port}/")
    assert len(server.got) == 1


@pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(number: int) -> None:
    async with serving() as server, serving() as inner:
        server.answers = [status(number, location=f"http://127.0.0.1:{inner.port}/secret")]
        with pytest.raises(SinkError, match=f"answered {number}, and redirects are not followed"):
            await post(f"http://127.0.0.1:{server.port}/")
        assert inner.got == []


async def test_a_slow_server_and_one_that_drips_for_ever_are_left() -> None:
    async with serving() as server:

        async def drip() -> web.Response:
            await asyncio.sleep(30)
            return web.Response()

        server.answers = [drip]
        with pytest.raises(SinkError, match=r"no answer within 0\.3 s"):
            await post(f"http://127.0.0.1:{server.port}/", timeout=0.3)
        server.answers = [lambda: web.Response(body=b"x" * 50_000_000)]
        await post(f"http://127.0.0.1:{server.port}/")


async def test_nobody_there_and_a_name_that_nobody_knows_are_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SinkError, match="ClientConnector"):
        await post(f"http://127.0.0.1:{port}/")
    with pytest.raises(SinkError, match="unknown name"):
        await post("http://hooks.example.com/", resolver=Names(""))


NEVER = ["10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.0.1", "0.0.0.1", "224.0.0.1", "::1", "fe80::1", "fd00::1"]
NEVER += ["::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "100.64.0.1", "::"]


@pytest.mark.parametrize("address", NEVER)
async def test_an_allowed_name_that_points_into_our_own_network_is_refused(address: str) -> None:
    allowed = Allowed.read(["hooks.example.com"])
    assert not allowed.admits("hooks.example.com", address, encrypted=True)
    with pytest.raises(SettingsError, match=r"webhook_allow: hooks\.example\.com"):
        await post("https://hooks.example.com/", allowed, Names(address))


async def test_a_name_that_changes_its_mind_reaches_nobody() -> None:
    async with serving() as server:
        names = Names("93.184.216.34", "127.0.0.1")
        allowed = Allowed.read(["hooks.example.com"])
        with pytest.raises(SinkError, match=r"webhook_allow: hooks.example.com \(127\.0\.0\.1\) is not allowed"):
            await post(f"https://hooks.example.com:{server.port}/", allowed, names)
        assert names.asked == 2
        assert server.got == []


async def test_each_connection_asks_once_and_goes_where_it_was_told() -> None:
    async with serving() as server:
        names = Names("127.0.0.1", "127.0.0.1", "93.184.216.34")
        await post(f"http://hooks.example.com:{server.port}/", resolver=names)
    assert names.asked == 2  # at the start, and for the one connection
    assert len(server.got) == 1


async def test_of_several_addresses_only_the_allowed_are_tried() -> None:
    async with serving() as server:
        await post(f"http://hooks.example.com:{server.port}/", resolver=Names("10.0.0.9,127.0.0.1,169.254.169.254"))
    assert len(server.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://[::1]:1/",
        "http://2130706433:1/",
        "http://127.1:1/",
        "http://0x7f.1:1/",
        "http://localhost:1/",
    ],
)
async def test_nothing_is_allowed_by_default(url: str) -> None:
    with pytest.raises((SettingsError, SinkError)):
        await post(url, Allowed.read(()))


async def test_without_tls_only_loopback_is_reached() -> None:
    allowed = Allowed.read(["10.0.0.0/8", "hooks.example.com"])
    assert allowed.admits("x", "10.0.0.1", encrypted=True)
    for host, address in (("x", "10.0.0.1"), ("hooks.example.com", "93.184.216.34")):
        with pytest.raises(SettingsError, match="or not without https"):
            await post(f"http://{host}/", allowed, Names(address))


async def test_over_tls_the_certificate_must_be_the_hosts() -> None:
    authority = trustme.CA()
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("hooks.example.com").configure_cert(server_side)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with serving(server_side) as server:
        await post(f"https://hooks.example.com:{server.port}/", resolver=Names("127.0.0.1"), ssl=trusting)
        for host, context in (("other.example.com", trusting), ("hooks.example.com", None)):
            with pytest.raises(SinkError, match="Certificate"):
                await post(f"https://{host}:{server.port}/", resolver=Names("127.0.0.1"), ssl=context)
    assert len(server.got) == 1


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as server, serving() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        await post(f"http://127.0.0.1:{server.port}/")
        assert (len(server.got), len(proxy.got)) == (1, 0)


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4))
def test_what_is_allowed_by_name_is_public(parts: list[int]) -> None:
    address = ".".join(map(str, parts))
    allowed = Allowed.read(["a.example"])
    if allowed.admits("A.example.", address, encrypted=True):
        assert parts[0] not in {0, 10, 127, *range(224, 256)}
        assert parts[:2] not in ([192, 168], [169, 254])
        assert allowed.admits("a.example", f"::ffff:{address}", encrypted=True)
    assert not allowed.admits("b.example", address, encrypted=True)
    assert not allowed.admits("x.a.example", address, encrypted=True)


def test_pauses_grow_and_differ_and_end() -> None:
    patience = Patience(attempts=10, first=1.0, longest=60.0)
    for attempt in range(1, 10):
        most = min(60.0, 2.0 ** (attempt - 1))
        pauses = {patience.pause(attempt) for _ in range(50)}
        assert len(pauses) > 1
        assert all(most / 2 <= pause <= most for pause in pauses)
    assert patience.most_seconds == sum(min(60.0, 2.0**n) for n in range(9))


@pytest.mark.parametrize(
    "text", ["", None, "abc", "whsec_", "whsec_AAAA", f"whsec_{'A' * 200}", "whsec_§§", "whsec_!!!!"]
)
def test_a_secret_that_is_none_is_named_and_not_shown(text: str | None) -> None:
    with pytest.raises(SettingsError, match="setting webhook_secret") as told:
        read_secrets(text)
    assert not text or text not in str(told.value) or text in {"whsec_", "abc"}


def test_two_secrets_sign_each() -> None:
    written = f"whsec_{base64.b64encode(SECRET).decode()}\nwhsec_{base64.b64encode(b'n' * 24).decode()}"
    old, new = read_secrets(written)
    assert sign([old, new], "a", 1, b"")["webhook-signature"].split() == [
        sign([each], "a", 1, b"")["webhook-signature"] for each in (old, new)
    ]


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/", "a.example", "https://", "https://user:pw@a.example/", "http://[::1"]
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="--webhook") as told:
        read_url(url)
    assert "pw" not in str(told.value)


@pytest.mark.parametrize(
    "entry", ["10.0.0.1/8", "1.2.3", "a b", "-a.example", "*.example.com", "https://a.example", "a_b/8"]
)
def test_an_entry_that_is_neither_host_nor_network_names_its_setting(entry: str) -> None:
    with pytest.raises(SettingsError, match="setting webhook_allow"):
        Settings.load(webhook_allow=[entry])


def test_the_environment_separates_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_STREAMS_WEBHOOK_ALLOW", "hooks.example.com, 10.1.0.0/16,::1")
    assert Settings.load().webhook_allow == ("hooks.example.com", "10.1.0.0/16", "::1")


def test_secrets_come_from_a_file_and_are_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    path = tmp_path / "secret"
    path.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    monkeypatch.setenv("NEWS_STREAMS_WEBHOOK_SECRET_FILE", str(path))
    settings = Settings.load()
    assert read_secrets(settings.webhook_secrets()) == [SECRET]
    assert "MfKQ" not in repr(settings)
