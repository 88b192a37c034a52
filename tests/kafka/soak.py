"""The soak: the real worker with its model, for an hour or so, under random kills, stops and joins.

    make soak DURATION=3600 RATE=10 WORKERS=3

Prints a line every ten seconds: what is committed, what waits, and the resident memory of every worker. One worker is never
touched: its memory must stay flat. The tables of what was read are in RocksDB (the extra [state]): in memory they grow with
what is remembered, some 6 kB an article (`--in-memory`). Ends with the reckoning of the fault tests: lost, repeated, different.
"""

from __future__ import annotations

import argparse
import random
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from apache_kafka import ApacheKafka
from brokers import JARS, Topics
from faults.articles import article
from faults.scene import Scene
from faults.table import ROWS, as_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers import Worker

WORKER = [str(Path(sys.executable).with_name("news-streams")), "worker"]
MIB = 1024 * 1024
LINE_SECONDS = 10.0
BETWEEN_FAULTS = (20.0, 60.0)
"""Seconds, at least and at most."""
WARM_SHARE = 0.2
"""Of the run: the model, the caches and the allocator are warm after it."""
FLAT = 1.15
"""The last quarter's memory may be so many times that of the first quarter after warming up."""


@dataclass(slots=True)
class Soak:
    """One run.

    Attributes:
        scene: broker, feeder and workers.
        most: workers at a time.
        chance: decides who dies when.
        on_disk: where the tables are.
        memory: resident bytes of the worker that is never touched, by the second.
    """

    scene: Scene
    most: int
    chance: random.Random
    on_disk: bool
    began: float = field(default_factory=time.monotonic)
    memory: list[tuple[float, int]] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Keep the crew in unrest for so long."""
        self.scene.crew.supervised = True
        self.scene.crew.on_disk = self.on_disk
        self.scene.crew.start()
        due = self._next_fault()
        while (now := time.monotonic() - self.began) < seconds:
            time.sleep(LINE_SECONDS)
            self.scene.crew.tend()
            self._print(now)
            if now >= due:
                say(f"{now:7.0f} s  {self._break()}")
                due = self._next_fault()

    def _next_fault(self) -> float:
        return time.monotonic() - self.began + self.chance.uniform(*BETWEEN_FAULTS)

    def _break(self) -> str:
        """Kill or stop a worker, or start one; the oldest stays."""
        crew, others = self.scene.crew, self.scene.crew.alive[1:]
        what = self.chance.choice(("kill", "stop", "join"))
        if what == "join" or not others:
            if len(others) + 1 < self.most:
                crew.start(ready=False)
                return "a worker joins"
            what = "kill"
        victim = self.chance.choice(others) if others else crew.start(ready=False)
        with self.scene.fault():
            return f"SIGKILL of {victim.process.pid}" if self._end(victim, what) else f"SIGTERM of {victim.process.pid}"

    def _end(self, victim: Worker, how: str) -> bool:
        if how == "kill":
            victim.kill()
        else:
            victim.stop()
        return how == "kill"

    def _print(self, now: float) -> None:
        seen, alive = self.scene.progress(), self.scene.crew.alive
        sizes = {worker: resident(worker.process.pid) for worker in alive}
        if untouched := sizes.get(self.scene.crew.started[0]):
            self.memory.append((now, untouched))
        done, left = sum(seen.committed.values()), sum(seen.left.values())
        memory = " ".join(f"{size / MIB:.0f}" for size in sizes.values())
        say(f"{now:7.0f} s  {done:8} committed  {left:6} left  RSS {memory} MiB")


def say(line: str) -> None:
    print(line, flush=True)


def resident(pid: int) -> int:
    """Return the resident bytes of a process; 0 where it ended while we looked."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)


def quarters(memory: Sequence[tuple[float, int]], seconds: float) -> tuple[float, float]:
    """Return the median memory of the first and of the last quarter after warming up."""
    start = seconds * WARM_SHARE
    quarter = (seconds - start) / 4
    first = [size for at, size in memory if start <= at < start + quarter]
    last = [size for at, size in memory if at >= seconds - quarter]
    return statistics.median(first or [0]), statistics.median(last or [0])


def main() -> int:
    """Run, print, and return 1 where memory grew or the worker that nobody touches ended; what is lost raises."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--duration", type=float, default=3600, help="seconds [3600]")
    parser.add_argument("--rate", type=float, default=10, help="articles a second, at most [10]")
    parser.add_argument("--workers", type=int, default=3, help="at a time, at most [3]")
    parser.add_argument("--seed", type=int, default=1, help="of the faults")
    parser.add_argument("--in-memory", action="store_true", help="keep the tables in memory")
    given = parser.parse_args()
    # Ended by a signal it takes its broker and its workers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="soak-") as name, ApacheKafka(Path(name) / "cluster", JARS) as kafka:
        Topics(kafka.address).make()
        scene = Scene(kafka.address, Path(name), command=WORKER)
        soak = Soak(scene, given.workers, random.Random(given.seed), not given.in_memory)
        try:
            scene.feeder.flow(given.rate, 0, article)
            soak.run(given.duration)
            scene.reckon(f"soak of {given.duration:g} s", records=1, chained=True)
        finally:
            scene.crew.close()
            say(as_markdown(ROWS))
    first, last = quarters(soak.memory, given.duration)
    say(
        f"memory of the worker that was never touched: {first / MIB:.0f} MiB when warm, {last / MIB:.0f} MiB at the end"
    )
    return int(not last or last > first * FLAT)


if __name__ == "__main__":
    sys.exit(main())
