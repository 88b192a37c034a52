"""Bytewax: batches through a dataflow whose sink flushes; it keeps its offsets in a recovery store, an epoch a second."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from streams.bench.tasks import ACKS, COMPRESSION, FETCH_WAIT_MS, LINGER_MS, Task
from streams.bench.work import open_work
from streams.records import InboundRecord
from streams.topics import RAW

if TYPE_CHECKING:
    from streams.bench.work import Work

EPOCH = timedelta(seconds=1)


def run(task: Task, work: Work, store: Path) -> None:
    """Run until it is ended."""
    source = KafkaSource(
        task.broker.split(","),
        [RAW.name],
        batch_size=task.batch,
        add_config={"fetch.wait.max.ms": str(FETCH_WAIT_MS)},
    )
    sink = KafkaSink(
        task.broker.split(","),
        None,
        add_config={"acks": ACKS, "compression.type": COMPRESSION, "linger.ms": str(LINGER_MS)},
    )

    def work_on_batch(found: Any) -> list[Any]:
        outputs = work([read(message) for message in found])
        return [KafkaSinkMessage(each.key, each.value, each.topic, list(each.headers)) for each in outputs]

    flow = Dataflow("bench")
    worked = op.flat_map_batch("work", op.input("read", flow, source), work_on_batch)
    op.output("publish", worked, sink)
    init_db_dir(store, 1)
    cli_main(flow, workers_per_process=1, epoch_interval=EPOCH, recovery_config=RecoveryConfig(store))


def read(message: Any) -> InboundRecord:
    """Return a message as one of our records."""
    at = datetime.fromtimestamp(message.timestamp[1] / 1000, UTC)
    headers = tuple(message.headers or ())
    return InboundRecord(message.value, at, message.key, headers, message.topic, message.partition, message.offset)


if __name__ == "__main__":
    told = Task.from_arguments()
    with tempfile.TemporaryDirectory() as folder:
        run(told, open_work(told), Path(folder))
