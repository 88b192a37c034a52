"""The crew: the workers of one group, as processes that can be killed, stopped and joined by others."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workers import FAKE_WORKER, Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 180.0
"""Seconds until someone who waits for a process gives up: several of them share a machine here."""
EXPECTED = (None, 0, -signal.SIGKILL)
"""Still there, stopped or killed."""


class Crew:
    """Workers of one group; all of them are killed when the scene ends, whatever became of them.

    Args:
        address: `kafka://host:port`.
        folder: for their logs.
        command: what a worker is; the fake one unless told.
        settings: of every worker.

    Attributes:
        supervised: whether another is started where one ended by itself, as systemd or Kubernetes would; else it fails the test.
        restarts: how often that was.
        on_disk: whether each keeps its tables in a folder of its own instead of in memory.
    """

    def __init__(
        self, address: str, folder: Path, command: Sequence[str] = FAKE_WORKER, settings: dict[str, str] | None = None
    ) -> None:
        self.address = address
        self.folder = folder
        self.command = command
        self.settings = settings or {}
        self.started: list[Worker] = []
        self.supervised = False
        self.restarts = 0
        self.on_disk = False
        self._ended: set[Worker] = set()

    @property
    def alive(self) -> list[Worker]:
        """Those that have not ended, the oldest first."""
        return [worker for worker in self.started if worker.process.poll() is None]

    @property
    def logs(self) -> str:
        """The logs of all, one after the other."""
        return "\n".join(worker.log for worker in self.started)

    def start(self, *, ready: bool = True, **settings: str) -> Worker:
        """Start another worker; wait until it has partitions, unless told not to."""
        name = f"worker-{len(self.started)}"
        if self.on_disk:
            settings["state_dir"] = str(self.folder / f"{name}-state")
        worker = Worker(self.command, self.address, self.folder / f"{name}.log", self.settings | settings)
        worker.patience = PATIENCE
        self.started.append(worker)
        if ready:
            worker.wait_ready()
        return worker

    def stop(self) -> None:
        """Stop all that are alive, the oldest first."""
        for worker in self.alive:
            code = worker.stop()
            assert code == 0, f"a worker ended with {code}:\n{worker.log[-3000:]}"

    def tend(self) -> None:
        """Look after workers that ended and that nobody here has ended."""
        for worker in [
            each for each in self.started if each.process.poll() not in EXPECTED and each not in self._ended
        ]:
            code = worker.process.returncode
            assert self.supervised, f"a worker ended by itself with {code}:\n{worker.log[-3000:]}"
            self._ended.add(worker)
            self.restarts += 1
            self.start(ready=False)

    def close(self) -> None:
        """Kill all that are left."""
        for worker in self.started:
            worker.kill()


def descendants(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that they have."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, rest = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        children.setdefault(int(rest[1]), set()).add(number)
    found, new = set[int](), {pid}
    while new:
        new = set().union(*(children.get(each, ()) for each in new)) - found
        found |= new
    return found


def wait_gone(pids: set[int]) -> None:
    """Wait until none of these processes is there; a zombie is gone."""
    deadline = time.monotonic() + PATIENCE
    while left := {pid for pid in pids if is_there(pid)}:
        assert time.monotonic() < deadline, f"left behind: {left}"
        time.sleep(0.05)


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
