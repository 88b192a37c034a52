"""A plain loop with aiokafka: a batch read, worked on in a thread, published, confirmed, committed."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from streams.bench.tasks import ACKS, BATCH_BYTES, COMPRESSION, FETCH_WAIT_MS, HEARTBEAT_MS, LINGER_MS, SESSION_MS, Task
from streams.bench.work import open_work, read_consumed
from streams.topics import RAW

if TYPE_CHECKING:
    from streams.bench.work import Work


async def run(task: Task, work: Work) -> None:
    """Loop until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    consumer = AIOKafkaConsumer(
        RAW.name,
        bootstrap_servers=task.broker,
        group_id=task.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=task.broker,
        acks=ACKS,
        compression_type=COMPRESSION,
        linger_ms=LINGER_MS,
        max_batch_size=BATCH_BYTES,
    )
    async with producer, consumer:
        while not stop.is_set():
            await _work_on_batch(task, work, consumer, producer)


async def _work_on_batch(task: Task, work: Work, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer) -> None:
    found = await consumer.getmany(timeout_ms=200, max_records=task.batch)
    records = [read_consumed(record) for part in found.values() for record in part]
    if records:
        outputs = await asyncio.to_thread(work, records)
        sent = [await producer.send(each.topic, each.value, each.key, headers=list(each.headers)) for each in outputs]
        await asyncio.gather(*sent)
        await consumer.commit()


if __name__ == "__main__":
    told = Task.from_arguments()
    asyncio.run(run(told, open_work(told)))
