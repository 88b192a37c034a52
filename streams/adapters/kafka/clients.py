"""Plain Kafka clients for commands that are no worker: publish a file, watch a topic.

Nobody at the address, a broker that refuses us, or a topic that is not there, is one clear error within seconds.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from streams.adapters.kafka.access import require_access
from streams.adapters.kafka.connection import PATIENCE
from streams.adapters.kafka.credentials import client_options
from streams.adapters.kafka.refusals import CANNOT_CONNECT, explain_failure
from streams.adapters.kafka.topic_layouts import largest_record
from streams.adapters.workarounds.lenient_records import read_leniently
from streams.errors import TopicLayoutError
from streams.grants import Operation, topic_grants

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from aiokafka.client import AIOKafkaClient

    from streams.grants import Grant
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
        AccessRefusedError: the broker does not let us in, or not write.
        TopicLayoutError: one of the topics does not exist.
    """
    options = client_options(settings)
    producer = AIOKafkaProducer(
        **options,
        acks="all",
        linger_ms=5,
        compression_type="gzip",
        max_batch_size=256 * 1024,
        max_request_size=largest_record(settings.max_record_bytes),
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    try:
        await start_client(producer, producer.client, settings.broker, options, topic_grants(Operation.WRITE, topics))
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def open_reader(settings: Settings, topics: Collection[str], start: Start) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect for reading all partitions of these topics, outside of any group: nothing is committed.

    Latest means what arrives from now on; the embedded broker may repeat its last batch.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there.
        AccessRefusedError: the broker does not let us in, or not read.
        TopicLayoutError: one of the topics does not exist.
    """
    read_leniently()
    options = client_options(settings)
    consumer = AIOKafkaConsumer(
        **options,
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
        client, grants = consumer._client, topic_grants(Operation.READ, topics)  # noqa: SLF001
        known = await start_client(consumer, client, settings.broker, options, grants)
        partitions = [TopicPartition(topic, number) for topic in topics for number in known[topic]]
        consumer.assign(partitions)
        await (consumer.seek_to_end() if start == "latest" else consumer.seek_to_beginning())
        for partition in partitions:  # only now does it ask where the end is: whatever is published next is seen
            await consumer.position(partition)
        yield consumer
    finally:
        await consumer.stop()


async def start_client(
    starting: Any, client: AIOKafkaClient, broker: str, options: Mapping[str, Any], grants: Sequence[Grant]
) -> Mapping[str, Sequence[int]]:
    """Start a producer or consumer and look for its topics; return their partitions.

    Args:
        starting: the producer or consumer.
        client: what it talks to the broker with.
        broker: its address, for the texts.
        options: that it was made with.
        grants: what we want to do with which topics.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there.
        AccessRefusedError: the broker does not let us in, or not do that.
        TopicLayoutError: one of the topics does not exist.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await starting.start()
            known = await require_access(client, grants, broker)
    except (KafkaError, *CANNOT_CONNECT) as error:
        raise await explain_failure(options, broker, PATIENCE, client.cluster.brokers()) from error
    missing = [topic for topic, partitions in known.items() if not partitions]
    if missing:
        msg = f"no topic {', '.join(missing)} at {broker}; `news-streams topics create` makes our topics"
        raise TopicLayoutError(msg)
    return known
