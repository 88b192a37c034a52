"""The producer behind publishing: idempotent where the broker has it, and a fresh one where it can go on no more."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    KafkaConnectionError,
    KafkaError,
    OutOfOrderSequenceNumber,
    ProducerClosed,
    ProducerFenced,
    UnknownProducerId,
)

from streams.adapters.kafka.credentials import client_options
from streams.adapters.kafka.refusals import quiet_client
from streams.adapters.kafka.topic_layouts import largest_record

if TYPE_CHECKING:
    from streams.settings import Settings

logger = logging.getLogger(__name__)

COMPRESSION: Final = "lz4"
LINGER_MS: Final = 5
BATCH_BYTES: Final = 256 * 1024
REQUEST_TIMEOUT_MS: Final = 30_000
SECONDS_TO_BEGIN: Final = 20.0
SECONDS_TO_END: Final = 5.0
FATAL: Final = (
    OutOfOrderSequenceNumber,
    ProducerFenced,
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    UnknownProducerId,
    ProducerClosed,
)
"""After these an idempotent producer fails for ever: the broker no longer counts as it does."""


async def open_producer(settings: Settings, batch_bytes: int = BATCH_BYTES) -> AIOKafkaProducer:
    """Connect a producer that waits for all replicas; idempotent where the broker gives it an id.

    Idempotent, the client repeats a batch for as long as it takes and the broker takes it once and in order. Without,
    it gives a batch up after half a minute: repeated by us it may come twice, and after one that was sent later.

    Args:
        settings: of the broker.
        batch_bytes: a batch is sent when it is so full.

    Raises:
        KafkaError: nobody answers.
    """
    producer = _make(settings, batch_bytes, idempotent=True)
    try:
        with quiet_client():
            async with asyncio.timeout(SECONDS_TO_BEGIN):
                await producer.start()
    except KafkaConnectionError:
        await close_producer(producer)
        raise
    except (KafkaError, TimeoutError) as error:
        # The embedded broker says that it can, and fails: only the trial tells.
        await close_producer(producer)
        logger.info("the broker has no idempotent producer (%s): a retry may repeat a record", type(error).__name__)
        producer = _make(settings, batch_bytes, idempotent=False)
        await producer.start()
    else:
        logger.info("publishing with an idempotent producer")
    return producer


async def close_producer(producer: AIOKafkaProducer) -> None:
    """Disconnect a producer that is of no more use; what it still held fails."""
    with suppress(KafkaError, TimeoutError, OSError):
        async with asyncio.timeout(SECONDS_TO_END):
            await producer.stop()


def is_lost(producer: AIOKafkaProducer, error: Exception) -> bool:
    """Tell whether a producer that failed so will fail for ever."""
    task = getattr(getattr(producer, "_sender", None), "sender_task", None)
    return isinstance(error, FATAL) or (task is not None and task.done())


def _make(settings: Settings, batch_bytes: int, *, idempotent: bool) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **client_options(settings),
        client_id="news-streams",
        acks="all",
        enable_idempotence=idempotent,
        compression_type=COMPRESSION,
        linger_ms=LINGER_MS,
        max_batch_size=batch_bytes,
        max_request_size=largest_record(settings.max_record_bytes),
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
