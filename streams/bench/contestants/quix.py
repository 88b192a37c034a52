"""Quix Streams: a record at a time, as it works; its checkpoint flushes the producer before it commits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quixstreams import Application, message_context
from quixstreams.models.serializers import Serializer

from streams.bench.tasks import ACKS, COMPRESSION, FETCH_WAIT_MS, HEARTBEAT_MS, LINGER_MS, SESSION_MS, Task
from streams.bench.work import open_work
from streams.records import InboundRecord
from streams.topics import ENRICHED, MENTIONED, RAW

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.bench.work import Work
    from streams.records import OutboundRecord


class Value(Serializer):  # type: ignore[misc] # Any, where it is not installed
    """Writes the value of an outbound record."""

    def __call__(self, value: OutboundRecord, ctx: object) -> bytes:
        """Return its bytes."""
        del ctx
        return value.value or b""


def run(task: Task, work: Work) -> None:
    """Run until SIGTERM."""
    app = Application(
        broker_address=task.broker,
        consumer_group=task.group,
        auto_offset_reset="earliest",
        # Its default is every 5 s; a batch of ours is what the others confirm together.
        commit_every=task.batch,
        consumer_extra_config={
            "fetch.wait.max.ms": FETCH_WAIT_MS,
            "session.timeout.ms": SESSION_MS,
            "heartbeat.interval.ms": HEARTBEAT_MS,
        },
        consumer_poll_timeout=0.05,
        producer_extra_config={"acks": ACKS, "compression.type": COMPRESSION, "linger.ms": LINGER_MS},
        loglevel="WARNING",
    )
    source = app.topic(RAW.name, value_deserializer="bytes")
    sinks = {topic.name: app.topic(topic.name, value_serializer=Value()) for topic in (ENRICHED, MENTIONED)}
    stream = app.dataframe(source).apply(_reading(work), expand=True, metadata=True)
    stream.to_topic(lambda value, *_: sinks[value.topic], key=lambda value: value.key)
    app.run()


def _reading(work: Work) -> Callable[[bytes, Any, int, Any], list[OutboundRecord]]:
    def read(value: bytes, key: Any, milliseconds: int, headers: Any) -> list[OutboundRecord]:
        place = message_context()
        at = datetime.fromtimestamp(milliseconds / 1000, UTC)
        pairs = tuple(headers or ())
        return work([InboundRecord(value, at, key, pairs, place.topic, place.partition, place.offset)])

    return read


if __name__ == "__main__":
    told = Task.from_arguments()
    run(told, open_work(told))
