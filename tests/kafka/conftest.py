"""A broker, workers and readers for tests; every test gets its own broker and leaves no process behind."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from apache_kafka import ApacheKafka
from brokers import JARS, Topics
from streams.adapters.broker import EmbeddedBroker
from streams.adapters.kafka.connection import administration, bootstrap_servers
from streams.adapters.kafka.topic_layouts import create_missing
from streams.adapters.processing.publishing import send_bare
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.topics import DEAD, DROPPED, ENRICHED, MENTIONED, RAW, TOPICS
from workers import FAKE_WORKER, PATIENCE, Worker, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    """An embedded broker on a free port, without topics."""
    with EmbeddedBroker(free_port()) as running:
        yield running


@pytest.fixture
def broker_kind() -> str:
    """Which broker a test runs on; the mark `both_brokers` gives the one and then the other."""
    return "embedded"


@pytest.fixture
def place(broker_kind: str, request: pytest.FixtureRequest) -> EmbeddedBroker | ApacheKafka:
    """That broker, without our topics."""
    found: EmbeddedBroker | ApacheKafka = request.getfixturevalue(
        {"embedded": "broker", "apache": "apache_kafka"}[broker_kind]
    )
    if broker_kind == "apache":
        Topics(found.address).clear()
    return found


@pytest.fixture
def topics(place: EmbeddedBroker | ApacheKafka) -> EmbeddedBroker | ApacheKafka:
    """The same with our topics."""
    Topics(place.address).make()
    return place


@pytest.fixture
def start_worker(place: EmbeddedBroker | ApacheKafka, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers that are killed at the end of the test, whatever became of them."""
    started: list[Worker] = []
    # Apache Kafka outlives the test, and would wait for a killed worker to come back to its group.
    group = f"test-{uuid.uuid4().hex}"

    def start(command: Sequence[str] = FAKE_WORKER, *, ready: bool = True, **settings: str) -> Worker:
        log = tmp_path / f"worker-{len(started)}.log"
        worker = Worker(command, place.address, log, {"group": group} | settings)
        started.append(worker)
        if ready:
            worker.wait_ready()
        return worker

    yield start
    for worker in started:
        worker.kill()


class Outputs:
    """Reads output topics from their beginning until what is expected has come.

    The embedded broker's end offsets are wrong: nothing here looks at them.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.enriched: Counter[str] = Counter()
        self.mentioned: Counter[str] = Counter()
        self.dropped: list[Any] = []
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
        self.enriched, self.mentioned, self.dead, self.dropped, self.values = Counter(), Counter(), [], [], {}
        consumer = AIOKafkaConsumer(
            ENRICHED.name,
            MENTIONED.name,
            DROPPED.name,
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
            elif record.topic == DROPPED.name:
                self.dropped.append(record)
            else:
                ids = self.enriched if record.topic == ENRICHED.name else self.mentioned
                ids[json.loads(record.value)["id"]] += 1


@pytest.fixture
def outputs(topics: EmbeddedBroker | ApacheKafka) -> Outputs:
    return Outputs(topics.address)


@pytest.fixture
def produce(topics: EmbeddedBroker | ApacheKafka) -> Callable[..., None]:
    """Publish raw records: bytes, None for a tombstone, or (key, value, headers)."""

    def publish(values: Sequence[Any], **options: Any) -> None:
        asyncio.run(produce_raw(topics.address, values, **options))

    return publish


async def produce_raw(address: str, values: Sequence[Any], timestamp_ms: int | None = None, **options: Any) -> None:
    producer = AIOKafkaProducer(
        **{"bootstrap_servers": bootstrap_servers(address), "max_request_size": 64_000_000, "linger_ms": 2} | options
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


async def create_topics(address: str) -> None:
    settings = Settings.load(broker=address)
    async with administration(address) as client:
        await create_missing(
            client, TOPICS, replication=settings.replication, max_record_bytes=settings.max_record_bytes
        )


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """One node of a real Apache Kafka for the whole run; tests make their topics anew."""
    # Tests give a worker a session of 2 s, where Kafka's own bound is 6 s, and a crawler any clock, where its is an hour.
    settings = {"group.min.session.timeout.ms": "1000", "log.message.timestamp.after.max.ms": str(2**63 - 1)}
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
