"""A broker, workers and readers for tests; every test gets its own broker and leaves no process behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from apache_kafka import ApacheKafka
from brokers import JARS, Topics
from streams.adapters.broker import EmbeddedBroker
from streams.adapters.connection import administration, bootstrap_servers
from streams.adapters.publishing import send_bare
from streams.adapters.topic_layouts import create_missing
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.topics import DEAD, ENRICHED, MENTIONED, RAW, TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FAKE_WORKER = [sys.executable, str(Path(__file__).with_name("fake_worker.py"))]
PATIENCE = 60.0
"""Seconds until a test that waits gives up; no test passes or fails by a shorter time."""


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """An embedded broker on a free port, without topics."""
    with EmbeddedBroker(free_port()) as running:
        yield running


@pytest.fixture
def topics(broker: EmbeddedBroker) -> EmbeddedBroker:
    """The same with our topics."""
    asyncio.run(create_topics(broker.address))
    return broker


@pytest.fixture
def start_worker(broker: EmbeddedBroker, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers that are killed at the end of the test, whatever became of them."""
    started: list[Worker] = []

    def start(command: Sequence[str] = FAKE_WORKER, *, ready: bool = True, **settings: str) -> Worker:
        worker = Worker(command, broker.address, tmp_path / f"worker-{len(started)}.log", settings)
        started.append(worker)
        if ready:
            worker.wait_ready()
        return worker

    yield start
    for worker in started:
        worker.kill()


class Worker:
    """A worker as a process of its own."""

    def __init__(self, command: Sequence[str], address: str, log: Path, settings: dict[str, str]) -> None:
        self.port = free_port()
        self.log_path = log
        self._log: IO[bytes] = log.open("wb")
        fixed = {"broker": address, "web_port": str(self.port), "session_timeout": "2"}
        environment = {f"NEWS_STREAMS_{name.upper()}": value for name, value in (fixed | settings).items()}
        self.process = subprocess.Popen(command, env=os.environ | environment, stdout=self._log, stderr=self._log)

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def get(self, path: str) -> tuple[int, str]:
        """Ask the worker's web server; status 0 while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def metric(self, line: str) -> float:
        """Return the value of one sample, by its name and labels as on the page."""
        found = [each for each in self.get("/metrics")[1].splitlines() if each.startswith(f"{line} ")]
        return float(found[0].rsplit(" ", 1)[1]) if found else 0.0

    def wait_ready(self) -> None:
        self.wait_for(lambda: self.get("/ready")[0] == 200)

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Wait until something holds; fails early where the worker ended."""
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert self.process.poll() is None, f"the worker ended with {self.process.returncode}:\n{self.log}"
            assert time.monotonic() < deadline, f"waited in vain:\n{self.log}"
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the worker and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self._log.close()


