"""Plain Kafka clients for commands that are no worker: publish a file, watch a topic.

Nobody at the address, or a topic that is not there, is one clear error within seconds.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from streams.adapters.connection import PATIENCE, bootstrap_servers
from streams.adapters.lenient_records import read_leniently
from streams.adapters.topic_layouts import largest_record
from streams.errors import BrokerUnavailableError, TopicLayoutError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from streams.settings import Settings

REQUEST_TIMEOUT_MS = 30_000
FETCH_WAIT_MS = 50
"""How long a fetch waits for more at the broker: the embedded one looks only at the end of it for what is new."""
FETCH_BYTES = 1024 * 1024
# What goes wrong is raised and said on one line; without this, Python prints aiokafka's log lines beside it.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())

Start = Literal["earliest", "latest"]


@asynccontextmanager
async def open_producer(settings: Settings, *topics: str) -> AsyncIterator[AIOKafkaProducer]:
    """Connect for publishing to these topics; leaving waits for what is on its way.

    Not idempotent, as the embedded broker cannot: a retry may repeat a record, and ids are stable.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there.
        TopicLayoutError: one of the topics does not exist.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers(settings.broker),
        acks="all",
        linger_ms=5,
        compression_type="gzip",
        max_batch_size=256 * 1024,
        max_request_size=largest_record(settings.max_record_bytes),
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    try:
        await _start(producer, producer.client, settings, topics)
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def open_reader(settings: Settings, topics: Collection[str], start: Start) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect for reading all partitions of these topics, outside of any group: nothing is committed.

    Latest means what arrives from now on; the embedded broker may repeat its last batch.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there.
        TopicLayoutError: one of the topics does not exist.
    """
    read_leniently()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers(settings.broker),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset=start,
        # Bounds of memory, not of a record: a broker gives the first batch whole, however large it is.
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=4 * FETCH_BYTES,
        fetch_max_wait_ms=FETCH_WAIT_MS,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    try:
        # Any other way to ask creates the topic; the consumer itself knows no topic of Apache Kafka before it is assigned.
        known = await _start(consumer, consumer._client, settings, topics)  # noqa: SLF001
        partitions = [
            TopicPartition(topic, number) for topic in topics for number in known.partitions_for_topic(topic) or ()
        ]
        consumer.assign(partitions)
        await (consumer.seek_to_end() if start == "latest" else consumer.seek_to_beginning())
        for partition in partitions:  # only now does it ask where the end is: whatever is published next is seen
            await consumer.position(partition)
        yield consumer
    finally:
        await consumer.stop()


async def _start(client: Any, metadata: Any, settings: Settings, topics: Collection[str]) -> Any:
    """Start a client and look for its topics; return the cluster's metadata.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there.
        TopicLayoutError: one of the topics does not exist.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await client.start()
            known = await metadata.fetch_all_metadata()
    except (KafkaError, OSError, TimeoutError) as error:
        msg = f"no Kafka broker answers at {settings.broker} (waited up to {PATIENCE:g} s)"
        raise BrokerUnavailableError(msg) from error
    missing = [topic for topic in topics if topic not in known.topics()]
    if missing:
        msg = f"no topic {', '.join(missing)} at {settings.broker}; `news-streams topics create` makes our topics"
        raise TopicLayoutError(msg)
    return known
