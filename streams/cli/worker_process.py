"""A worker as a child process: started, waited for until it is ready, stopped with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO, TYPE_CHECKING
from urllib.error import URLError

from streams.adapters.broker import HOST, free_port
from streams.adapters.supervision.tether import die_with_parent
from streams.errors import NewsStreamsError
from streams.settings_sources import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.settings import Settings

SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_TO_KILL = 4.0
"""What a worker gets beyond its own stop_timeout before it is killed."""
LOG_LINES = 8


class WorkerError(NewsStreamsError):
    """The worker ended, or did not become ready; the text has the last lines of its log."""


class WorkerProcess:
    """One running worker.

    Args:
        process: of `news-streams worker`.
        log: where its output goes.
        port: where its /ready listens.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], port: int) -> None:
        self._process = process
        self._log = log
        self._port = port

    @property
    def address(self) -> str:
        """Where its web server listens, the live page with it if the settings ask for it."""
        return f"http://{HOST}:{self._port}/"

    def wait_until_ready(self, seconds: float) -> float:
        """Wait until it says so; return the seconds that it took.

        Raises:
            WorkerError: it ended, or was not ready in time.
        """
        started = time.monotonic()
        while not self._is_ready():
            self.check()
            if time.monotonic() - started > seconds:
                msg = f"the worker was not ready within {seconds:g} s; its last lines: {self.last_lines()}"
                raise WorkerError(msg)
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return time.monotonic() - started

    def check(self) -> None:
        """Raise WorkerError if it is no longer there."""
        if (code := self._process.poll()) is not None:
            msg = f"the worker ended with exit code {code}; its last lines: {self.last_lines()}"
            raise WorkerError(msg)

    def last_lines(self) -> str:
        """Return the end of its log on one line."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 8192))
        lines = self._log.read().decode(errors="replace").splitlines()
        return " | ".join(line.strip() for line in lines[-LOG_LINES:] if line.strip()) or "none"

    def stop(self, seconds: float) -> None:
        """Ask it to finish what is in flight; kill it after so many seconds."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self._port}/ready", timeout=1) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (URLError, OSError):
            return False


@contextmanager
def run_worker(settings: Settings) -> Iterator[WorkerProcess]:
    """Run `news-streams worker` with these settings for the length of a `with`.

    It has a session of its own, so that Ctrl-C reaches only us and we stop it in order; Linux kills it if we die.
    """
    port = free_port()
    environment = os.environ | {
        f"{PREFIX}BROKER": settings.broker,
        f"{PREFIX}WEB_HOST": HOST,
        f"{PREFIX}WEB_PORT": str(port),
        f"{PREFIX}WEB_PAGE": str(settings.web_page),
        # Its last lines are shown to a person where it fails.
        f"{PREFIX}LOG_FORMAT": "text",
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streams.cli", "worker"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - we have one thread when this is called
        )
        worker = WorkerProcess(process, log, port)
        try:
            yield worker
        finally:
            worker.stop(settings.stop_timeout + SECONDS_TO_KILL)
