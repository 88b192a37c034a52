"""The scene of a fault: topics, a feeder, a crew of workers, the faults that happened, and the reckoning."""

from __future__ import annotations

import asyncio
import signal
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aiokafka.errors import KafkaError

from faults.commits import read_commits
from faults.crew import Crew
from faults.feeding import Feeder
from faults.ledger import read_ledger
from faults.progress import read_progress
from faults.table import ROWS, Row
from workers import FAKE_WORKER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from apache_kafka import Node
    from faults.ledger import Input, Ledger
    from faults.progress import Progress
    from workers import Worker

PATIENCE = 180.0
"""Seconds without any progress until a scene gives up; no test passes or fails by a shorter time."""
LOOKS = 0.1
RECORDS = 20_000
"""The least that a fault has to do with."""
PATIENT = {"session_timeout": "6", "stop_timeout": "60"}
"""Seconds: the session is the default, so that the seconds to recover are those of a worker as it is shipped; stopping
may take long, since a slow machine is not what is tested."""
ASSIGNED = "assigned partitions of"
"""What a worker logs when it is given partitions."""


class Scene:
    """One fault test on a broker whose topics are empty.

    Args:
        address: `kafka://host:port`.
        folder: for logs.
        broker: how the table calls it.
        command: what a worker is; the fake one unless told.
        settings: of every worker.
    """

    def __init__(
        self,
        address: str,
        folder: Path,
        broker: str = "1 node",
        command: Sequence[str] = FAKE_WORKER,
        **settings: str,
    ) -> None:
        self.address = address
        self.broker = broker
        self.group = f"faults-{uuid.uuid4().hex[:8]}"
        self.feeder = Feeder(address)
        self.crew = Crew(address, folder, command, {"group": self.group, **PATIENT, **settings})
        self.faults = 0
        self.looks: list[Progress] = []
        self.seconds: float | None = None
        self._ended: tuple[float, Progress] | None = None

    def progress(self) -> Progress:
        """Look at the broker; waits while it does not answer."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.looks.append(read_progress(self.address, self.group))
            except (KafkaError, OSError, TimeoutError):
                assert time.monotonic() < deadline, "the broker does not answer"
                time.sleep(LOOKS)
            else:
                return self.looks[-1]

    def wait_for(self, what: Callable[[Progress], bool]) -> Progress:
        """Look again and again until something holds; gives up where nothing at all moves any more."""
        deadline, last = time.monotonic() + PATIENCE, None
        while not what(seen := self.progress()):
            self.crew.tend()
            if seen != last:
                deadline, last = time.monotonic() + PATIENCE, seen
            logs = "\n".join(worker.log[-1500:] for worker in self.crew.started[-3:])
            assert time.monotonic() < deadline, f"waited in vain: {seen.left} left\n{logs}"
            time.sleep(LOOKS)
        return seen

    def wait_committed(self, count: int) -> Progress:
        """Wait until the group committed so many records."""
        return self.wait_for(lambda seen: sum(seen.committed.values()) >= count)

    def wait_uncommitted(self, count: int, published: int) -> Progress:
        """Wait until so many outcomes are published, and so many of them not committed: a kill now makes repeats."""

        def ripe(seen: Progress) -> bool:
            came = sum(seen.reach.values())
            return came >= published and came - sum(seen.committed.values()) >= count

        return self.wait_for(ripe)

    @contextmanager
    def fault(self) -> Iterator[None]:
        """Surround what breaks: its end is the end of the fault, and afterwards records must come out again."""
        self.progress()
        yield
        self.faults += 1
        self._ended = (time.monotonic(), self.progress())

    def recovered(self) -> None:
        """Wait until every partition that had records left at the end of the last fault was committed further."""
        assert self._ended is not None, "there was no fault"
        ended, then = self._ended
        assert then.left or self.feeder.feeding, "the fault came when all was done"
        self.wait_for(lambda now: all(now.committed[number] > then.committed[number] for number in then.left))
        self.seconds = max(self.seconds or 0.0, time.monotonic() - ended)

    def outlive(self, node: Node) -> None:
        """Kill a broker, start it again on its data, and wait until the workers go on."""
        with self.fault():
            node.stop(signal.SIGKILL)
            node.start()
            node.wait()
        self.recovered()

    def outlast_cut(self, kafka: Any, worker: Worker, seconds: float) -> None:
        """Cut the network for longer than so many seconds, and until a worker says something of it; wait until it goes on."""
        with self.fault():
            kafka.cut()
            begin, told = time.monotonic(), worker.log
            # Not a matter of patience: the fault is that the session is over before the network is back.
            worker.wait_for(lambda: worker.log != told and time.monotonic() - begin > seconds)
            kafka.mend()
        self.recovered()

    def wait_whole(self) -> None:
        """Wait until every raw record has its outcome: behind the commits of the raw topic other stages go on."""
        deadline, last = time.monotonic() + PATIENCE, -1
        while (ledger := asyncio.run(read_ledger(self.address))).lost:
            self.crew.tend()
            if len(ledger.outcomes) != last:
                deadline, last = time.monotonic() + PATIENCE, len(ledger.outcomes)
            assert time.monotonic() < deadline, f"{len(ledger.lost)} of {len(ledger.raw)} left: {ledger.lost[:5]}"
            time.sleep(1)

    def reckon(
        self,
        fault: str,
        *,
        records: int = RECORDS,
        timed: bool = True,
        chained: bool = False,
        deleted: frozenset[Input] = frozenset(),
    ) -> Ledger:
        """Wait until everything is committed, stop the workers, read all topics and hold them to the promise.

        Args:
            fault: how the table calls it.
            records: how many raw records there must have been, at least.
            timed: whether the workers' clocks were right, so that copies can be held against the commits.
            chained: whether what was enriched goes through the stages that remember, after the commit.
            deleted: inputs whose outcome stood in a topic that the test deleted.
        """
        self.feeder.finish()
        self.wait_for(lambda seen: not seen.left)
        if chained:
            self.wait_whole()
        self.crew.stop()
        ledger = asyncio.run(read_ledger(self.address))
        ledger.deleted = deleted
        self._note(fault, ledger, None if chained else self._at_most(ledger))
        fed = self.feeder.acknowledged
        assert len(ledger.raw) >= records, f"only {len(ledger.raw)} records"
        assert fed <= set(ledger.raw.values()), "the broker lost what it had acknowledged to the feeder"
        assert not ledger.lost, f"lost {len(ledger.lost)}: {ledger.lost[:10]}"
        assert not ledger.both, f"more than one outcome of {len(ledger.both)}: {ledger.both[:10]}"
        assert not ledger.different, f"repeated with other bytes: {len(ledger.different)}: {ledger.different[:10]}"
        assert not ledger.mangled, f"dead letters with other bytes: {sorted(ledger.mangled)[:10]}"
        assert not ledger.unknown, f"{ledger.unknown} outputs name no raw record"
        if chained:
            return ledger
        late = ledger.too_late(read_commits(self.address, self.group)) if timed else []
        assert not late, f"published again though committed: {len(late)}: {late[:10]}"
        assert ledger.repeated <= self._at_most(ledger), f"repeated {ledger.repeated}"
        return ledger

    def _at_most(self, ledger: Ledger) -> int:
        """Return the bound on repeats.

        A record is read again only where a worker is given its partition and it was not committed: every assignment
        but the first repeats no more than what was published and not committed at any moment.
        """
        return ledger.most_uncommitted(self.looks) * (self.crew.logs.count(ASSIGNED) - 1)

    def _note(self, fault: str, ledger: Ledger, at_most: int | None) -> None:
        ROWS.append(
            Row(
                fault=fault,
                broker=self.broker,
                records=len(ledger.raw),
                faults=self.faults,
                lost=len(ledger.lost),
                different=len(ledger.different),
                repeated=ledger.repeated,
                at_most=at_most,
                seconds=self.seconds,
            )
        )
