"""`produce` and `tail` on both brokers: what goes in comes out, and every failure is one line."""

from __future__ import annotations

import asyncio
import gzip
import io
import secrets
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from aiokafka.admin import NewTopic
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from brokers import Topics
from streams.adapters.broker import EmbeddedBroker, free_port
from streams.adapters.kafka.connection import administration
from streams.contracts import schema_folder
from streams.topics import DEAD, ENRICHED, RAW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# warcio leaves the temporary file of its writer to the garbage collector.
pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")]

STREAMS = [sys.executable, "-m", "streams.cli"]


@pytest.fixture(scope="module", params=["embedded", pytest.param("apache", marks=pytest.mark.apache)])
def broker(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "apache":
        yield Topics(request.getfixturevalue("apache_kafka").address).make().address
        return
    with EmbeddedBroker(free_port()) as embedded:
        streams("topics", "create", "--broker", embedded.address, code=0)
        yield embedded.address


def streams(*arguments: object, code: int | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    run = subprocess.run([*STREAMS, *map(str, arguments)], input=stdin, capture_output=True, check=False, timeout=120)
    assert code is None or run.returncode == code, run.stderr.decode()
    return run


def values(broker: str, count: int, topic: str = RAW.name) -> list[Any]:
    """Return the last `count` values of a topic, each as `tail --json` tells it."""
    run = streams(
        "tail", "--broker", broker, "--topic", topic, "--from", "earliest", "--limit", count, "--json", code=0
    )
    return [orjson.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture
def topic(broker: str) -> str:
    """A topic of this test's own, of one partition, so that order can be seen."""

    name = f"test.{secrets.token_hex(4)}"

    async def create() -> None:
        async with administration(broker) as client:
            await client.create_topics([NewTopic(name, 1, 1)])

    asyncio.run(create())
    return name


def test_what_is_produced_arrives_as_it_is_and_in_order(broker: str, topic: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(
        gzip.compress(b'{"url": "http://e.org/1",  "text": "a"}\n{broken\n\xff\xfe\n')
    )
    (tmp_path / "b.txt").write_text("Presiden tiba.", encoding="utf-8")
    run = streams("produce", "--broker", broker, "--topic", topic, tmp_path, code=0)
    assert b"published 4 records" in run.stdout
    first, broken, bytes_, text = values(broker, 4, topic)
    assert first == {"url": "http://e.org/1", "text": "a"}
    assert broken["value"] == "{broken"
    assert bytes_["value"] == "\ufffd\ufffd"
    assert text == {"text": "Presiden tiba."}


def test_an_archive_through_the_broker(broker: str, topic: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    page = io.BytesIO("<h1>Café</h1>".encode())
    writer.write_record(writer.create_warc_record("http://e.org/p", "response", payload=page, http_headers=headers))
    (tmp_path / "crawl.warc.gz").write_bytes(buffer.getvalue())
    streams("produce", "--broker", broker, "--topic", topic, tmp_path / "crawl.warc.gz", code=0)
    (article,) = values(broker, 1, topic)
    assert article["html"] == "<h1>Café</h1>"
    assert article["url"] == "http://e.org/p"


def test_what_cannot_be_read_is_named_and_the_rest_is_published(broker: str, topic: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    (tmp_path / "b.txt.gz").write_bytes(b"no gzip")
    (tmp_path / "c.txt").write_bytes(b"fine")
    (tmp_path / "d.jsonl").write_bytes(b"x" * (8 * 1024 * 1024 + 1) + b'\n{"text": "small"}\n')
    run = streams("produce", "--broker", broker, "--topic", topic, tmp_path, code=1)
    assert b"published 2 records" in run.stdout
    assert b"3 could not be" in run.stdout
    complaints = run.stderr.decode().splitlines()
    assert len(complaints) == 3
    assert complaints[0].startswith(f"{tmp_path}/a.txt: bad_encoding")
    assert "b.txt.gz" in complaints[1]
    assert f"{tmp_path}/d.jsonl:1: too_large" in complaints[2]
    assert values(broker, 2, topic) == [{"text": "fine"}, {"text": "small"}]


def test_a_source_is_filled_in_where_it_is_missing(broker: str, topic: str) -> None:
    stdin = b'{"text": "a"}\n{"text": "b", "source": "own"}\n{broken\n'
    streams("produce", "--broker", broker, "--topic", topic, "--source", "antara", "-", code=0, stdin=stdin)
    first, second, third = values(broker, 3, topic)
    assert (first["source"], second["source"], third["value"]) == ("antara", "own", "{broken")


def test_a_topic_that_is_missing_is_one_line(broker: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    for arguments in (["produce", tmp_path, "--topic", "no.such"], ["tail", "--topic", "no.such"]):
        run = streams(*arguments, "--broker", broker, code=1)
        assert run.stdout == b""
        (line,) = run.stderr.decode().splitlines()
        assert "no topic no.such" in line


def test_a_topic_of_ours_with_another_layout_is_one_line_and_gets_nothing() -> None:
    async def create(address: str) -> None:
        async with administration(address) as client:
            await client.create_topics([NewTopic(RAW.name, 1, 1)])

    with EmbeddedBroker(free_port()) as embedded:
        asyncio.run(create(embedded.address))
        run = streams("produce", "--broker", embedded.address, "-", code=1, stdin=b'{"text": "a"}\n')
    assert run.stdout == b""
    (line,) = run.stderr.decode().splitlines()
    assert f"topic {RAW.name} has another layout: found 1 partition, wanted 8 partitions" in line


@pytest.mark.parametrize("command", [["produce", __file__], ["tail"], ["topics", "list"], ["demo", "--once"]])
def test_nobody_at_the_address_is_one_line(command: list[str]) -> None:
    address = f"kafka://127.0.0.1:{free_port()}"
    run = streams(*command, "--broker", address, code=1)
    (line,) = run.stderr.decode().splitlines()
    assert line.startswith("news-streams: ")
    assert address in line


def test_somebody_else_at_the_address_is_one_line_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer_nonsense, args=(server,), daemon=True).start()
        run = streams("tail", "--broker", f"kafka://127.0.0.1:{server.getsockname()[1]}", code=1)
    assert len(run.stderr.decode().splitlines()) == 1


def answer_nonsense(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")


def test_tail_shows_cards_without_control_codes(broker: str, tmp_path: Path) -> None:
    streams("produce", "--broker", broker, "--topic", ENRICHED.name, example(tmp_path), code=0)
    run = streams("tail", "--broker", broker, "--topic", ENRICHED.name, "--from", "earliest", "--limit", 1, code=0)
    shown = run.stdout.decode()
    assert "Putin Tiba di Minsk" in shown
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def example(tmp_path: Path) -> Path:
    path = tmp_path / "enriched.json"
    path.write_bytes((schema_folder() / "examples" / "article.enriched.v1.json").read_bytes())
    return path


def test_tail_shows_what_fits_no_schema_without_obeying_it(broker: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"title": "\x1b]0;owned\x07"}\n')
    streams("produce", "--broker", broker, "--topic", DEAD.name, tmp_path, code=0)
    run = streams("tail", "--broker", broker, "--topic", DEAD.name, "--from", "earliest", "--limit", 1, code=0)
    assert b"\x1b" not in run.stdout
    assert b"owned" in run.stdout


def test_the_reader_of_tail_may_leave(broker: str, topic: str) -> None:
    streams("produce", "--broker", broker, "--topic", topic, "-", code=0, stdin=b'{"text": "a"}\n' * 5000)
    script = f"{' '.join(STREAMS)} tail --broker {broker} --topic {topic} --from earliest --json --limit 5000 | head -1"
    run = subprocess.run(["bash", "-c", f"set -o pipefail; {script}"], capture_output=True, check=False, timeout=60)
    assert run.returncode == 141
    assert run.stderr == b""
