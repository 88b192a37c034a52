"""`news-streams subscribe`: what was taken is committed, what was not comes again, what never is, is set aside."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
import pytest

from processes import read_until
from streams.contracts import ALERT, schema_folder
from streams.records import OutboundRecord
from streams.topics import ALERTS, ALERTS_DEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brokers import Topics

pytestmark = pytest.mark.broker

STREAMS = [sys.executable, "-m", "streams.cli", "subscribe"]
EXAMPLE = orjson.loads((schema_folder() / "examples" / ALERT).read_bytes())
SOON = {"NEWS_STREAMS_SESSION_TIMEOUT": "2"}
"""The embedded broker misses a member only when its session is over, however it left."""
SECRET = f"whsec_{base64.b64encode(b's' * 24).decode()}"


def alert(name: str, rule: str = "putin", severity: str = "high") -> OutboundRecord:
    value = EXAMPLE | {"id": name, "alert_id": name, "severity": severity, "topic": ALERTS.name}
    return OutboundRecord(ALERTS.name, name.encode(), orjson.dumps(value | {"rule": value["rule"] | {"id": rule}}))


def subscribe(
    broker: Topics, *arguments: Any, code: int = 0, settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*STREAMS, "--broker", broker.address, *map(str, arguments)],
        env=os.environ | SOON | (settings or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    return done


def ids(out: str) -> list[str]:
    return sorted(orjson.loads(line)["id"] for line in out.splitlines())


@contextlib.contextmanager
def subscribing(broker: Topics, *arguments: Any) -> Iterator[subprocess.Popen[str]]:
    command = [*STREAMS, "--broker", broker.address, *map(str, arguments)]
    with subprocess.Popen(
        command, env=os.environ | SOON, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


class Receiver(BaseHTTPRequestHandler):
    """Answers as it is told, keeps what it got."""

    got: ClassVar[list[tuple[str, bytes]]] = []
    answers: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.headers["webhook-id"], body))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.end_headers()

    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.got.clear()
    Receiver.answers.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/alerts"
        server.shutdown()


def test_alerts_are_printed_for_people_and_for_machines(any_broker: Topics) -> None:
    odd = [OutboundRecord(ALERTS.name, b"x", value) for value in (b"{", None, b'{"id": 1}', b"\xff")]
    any_broker.publish([*odd, alert("a", "banjir", "low"), alert("b")])
    told = subscribe(any_broker, "--from", "earliest", "--json", "--limit", 2)
    assert ids(told.stdout) == ["a", "b"]
    assert told.stderr.count("is no alert: passed over") <= 4
    assert ids(subscribe(any_broker, "--from", "1h", "--json", "--limit", 1, "--rule", "banjir").stdout) == ["a"]
    assert ids(subscribe(any_broker, "--from", "1h", "--json", "--limit", 1, "--severity", "medium").stdout) == ["b"]
    shown = subscribe(any_broker, "--from", "earliest", "--limit", 1, "--rule", "putin").stdout
    assert "Putin Tiba di Minsk" in shown
    assert "\x1b" not in shown


def test_a_group_goes_on_where_it_was(any_broker: Topics) -> None:
    any_broker.publish([alert(f"a{number}") for number in range(10)])
    group = ("--group", "ours", "--from", "earliest", "--json")
    first = ids(subscribe(any_broker, *group, "--limit", 4).stdout)
    rest = ids(subscribe(any_broker, *group, "--limit", 6).stdout)
    assert sorted([*first, *rest]) == [f"a{number}" for number in range(10)]


def test_a_group_that_begins_at_the_end_keeps_that_place(any_broker: Topics, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    any_broker.publish([alert(f"old{number}") for number in range(20)])
    group = ("--group", "new", "--from", "latest")
    with subscribing(any_broker, *group, "--exec", f"cat >> {mark}") as process:
        # Met, once it takes what came after its beginning; killed, before it takes the rest.
        read_until(process, "reading news.alerts")
        number = 0
        while not mark.exists():
            any_broker.publish([alert(f"new{number}")])
            number += 1
        process.kill()
    any_broker.publish([alert("last")])
    told = ids(subscribe(any_broker, *group, "--json", "--limit", 1).stdout)
    assert all(not each.startswith("old") for each in told)


def test_what_a_command_did_not_take_comes_again_after_a_kill(any_broker: Topics, tmp_path: Path) -> None:
    any_broker.publish([alert(f"a{number}") for number in range(5)])
    out = tmp_path / "out.jsonl"
    group = ("--group", "ours", "--from", "earliest", "--exec")
    with subscribing(any_broker, *group, "cat > /dev/null; echo begun; sleep 5") as process:
        read_until(process, "begun")
        process.kill()
    with subscribing(any_broker, *group, f"cat >> {out}; echo took") as process:
        for _ in range(5):
            read_until(process, "took")
    assert set(ids(out.read_text())) == {f"a{number}" for number in range(5)}


def test_a_command_that_fails_is_tried_again_and_its_alert_set_aside(any_broker: Topics, tmp_path: Path) -> None:
    any_broker.publish([alert("a")])
    tries = tmp_path / "tries"
    command = f"cat > /dev/null; echo x >> {tries}; exit 3"
    arguments = ("--group", "ours", "--from", "earliest", "--attempts", 2, "--limit", 1)
    told = subscribe(any_broker, *arguments, "--exec", command)
    assert "set aside in news.alerts.dlq: the command ended with 3" in told.stderr
    assert tries.read_text() == "x\nx\n"
    (letter,) = any_broker.read(ALERTS_DEAD.name, at_least=1)
    headers = dict(letter.headers)
    assert letter.value == alert("a").value
    assert headers["__connect.errors.topic"] == ALERTS.name.encode()
    assert headers["__connect.errors.exception.message"] == b"the command ended with 3"
    assert headers["__connect.errors.attempts"] == b"2"
    any_broker.publish([alert("b")])
    assert '"id":"b"' in subscribe(any_broker, *arguments, "--exec", "cat").stdout


def test_a_command_that_hangs_is_killed_with_all_that_it_started(any_broker: Topics, tmp_path: Path) -> None:
    any_broker.publish([alert("a")])
    pid = tmp_path / "pid"
    command = f"sleep 1000 & echo $! > {pid}; wait"
    arguments = ("--from", "earliest", "--attempts", 1, "--timeout", 1, "--limit", 1)
    assert "took longer than 1 s" in subscribe(any_broker, *arguments, "--exec", command).stderr
    stat = Path(f"/proc/{pid.read_text().strip()}/stat")
    # Killed, and perhaps nobody has asked yet what became of it.
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] in {"Z", "X"}


def test_a_webhook_gets_each_alert_and_what_it_refuses_is_set_aside(any_broker: Topics, receiver: str) -> None:
    any_broker.publish([alert("a")])
    settings = {"NEWS_STREAMS_WEBHOOK_ALLOW": "127.0.0.1/32", "NEWS_STREAMS_WEBHOOK_SECRET": SECRET}
    arguments = ("--group", "ours", "--from", "earliest", "--webhook", receiver, "--attempts", 2, "--limit", 1)
    Receiver.answers += [500, 204]
    subscribe(any_broker, *arguments, settings=settings)
    assert Receiver.got == [("a", alert("a").value)] * 2
    any_broker.publish([alert("b")])
    Receiver.answers += [500, 500]
    assert "set aside" in subscribe(any_broker, *arguments, settings=settings).stderr
    assert [each.key for each in any_broker.read(ALERTS_DEAD.name, at_least=1)] == [b"b"]
    any_broker.publish([alert("c")])
    Receiver.answers += [410]
    assert "gone (410)" in subscribe(any_broker, *arguments, code=1, settings=settings).stderr
    subscribe(any_broker, *arguments, settings=settings)
    assert [name for name, _ in Receiver.got][-2:] == ["c", "c"]


def test_a_webhook_that_nobody_allowed_or_signs_is_one_line(any_broker: Topics, receiver: str) -> None:
    secret = {"NEWS_STREAMS_WEBHOOK_SECRET": SECRET}
    told = subscribe(any_broker, "--webhook", receiver, code=1, settings=secret)
    assert told.stderr.startswith("news-streams: setting webhook_allow: 127.0.0.1 (127.0.0.1) is not allowed")
    told = subscribe(any_broker, "--webhook", receiver, code=1, settings={"NEWS_STREAMS_WEBHOOK_ALLOW": "127.0.0.0/8"})
    assert told.stderr == "news-streams: setting webhook_secret: missing; --webhook needs it\n"
    assert Receiver.got == []
    assert "one of" in subscribe(any_broker, "--json", "--exec", "cat", code=2).stderr
