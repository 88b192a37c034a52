"""Contestants as processes: started, looked at, stopped; none outlives the benchmark."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from typing import IO, TYPE_CHECKING, Final, Self

import psutil

from streams.adapters.supervision.tether import die_with_parent
from streams.errors import NewsStreamsError

if TYPE_CHECKING:
    from streams.bench.tasks import Task

SECONDS_TO_STOP: Final = 15.0
LOG_LINES: Final = 8


class ContestantError(NewsStreamsError):
    """A contestant ended, or came to a halt; the text has the last lines of its log."""


class Child:
    """One process of a contestant, for the length of a `with`.

    Args:
        module: under `streams.bench.contestants`.
        task: what it has to do.
        core: the only one that it may use; None leaves it all.
    """

    def __init__(self, module: str, task: Task, core: int | None = None) -> None:
        self._module = module
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [*self.command(), task.argument()],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it calls one function of the C library
        )
        self._looked_at = psutil.Process(self._process.pid)
        if core is not None:
            # Before it has made a thread: those take over the core of the one that makes them.
            self._looked_at.cpu_affinity([core])
        self.peak = 0

    def command(self) -> list[str]:
        """Return what is run, but for the task."""
        return [sys.executable, "-m", f"streams.bench.contestants.{self._module}"]

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *reason: object) -> None:
        """Stop it, and kill it where it does not stop."""
        del reason
        self.stop()
        self._log.close()

    def check(self) -> None:
        """Raise ContestantError if it is no longer there."""
        if (code := self._process.poll()) is not None:
            msg = f"{self._module} ended with exit code {code}; its last lines: {self.last_lines()}"
            raise ContestantError(msg)

    def cpu_seconds(self) -> float:
        """Return what it has used so far, its children included; notes its memory."""
        family = [self._looked_at, *self._looked_at.children(recursive=True)]
        self.peak = max(self.peak, sum(each.memory_info().rss for each in family))
        return sum(times.user + times.system for times in (each.cpu_times() for each in family))

    def stop(self) -> None:
        """Ask it to finish what is in flight; kill it where it takes too long."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def last_lines(self) -> str:
        """Return the end of its log on one line."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 4096))
        lines = self._log.read().decode(errors="replace").splitlines()
        return " | ".join(line.strip() for line in lines[-LOG_LINES:] if line.strip()) or "none"
