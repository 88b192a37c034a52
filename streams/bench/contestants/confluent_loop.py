"""A plain loop with confluent-kafka: a batch read, worked on, published, flushed, committed."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from confluent_kafka import Consumer, KafkaException, Producer

from streams.bench.tasks import ACKS, COMPRESSION, FETCH_WAIT_MS, HEARTBEAT_MS, LINGER_MS, SESSION_MS, Task
from streams.bench.work import open_work, read_message
from streams.topics import RAW

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message

    from streams.bench.work import Work


def run(task: Task, work: Work) -> None:
    """Loop until SIGTERM."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    consumer = Consumer(
        {
            "bootstrap.servers": task.broker,
            "group.id": task.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": FETCH_WAIT_MS,
            "session.timeout.ms": SESSION_MS,
            "heartbeat.interval.ms": HEARTBEAT_MS,
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": task.broker,
            "acks": ACKS,
            "compression.type": COMPRESSION,
            "linger.ms": LINGER_MS,
        }
    )
    consumer.subscribe([RAW.name])
    while not stopped:
        _work_on_batch(task, work, consumer, producer)
    consumer.close()


def _work_on_batch(task: Task, work: Work, consumer: Consumer, producer: Producer) -> None:
    found = [message for message in consumer.consume(task.batch, timeout=0.05) if message.error() is None]
    if not found:
        return
    for each in work([read_message(message) for message in found]):
        producer.produce(each.topic, each.value, each.key, headers=list(each.headers), on_delivery=_require)
    producer.flush()
    consumer.commit(asynchronous=False)


def _require(error: KafkaError | None, message: Message) -> None:
    del message
    if error is not None:
        raise KafkaException(error)


if __name__ == "__main__":
    told = Task.from_arguments()
    run(told, open_work(told))