class Outputs:
    """Reads output topics from their beginning until what is expected has come.

    The embedded broker's end offsets are wrong: nothing here looks at them.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.enriched: Counter[str] = Counter()
        self.mentioned: Counter[str] = Counter()
        self.dead: list[Any] = []
        self.values: dict[str, list[bytes]] = {}

    def wait_counts(self, *, enriched: int, dead: int) -> Outputs:
        """Read until so many different articles and dead letters are there."""
        asyncio.run(self._read(lambda: len(self.enriched) >= enriched and len(self.dead) >= dead))
        return self

    def wait(self, *, enriched: set[str] = frozenset(), mentioned: set[str] = frozenset(), dead: int = 0) -> Outputs:  # type: ignore[assignment] # read only
        """Read until all ids and so many dead letters are there."""
        asyncio.run(
            self._read(
                lambda: enriched <= set(self.enriched) and mentioned <= set(self.mentioned) and dead <= len(self.dead)
            )
        )
        return self

    def settle(self, seconds: float = 1.0) -> Outputs:
        """Read for a moment longer, for what should not come."""
        end = time.monotonic() + seconds
        asyncio.run(self._read(lambda: time.monotonic() > end))
        return self

    async def _read(self, done: Callable[[], bool]) -> None:
        self.enriched, self.mentioned, self.dead, self.values = Counter(), Counter(), [], {}
        consumer = AIOKafkaConsumer(
            ENRICHED.name,
            MENTIONED.name,
            DEAD.name,
            bootstrap_servers=bootstrap_servers(self.address),
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=32_000_000,
        )
        await consumer.start()
        try:
            deadline = time.monotonic() + PATIENCE
            while not done():
                assert time.monotonic() < deadline, f"{len(self.enriched)} enriched, {len(self.dead)} dead"
                for records in (await consumer.getmany(timeout_ms=100)).values():
                    self._take(records)
        finally:
            await consumer.stop()

    def _take(self, records: Sequence[Any]) -> None:
        for record in records:
            self.values.setdefault(record.topic, []).append(record.value)
            if record.topic == DEAD.name:
                self.dead.append(record)
            else:
                ids = self.enriched if record.topic == ENRICHED.name else self.mentioned
                ids[json.loads(record.value)["id"]] += 1


@pytest.fixture
def outputs(topics: EmbeddedBroker) -> Outputs:
    return Outputs(topics.address)


@pytest.fixture
def produce(topics: EmbeddedBroker) -> Callable[..., None]:
    """Publish raw records: bytes, None for a tombstone, or (key, value, headers)."""

    def publish(values: Sequence[Any], **options: Any) -> None:
        asyncio.run(produce_raw(topics.address, values, **options))

    return publish


async def produce_raw(address: str, values: Sequence[Any], timestamp_ms: int | None = None, **options: Any) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers(address), max_request_size=64_000_000, linger_ms=2, **options
    )
    await producer.start()
    try:
        deliveries = []
        for index, value in enumerate(values):
            key, body, headers = value if isinstance(value, tuple) else (str(index).encode(), value, [])
            if key is None and body is None:
                deliveries.append(await send_bare(producer, OutboundRecord(RAW.name, None, None, tuple(headers))))
            else:
                deliveries.append(await producer.send(RAW.name, body, key, None, timestamp_ms, headers))
        for delivery in deliveries:
            await delivery
    finally:
        await producer.stop()


def order(name: str, do: str = "publish", **more: Any) -> bytes:
    """A raw record for the fake pipeline."""
    return json.dumps({"id": name, "do": do, **more}).encode()


async def create_topics(address: str) -> None:
    settings = Settings.load(broker=address)
    async with administration(address) as client:
        await create_missing(
            client, TOPICS, replication=settings.replication, max_record_bytes=settings.max_record_bytes
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """One node of a real Apache Kafka for the whole run; tests make their topics anew."""
    # Tests give a worker a session of 2 s; Kafka's own bound is 6 s.
    settings = {"group.min.session.timeout.ms": "1000"}
    with ApacheKafka(tmp_path_factory.mktemp("kafka") / "cluster", JARS, settings=settings) as running:
        yield running


@pytest.fixture(params=["embedded", pytest.param("apache", marks=pytest.mark.apache)])
def any_broker(request: pytest.FixtureRequest) -> Topics:
    """Our topics on the embedded broker, and the same test again on Apache Kafka."""
    return Topics(request.getfixturevalue("broker" if request.param == "embedded" else "apache_kafka").address).make()


@pytest.fixture
def apache_topics(apache_kafka: ApacheKafka) -> Topics:
    """Our topics on Apache Kafka, for what the embedded broker cannot do."""
    return Topics(apache_kafka.address).make()


@pytest.fixture
def start_worker_at(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers at any broker; they are killed at the end of the test."""
    started: list[Worker] = []

    def start(address: str, **settings: str) -> Worker:
        worker = Worker(FAKE_WORKER, address, tmp_path / f"worker-{len(started)}.log", settings)
        started.append(worker)
        worker.wait_ready()
        return worker

    yield start
    for worker in started:
        worker.kill()
