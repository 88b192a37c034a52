"""FastStream on aiokafka: a batch read, worked on in a thread, published, confirmed together, then acknowledged by its policy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker

from streams.bench.tasks import ACKS, BATCH_BYTES, COMPRESSION, FETCH_WAIT_MS, HEARTBEAT_MS, LINGER_MS, SESSION_MS, Task
from streams.bench.work import open_work, read_consumed
from streams.topics import RAW

if TYPE_CHECKING:
    from streams.bench.work import Work


async def raw_records(message: Any) -> Any:
    """Decode nothing: return the records as aiokafka gave them."""
    return message.raw_message


async def run(task: Task, work: Work) -> None:
    """Run until SIGTERM."""
    broker = KafkaBroker(
        task.broker,
        acks=ACKS,
        compression_type=COMPRESSION,
        linger_ms=LINGER_MS,
        max_batch_size=BATCH_BYTES,
        apply_types=False,
        logger=None,
    )

    async def take(found: Any) -> None:
        outputs = await asyncio.to_thread(work, [read_consumed(record) for record in found])
        sent = [
            await broker.publish(each.value, topic=each.topic, key=each.key, headers=_texts(each), no_confirm=True)
            for each in outputs
        ]
        await asyncio.gather(*sent)

    broker.subscriber(
        RAW.name,
        batch=True,
        max_records=task.batch,
        group_id=task.group,
        auto_offset_reset="earliest",
        decoder=raw_records,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        batch_timeout_ms=FETCH_WAIT_MS,
        fetch_max_wait_ms=FETCH_WAIT_MS,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=HEARTBEAT_MS,
    )(take)
    await FastStream(broker, logger=None).run()


def _texts(output: Any) -> dict[str, str]:
    """Return headers as it takes them."""
    return {name: (value or b"").decode() for name, value in output.headers}


if __name__ == "__main__":
    told = Task.from_arguments()
    asyncio.run(run(told, open_work(told)))
