"""Workers as processes of their own, as a supervisor would run them: started, asked, signalled, killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FAKE_WORKER = [sys.executable, str(Path(__file__).with_name("fake_worker.py"))]
PATIENCE = 60.0
"""Seconds until a test that waits gives up; no test passes or fails by a shorter time."""


class Worker:
    """A worker as a process of its own."""

    patience = PATIENCE

    def __init__(self, command: Sequence[str], address: str, log: Path, settings: dict[str, str]) -> None:
        self.port = free_port()
        self.log_path = log
        self._log: IO[bytes] = log.open("wb")
        fixed = {"broker": address, "web_port": str(self.port), "session_timeout": "2", "log_format": "text"}
        environment = {f"NEWS_STREAMS_{name.upper()}": value for name, value in (fixed | settings).items()}
        self.process = subprocess.Popen(command, env=os.environ | environment, stdout=self._log, stderr=self._log)

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def get(self, path: str) -> tuple[int, str]:
        """Ask the worker's web server; status 0 while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def metric(self, line: str) -> float:
        """Return the value of one sample, by its name and labels as on the page."""
        found = [each for each in self.get("/metrics")[1].splitlines() if each.startswith(f"{line} ")]
        return float(found[0].rsplit(" ", 1)[1]) if found else 0.0

    def wait_ready(self) -> None:
        self.wait_for(lambda: self.get("/ready")[0] == 200)

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Wait until something holds; fails early where the worker ended."""
        deadline = time.monotonic() + self.patience
        while not what():
            assert self.process.poll() is None, f"the worker ended with {self.process.returncode}:\n{self.log}"
            assert time.monotonic() < deadline, f"waited in vain:\n{self.log}"
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the worker and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(self.patience)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self._log.close()


def order(name: str, do: str = "publish", **more: Any) -> bytes:
    """A raw record for the fake pipeline."""
    return json.dumps({"id": name, "do": do, **more}).encode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
