"""A header name that is no UTF-8, which Kafka lets in, must not stop the worker."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

from brokers import both_brokers
from streams.adapters.kafka.connection import bootstrap_servers
from streams.topics import RAW
from test_worker import names
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120), both_brokers]

CRC = 17
"""Where a record batch of format 2 has its checksum; it covers all that follows."""


async def produce_odd_header(address: str, partition: int, bodies: list[bytes]) -> None:
    """Publish one batch in which every record has the header name `caf\xe9` in Latin-1."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers(address))
    await producer.start()
    try:
        batch = producer.create_batch()
        for index, body in enumerate(bodies):
            assert batch.append(key=b"%d" % index, value=body, timestamp=None, headers=[("cafX", b"1")])
        spoilt = bytearray(batch._build()).replace(b"cafX", b"caf\xe9")
        spoilt[CRC : CRC + 4] = struct.pack(">I", calc_crc32c(bytes(spoilt[CRC + 4 :])))
        batch._buffer = bytes(spoilt)
        await (await producer.send_batch(batch, RAW.name, partition=partition))
    finally:
        await producer.stop()


def test_records_with_an_odd_header_name_have_their_outcome(
    topics: Any, produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    odd = [order("odd"), b"no json", order("odder")]
    asyncio.run(produce_odd_header(topics.address, 0, odd))
    produce([order(name) for name in names(50)])
    worker = start_worker()
    outputs.wait(enriched=names(50) | {"odd", "odder"}, dead=1)
    assert dict(outputs.dead[0].headers)["caf\\xe9"] == b"1"
    assert outputs.dead[0].value == b"no json"
    assert worker.stop() == 0
