"""One run of one contestant: its capacity, its latency at a rate; and the ideal."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from streams.bench.children import Child, ContestantError
from streams.bench.counting import Counter
from streams.bench.feeding import Feed
from streams.bench.figures import Capacity, Latency, percentiles
from streams.bench.grounds import fresh_ground
from streams.bench.loads import make_load
from streams.bench.machine import cores
from streams.bench.promises import Kept, Watch, missing
from streams.bench.tasks import Task, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.bench.roster import Contestant

WARMING: Final = 0.1
"""Share of the records after which measuring begins."""
STARTING: Final = 120.0
"""Seconds that a contestant may take until its first output: a loaded machine is slow to import and to join."""
PATIENCE: Final = 120.0
"""Seconds without a further output after which a contestant has come to a halt."""
POLL: Final = 0.02
LEAST_SHARE: Final = 0.1
"""Of the CPU time of the busiest process that every other one must have used."""
TELLING: Final = 0.5
"""Seconds of CPU of the busiest process below which nothing is judged: the clock counts hundredths, and one process may have
done so little before the other had joined."""
WARM_RECORDS: Final = {Workload.PASS: 500, Workload.ARTICLES: 32, Workload.CHAIN: 32}


@dataclass(frozen=True, slots=True)
class Course:
    """What all contestants run.

    Attributes:
        workload: what is done with a record.
        count: records of a run for capacity.
        seconds: of a run for latency.
        broker: `kafka://host:port`; None has an embedded one for each run.
        articles: a file of articles instead of the samples.
        pinned: each process has a core of its own, which broker and harness may use as well.
    """

    workload: Workload
    count: int
    seconds: float
    broker: str | None = None
    articles: str | None = None
    pinned: bool = False


@dataclass(slots=True)
class Run:
    """What surrounds one run: broker, counter, the contestant's processes.

    Attributes:
        broker: `host:port`.
        counter: of what comes out.
        watch: of what is committed.
        children: the processes.
        started: when they were started, by `time.time`.
    """

    broker: str
    counter: Counter
    watch: Watch
    children: list[Child] = field(default_factory=list)
    started: float = 0.0

    def wait(self, count: int) -> None:
        """Wait for so many outputs.

        Raises:
            ContestantError: a process ended, or nothing came for `STARTING` or then `PATIENCE` seconds.
        """
        last, since = -1, time.monotonic()
        while (now := len(self.counter.arrivals)) < count:
            for child in self.children:
                child.check()
            if now != last:
                last, since = now, time.monotonic()
            elif (silent := time.monotonic() - since) > (PATIENCE if now else STARTING):
                lines = self.children[0].last_lines()
                msg = f"nothing came out for {silent:.0f} s after {now} of {count} records; its last lines: {lines}"
                raise ContestantError(msg)
            self.watch.look()
            time.sleep(POLL)

    def cpu_seconds(self) -> list[float]:
        """Return what each process has used so far."""
        return [child.cpu_seconds() for child in self.children]


def measure_capacity(course: Course, contestant: Contestant, processes: int, partitions: int) -> Capacity:
    """Let a contestant work on records that lie ready.

    Raises:
        ContestantError: it did not.
    """
    items = make_load(course.workload, course.count, course.articles)
    warm = int(course.count * WARMING)
    with _prepare(course, contestant) as (run, task):
        Feed(run.broker, partitions).put_all(items)
        with _started(run, contestant, task, processes, pinned=course.pinned):
            run.wait(max(1, warm))
            before, done_before = run.cpu_seconds(), len(run.counter.arrivals)
            run.wait(course.count)
            used = [now - then for now, then in zip(run.cpu_seconds(), before, strict=True)]
            require_all_at_work(used)
            # A run so short that it was over at the first look has none.
            cpu = sum(used) / max(1, course.count - done_before) * 1000
        kept = _judge(run, contestant, [item.outcome for item in items])
        times = sorted(arrival.there for arrival in run.counter.arrivals.values())
        rate = (course.count - warm) / max(times[-1] - times[warm], 0.001)
        return Capacity(rate, cpu, sum(child.peak for child in run.children), times[0] - run.started, kept)


def measure_latency(course: Course, contestant: Contestant, processes: int, rate: float) -> Latency:
    """Let a contestant work on so many records a second.

    Raises:
        ContestantError: it did not.
    """
    warm = WARM_RECORDS[course.workload]
    items = make_load(course.workload, warm + max(2, int(rate * course.seconds)), course.articles)
    with _prepare(course, contestant) as (run, task):
        feed = Feed(run.broker)
        feed.put_all(items[:warm])
        with _started(run, contestant, task, processes):
            run.wait(warm)
            given = feed.put_paced(items[warm:], rate)
            run.wait(len(items))
        arrivals = run.counter.arrivals
        return percentiles([max(0.0, arrivals[key].there - at) for key, at in given.items()], rate)


def measure_ideal(course: Course) -> float:
    """Return the records a second of the same work in memory, in a process of its own."""
    task = Task("", "", course.workload, course.articles, course.count)
    command = [sys.executable, "-m", "streams.bench.contestants.ideal", task.argument()]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    if done.returncode:
        msg = f"the ideal ended with exit code {done.returncode}: {' '.join(done.stderr.split()[-40:])}"
        raise ContestantError(msg)
    return float(done.stdout.split()[-1])


@contextmanager
def _prepare(course: Course, contestant: Contestant) -> Iterator[tuple[Run, Task]]:
    group = f"bench-{contestant.module}-{secrets.token_hex(4)}"
    with fresh_ground(course.broker) as address:
        broker = address.removeprefix("kafka://")
        with Counter(broker) as counter:
            yield Run(broker, counter, Watch(broker, group)), Task(broker, group, course.workload)


@contextmanager
def _started(run: Run, contestant: Contestant, task: Task, processes: int, *, pinned: bool = False) -> Iterator[None]:
    pins: list[int | None] = [*cores()] if pinned else [None] * processes
    with ExitStack() as stack:
        run.started = time.time()
        for core in pins[:processes]:
            run.children.append(stack.enter_context(Child(contestant.module, task, core)))
        yield


def require_all_at_work(used: list[float]) -> None:
    """Refuse a run in which a process had next to nothing to do: it would tell nothing of what another one adds.

    A run of less than `TELLING` seconds passes.
    """
    if max(used) >= TELLING and min(used) < LEAST_SHARE * max(used):
        shares = ", ".join(f"{each:.1f}" for each in used)
        msg = f"the work was not shared: its processes used {shares} CPU seconds"
        raise ContestantError(msg)


def _judge(run: Run, contestant: Contestant, wanted: list[bytes]) -> Kept:
    early = run.watch.most_early(run.counter.arrivals.values())
    committed = run.watch.committed() if contestant.commits else None
    return Kept(missing(wanted, run.counter.arrivals), run.counter.repeated, early, committed)
