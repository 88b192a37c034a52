"""The ideal: the same work on the same records in memory, with no broker; prints the records a second."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

from streams.bench.loads import make_load
from streams.bench.tasks import Task
from streams.bench.work import open_work
from streams.records import InboundRecord


def measure(task: Task) -> float:
    """Return the records a second, in batches as a worker makes them; the first tenth warms up."""
    work = open_work(task)
    at = datetime.now(UTC)
    load = [InboundRecord(item.value, at, item.key) for item in make_load(task.workload, task.count, task.articles)]
    warm = len(load) // 10
    for start in range(0, warm, task.batch):
        work(load[start : min(warm, start + task.batch)])
    began = time.perf_counter()
    for start in range(warm, len(load), task.batch):
        work(load[start : start + task.batch])
    return (len(load) - warm) / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.stdout.write(f"{measure(Task.from_arguments())}\n")
