"""The live page over plain HTTP, on both brokers: what it answers, to whom, and what a browser that hangs does to the others."""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from articles_made import article, articles, dead_letter, published
from brokers import PATIENCE, Topics, both_brokers, halt, resume
from page_server import PageServer
from streams.adapters.broker import EmbeddedBroker
from streams.topics import ALERTS, DEAD, ENRICHED
from streams.web.bodies import Bodies
from streams.web.events import MOST_BROWSERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from apache_kafka import ApacheKafka

pytestmark = both_brokers
ASKED = {
    "/page/": 200,
    "/page/main.js": 200,
    "/page/uplot.css": 200,
    "/page/articles/0/999999": 404,
    "/page/articles/77/0": 404,
    "/page/letters/0/999999999999999999": 404,
    "/page/../settings.py": 404,
    "/page/%2e%2e/%2e%2e/pyproject.toml": 404,
    "/page/uplot.LICENSE": 404,
    "/page/articles/-1/x": 404,
}


@pytest.fixture
def page(topics: EmbeddedBroker | ApacheKafka) -> Iterator[PageServer]:
    with PageServer(topics.address) as running:
        yield running


def ask(page: PageServer, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


class Stream:
    """A browser's side of the events."""

    def __init__(self, page: PageServer, last: str = "", receive: int = 0) -> None:
        self._socket = socket.socket()
        if receive:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", page.port))
        told = f"Last-Event-ID: {last}\r\n" if last else ""
        self._socket.sendall(f"GET /page/events HTTP/1.0\r\nHost: 127.0.0.1\r\n{told}\r\n".encode())
        self._file = self._socket.makefile("rb")
        self.last = ""

    def events(self) -> Iterator[tuple[str, Any]]:
        """Yield name and data of each message."""
        name = ""
        for line in self._file:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "id":
                self.last = value
            elif field == "data":
                yield name, json.loads(value)

    def titles(self, until: Callable[[list[str]], bool]) -> list[str]:
        found: list[str] = []
        for name, data in self.events():
            if name == "articles":
                found += [card["title"] for card in data["cards"]]
            if until(found):
                return found
        message = f"the stream ended after {len(found)}"
        raise AssertionError(message)

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def test_every_answer_forbids_what_it_can(page: PageServer) -> None:
    for path, status in ASKED.items():
        got, headers, body = ask(page, path)
        assert got == status, path
        assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
        assert b"[project]" not in body


def test_it_answers_to_its_own_names_and_to_no_other_site(page: PageServer) -> None:
    for path in ("/page/", "/page/events", "/page/articles/0/0", "/page/main.js"):
        assert ask(page, path, Host="evil.example")[0] == 421
        assert ask(page, path, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0] == 403
    assert ask(page, "/page/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    for path in ("/", "/page"):
        status, headers, _ = ask(page, path)
        assert (status, headers["Location"]) == (302, "page/")


def test_a_name_of_ones_own_is_answered(topics: EmbeddedBroker | ApacheKafka) -> None:
    with PageServer(topics.address, web_page_name="News.example.org") as page:
        assert ask(page, "/page/", Host="news.example.org")[0] == 200
        assert ask(page, "/page/", Host="evil.example")[0] == 421


def test_a_browser_that_comes_back_gets_what_it_missed(page: PageServer, topics: EmbeddedBroker | ApacheKafka) -> None:
    Topics(topics.address).publish(articles([article(title=f"A{n}") for n in range(300)]))
    first = Stream(page)
    # A producer that is not idempotent may repeat a batch while Kafka's leaders settle.
    assert set(first.titles(lambda found: len(set(found)) == 300)) == {f"A{n}" for n in range(300)}
    first.close()
    Topics(topics.address).publish(articles([article(title="B")]), 0)
    again = Stream(page, first.last)
    assert set(again.titles(lambda found: "B" in found)) == {"B"}
    again.close()
    for nonsense in ("x", first.last + ".1", "0.0.0.0.0.0", first.last.replace(".", "..", 1)):
        anew = Stream(page, nonsense)
        assert len(set(anew.titles(lambda found: "B" in found))) == 301
        anew.close()


def test_a_page_begins_with_the_last_records(topics: EmbeddedBroker | ApacheKafka) -> None:
    Topics(topics.address).publish(articles([article(title=f"A{n}") for n in range(2_500)]))
    with PageServer(topics.address) as page:
        stream = Stream(page)
        found = stream.titles(lambda titles: len(titles) >= 2_000 or "A2499" in titles)
        stream.close()
    # By time, whichever partition they came from; some more than asked for on the embedded broker, whose ends are too early.
    assert 1_500 < len(found) <= 2_500


def test_a_browser_that_does_not_read_holds_up_nobody(page: PageServer, topics: EmbeddedBroker | ApacheKafka) -> None:
    stuck, reading = Stream(page, receive=4096), Stream(page)
    Topics(topics.address).publish(articles([article(title="first")]))
    reading.titles(lambda found: "first" in found)
    made = [article("x" * 300, title=f"A{n}", lede="y" * 300) for n in range(6_000)]
    Topics(topics.address).publish(articles(made), 0)
    assert len(set(reading.titles(lambda found: len(set(found)) >= 6_000))) == 6_000
    started = time.monotonic()
    assert ask(page, "/page/")[0] == 200
    assert time.monotonic() - started < PATIENCE
    stuck.close()
    reading.close()


def test_there_is_room_for_so_many_browsers(page: PageServer) -> None:
    streams = [Stream(page) for _ in range(MOST_BROWSERS)]
    for each in streams:
        assert next(each.events())[0] == "hello"
    assert ask(page, "/page/events")[0] == 503
    streams.pop().close()
    deadline = time.monotonic() + PATIENCE
    while True:
        another = Stream(page)
        name = next(another.events(), ("", None))[0]
        another.close()
        if name == "hello":
            break
        assert time.monotonic() < deadline
    for each in streams:
        each.close()


def test_an_old_record_is_read_from_its_topic(
    page: PageServer, topics: EmbeddedBroker | ApacheKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bodies, "keep", lambda *_: None)
    Topics(topics.address).publish(
        [*articles([article(title=f"A{n}") for n in range(20)]), dead_letter(b"\x00\xff")], 3
    )
    status, _, body = ask(page, "/page/articles/3/7")
    assert (status, json.loads(body)["article"]["title"]) == (200, "A7")
    status, headers, body = ask(page, "/page/letters/3/0/bytes")
    assert (status, body, headers["Content-Type"]) == (200, b"\x00\xff", "application/octet-stream")
    assert headers["Content-Disposition"] == 'attachment; filename="dead-letter-3-0.bin"'
    assert ask(page, "/page/articles/3/20")[0] == 404


def test_it_goes_on_after_the_broker_was_away(page: PageServer, place: EmbeddedBroker | ApacheKafka) -> None:
    topics = Topics(place.address)
    if not isinstance(place, EmbeddedBroker):
        topics.make()
    topics.publish(articles([article(title="before")]), 0)
    stream = Stream(page)
    stream.titles(lambda found: "before" in found)
    halt(place)
    resume(place)
    if isinstance(place, EmbeddedBroker):
        topics.make()
    # The embedded broker comes back empty: only what is behind the place where we were can be seen.
    topics.publish(articles([article(title="anew"), article(title="after")]), 0)
    stream.titles(lambda found: "after" in found)
    stream.close()


def test_it_waits_for_topics_that_are_not_there_yet(place: EmbeddedBroker | ApacheKafka) -> None:
    with PageServer(place.address) as page:
        stream = Stream(page)
        trouble = next(
            card["trouble"]
            for name, data in stream.events()
            if name == "samples"
            for card in data["cards"]
            if card["trouble"]
        )
        assert f"no topic {ALERTS.name}, {DEAD.name}, {ENRICHED.name}" in trouble
        Topics(place.address).make().publish([published(article(title="first"))])
        stream.titles(lambda found: "first" in found)
        stream.close()
