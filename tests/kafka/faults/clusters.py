"""Clusters that a fault test may break: their own, so that no other test sees it."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aiokafka.errors import KafkaError

from apache_kafka import ApacheKafka
from brokers import JARS, Topics
from faults.scene import Scene
from streams.adapters.kafka.connection import administration
from streams.errors import BrokerUnavailableError
from streams.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 90.0
LOOKS = 0.2
SETTINGS = {"group.min.session.timeout.ms": "1000"}
"""Tests give a worker a session of 2 s; Kafka's own bound is 6 s."""


@contextmanager
def cluster(folder: Path, size: int = 1, kind: Callable[..., ApacheKafka] = ApacheKafka, **more: Any) -> Iterator[Any]:
    """Run a cluster whose folder must not exist."""
    with kind(folder, JARS, size=size, settings=SETTINGS, **more) as running:
        yield running


@contextmanager
def scene_on(kafka: ApacheKafka, folder: Path, broker: str, **options: Any) -> Iterator[Scene]:
    """Set a scene with fresh topics; its workers are killed at the end."""
    Topics(kafka.address, replication=kafka.size).make()
    scene = Scene(kafka.address, folder, broker=broker, **options)
    try:
        yield scene
    finally:
        scene.crew.close()


def coordinator(kafka: ApacheKafka, group: str) -> int:
    """Return the number of the node that coordinates a group."""

    async def ask() -> int:
        async with administration(kafka.address, PATIENCE) as client:
            return int(await client.find_coordinator(group))

    return asyncio.run(ask())


def wait_for_replicas(kafka: ApacheKafka) -> None:
    """Wait until every partition of ours has all its copies in sync."""

    async def whole() -> bool:
        async with administration(kafka.address, PATIENCE) as client:
            found = await client.describe_topics([topic.name for topic in TOPICS])
            return all(len(part["isr"]) == kafka.size for topic in found for part in topic["partitions"])

    wait_until(lambda: asyncio.run(whole()))


def wait_until(what: Callable[[], bool]) -> None:
    """Wait until something holds; a broker that does not answer counts as not yet."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if what():
                return
        except (BrokerUnavailableError, KafkaError, OSError, TimeoutError):
            pass
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(LOOKS)
