"""What metrics cost: one worker that passes 2 kB records through, with the real metrics and with none, block by block.

    python tests/bench/bench_metrics.py [--records 40000] [--block 500]

All else is the worker's own: Faust, the window, publishing confirmed by the embedded broker, acks. The pipeline is a stub,
so that the share of the metrics is as large as it can be; it times its stages as the real one does. Both kinds run in one
process, in turns of a block each, so that whatever else the machine does is done to both. Printed are CPU and wall time of
a record in either kind, the median ratio of neighbouring blocks, and what a scrape costs.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

from prometheus_client.exposition import generate_latest

sys.path.insert(0, str(Path(__file__).parents[1] / "kafka"))

from brokers import Topics  # the tests' own
from streams.adapters.broker import EmbeddedBroker
from streams.adapters.supervision.exit_codes import ExitCode, end_process
from streams.adapters.supervision.metrics import Metrics
from streams.app import create_app, create_worker
from streams.errors import Stage
from streams.outcomes import Published
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.topics import ENRICHED, RAW
from workers import free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.outcomes import Outcome
    from streams.records import InboundRecord

SIZE = 2_000
WARM_UP = 4
"""Blocks that do not count."""
SCRAPES = 20


class Silent:
    """Metrics that are none: whatever is asked of them is itself, and does nothing."""

    def __getattr__(self, name: str) -> Silent:
        return self

    def __call__(self, *_: object, **__: object) -> Silent:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        pass


class InTurns:
    """Metrics that are real or none, as `use` says; asking costs the same."""

    def __init__(self) -> None:
        self.kinds: tuple[Any, Any] = Metrics(), Silent()
        self.current = self.kinds[0]

    def use(self, kind: int) -> None:
        self.current = self.kinds[kind]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.current, name)


class PassThrough:
    """A pipeline that does nothing but time its stages; changes the metrics after each block and tells what it took."""

    def __init__(self, metrics: InTurns, records: int, block: int) -> None:
        self._metrics = metrics
        self._left = records
        self._block = block
        self._in_block = 0
        self._number = 0
        self._begin = self._now()
        self._took: list[tuple[float, float]] = []

    def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        outcomes = [self._one(record) for record in records]
        with self._metrics.time_stage(Stage.ENRICH, records):
            pass
        self._in_block += len(records)
        self._left -= len(records)
        if self._in_block >= self._block:
            self._turn()
        if self._left <= 0:
            report(self._took[WARM_UP:], self._metrics.kinds[0])
            end_process(ExitCode.STOPPED, "measured")
        return outcomes

    def _turn(self) -> None:
        now = self._now()
        cpu, wall = now[0] - self._begin[0], now[1] - self._begin[1]
        self._took.append((cpu / self._in_block, wall / self._in_block))
        self._number += 1
        self._metrics.use(self._number % 2)
        self._in_block, self._begin = 0, now

    def _now(self) -> tuple[float, float]:
        return time.process_time(), time.perf_counter()

    def _one(self, record: InboundRecord) -> Outcome:
        for stage in (Stage.DECODE, Stage.EXTRACT, Stage.ROUTE):
            with self._metrics.time_stage(stage, (record,)):
                pass
        return Published(None, (OutboundRecord(ENRICHED.name, record.key, record.value),))  # type: ignore[arg-type] # not looked at


def report(took: list[tuple[float, float]], metrics: Metrics) -> None:
    """Print what was found; even blocks had the real metrics."""
    real, none = took[::2], took[1::2]
    for name, place in (("CPU", 0), ("wall", 1)):
        medians = [statistics.median(each[place] for each in kind) * 1e6 for kind in (real, none)]
        ratio = statistics.median(one[place] / other[place] for one, other in zip(real, none, strict=False)) - 1
        shown = f"{medians[0]:.0f} us a record with metrics, {medians[1]:.0f} us without"
        print(f"{name}: {shown}; {ratio:+.1%}, the median of {len(none)} pairs", flush=True)
    begin = time.process_time()
    for _ in range(SCRAPES):
        page = generate_latest(metrics.registry)
    cost = (time.process_time() - begin) / SCRAPES
    print(
        f"a scrape: {cost * 1e3:.1f} ms for {len(page)} bytes; every 15 s that is {cost / 15:.2%} of a core", flush=True
    )


def work(records: int, block: int) -> None:
    """Be the worker, until all records are through."""
    with patch("streams.app.worker.Metrics", InTurns):
        app = create_app(Settings.load(), lambda _, metrics: partial(PassThrough, metrics, records, block))  # type: ignore[arg-type]
    logging.disable(logging.CRITICAL)
    create_worker(app, "error").execute_from_commandline()


def main() -> None:
    """Fill a topic and let a worker measure itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--block", type=int, default=500)
    parser.add_argument("--worker", action="store_true")
    chosen = parser.parse_args()
    if chosen.worker:
        work(chosen.records, chosen.block)
    with EmbeddedBroker(free_port()) as broker:
        raw = [
            OutboundRecord(RAW.name, b"%d" % each, os.urandom(SIZE // 2).hex().encode())
            for each in range(chosen.records)
        ]
        Topics(broker.address).make().publish(raw)
        told = {"BROKER": broker.address, "WEB_PORT": str(free_port()), "SESSION_TIMEOUT": "2"}
        told |= {"AGENTS": "articles", "STORIES": "false"}
        environment = {f"NEWS_STREAMS_{name}": value for name, value in told.items()}
        command = [sys.executable, __file__, "--worker", "--records", str(chosen.records), "--block", str(chosen.block)]
        subprocess.run(command, env=os.environ | environment, check=True)


if __name__ == "__main__":
    main()
