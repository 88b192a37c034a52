"""The broker that a run has: an embedded one of its own, or the user's, whose topics of ours are made anew each time."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from aiokafka.admin import NewTopic

from streams.adapters.broker import EmbeddedBroker, free_port
from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.topic_layouts import create_missing, largest_record
from streams.errors import BrokerUnavailableError, TopicLayoutError
from streams.settings import Settings
from streams.topics import ENRICHED, TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiokafka.admin import AIOKafkaAdminClient

PATIENCE: Final = 60.0
APPEND_TIME: Final = {"message.timestamp.type": "LogAppendTime"}
"""So a broker that can tells when an output was there; the embedded one keeps the producer's time."""
NAMES: Final = {topic.name for topic in TOPICS}


@contextmanager
def fresh_ground(broker: str | None) -> Iterator[str]:
    """Give a broker with our topics, all of them empty, for the length of a `with`; its address.

    Args:
        broker: `kafka://host:port`; None starts an embedded one.

    Raises:
        BrokerUnavailableError: none can be had.
    """
    if broker is None:
        with EmbeddedBroker(free_port()) as embedded:
            asyncio.run(_make(embedded.address))
            yield embedded.address
        return
    asyncio.run(_make(broker))
    try:
        yield broker
    finally:
        asyncio.run(_clear(broker))


def require_free(broker: str | None) -> None:
    """Refuse a broker that has topics of ours: every run would delete them.

    Raises:
        TopicLayoutError: it has; the text names them.
    """
    if broker is None:
        return
    there = asyncio.run(_list(broker))
    if there:
        msg = f"{broker} has {', '.join(sorted(there))}: the benchmark makes and deletes these topics, give it another broker"
        raise TopicLayoutError(msg)


async def _list(broker: str) -> set[str]:
    async with administration(broker) as client:
        return NAMES & set(await client.list_topics())


async def _make(broker: str) -> None:
    limit = Settings.model_fields["max_record_bytes"].default
    config = ENRICHED.config | APPEND_TIME | {"max.message.bytes": str(largest_record(limit))}
    async with administration(broker, patience=PATIENCE) as client:
        await client.create_topics([NewTopic(ENRICHED.name, ENRICHED.partitions, 1, topic_configs=config)])
        others = [topic for topic in TOPICS if topic is not ENRICHED]
        await create_missing(client, others, replication=1, max_record_bytes=limit)
        await _wait(client, NAMES)


async def _clear(broker: str) -> None:
    async with administration(broker, patience=PATIENCE) as client:
        await client.delete_topics(sorted(NAMES & set(await client.list_topics())))
        await _wait(client, set())


async def _wait(client: AIOKafkaAdminClient, wanted: set[str]) -> None:
    """Wait until these topics of ours are there with all their leaders, and no others."""
    deadline = time.monotonic() + PATIENCE
    while not _settled(await client.describe_topics(), wanted):
        if time.monotonic() > deadline:
            msg = "the broker did not make, or delete, the benchmark's topics within a minute"
            raise BrokerUnavailableError(msg)
        await asyncio.sleep(0.05)


def _settled(found: list[dict[str, object]], wanted: set[str]) -> bool:
    ours = {str(topic["topic"]): topic["partitions"] for topic in found if topic["topic"] in NAMES}
    sizes = {topic.name: topic.partitions for topic in TOPICS}
    return ours.keys() == wanted and all(
        isinstance(parts, list) and len(parts) == sizes[name] and min(part["leader"] for part in parts) >= 0
        for name, parts in ours.items()
    )
