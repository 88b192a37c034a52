"""The network between a worker and its broker: cut without a word, mended, or slow.

Where the machine allows it, the broker lives in a network namespace of its own, at the far end of a cable that can be
unplugged (`Distant`). Everywhere, it may stand behind a line of the test's own that goes silent: connections stay
open and new ones are taken, but nothing comes through (`Behind`). That line can be slow as well; the kernel's
`netem` is not there on every machine.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from apache_kafka import ApacheKafka, free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apache_kafka import Node

CLONE_NEWNET = 0x40000000
PIECE = 64 * 1024
NEAR, FAR = "10.213.{}.1", "10.213.{}.2"
"""Addresses of the two ends of a cable; the third number is the test's."""


def may_make_namespaces() -> bool:
    """Tell whether this machine lets us make network namespaces."""
    name = f"news-streams-may-{os.getpid()}"
    try:
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made


@dataclass(slots=True)
class Distant(ApacheKafka):
    """One node in a network namespace, at the other end of a cable."""

    number: int = field(default_factory=lambda: os.getpid() % 200 + 20)

    @property
    def name(self) -> str:
        """Of the namespace and of the near end of the cable."""
        return f"news{self.number}"

    @property
    def address(self) -> str:
        return f"kafka://{FAR.format(self.number)}:{self.nodes[0].port}"

    def cut(self) -> None:
        """Unplug the cable."""
        ip("link", "set", self.name, "down")

    def mend(self) -> None:
        """Plug it in again."""
        ip("link", "set", self.name, "up")

    def __enter__(self) -> Self:
        ip("netns", "add", self.name)
        try:
            ip("link", "add", self.name, "type", "veth", "peer", "name", "far", "netns", self.name)
            ip("addr", "add", f"{NEAR.format(self.number)}/30", "dev", self.name)
            ip("link", "set", self.name, "up")
            ip("-n", self.name, "addr", "add", f"{FAR.format(self.number)}/30", "dev", "far")
            for device in ("lo", "far"):
                ip("-n", self.name, "link", "set", device, "up")
            with inside(self.name):
                ApacheKafka.__enter__(self)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        ApacheKafka.__exit__(self)
        # Perhaps for the second time, after a start that failed.
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)

    def _properties(self, node: Node, *more: Any) -> dict[str, str]:
        listener = f"PLAINTEXT://0.0.0.0:{node.port}"
        whole = ApacheKafka._properties(self, node, *more)
        return whole | {
            "listeners": f"{listener},{whole['listeners'].split(',')[1]}",
            "advertised.listeners": f"PLAINTEXT://{FAR.format(self.number)}:{node.port}",
        }


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """Put this thread, and the processes that it starts, into a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as home, Path("/run/netns", namespace).open() as there:
        if libc.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=True)


class Line:
    """A TCP line of our own, in a thread.

    Attributes:
        port: where it is taken up.
        target: port that it leads to.
        delay: seconds that every piece of up to 64 KiB takes, either way.
    """

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self.target = 0
        self.delay = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._begun = threading.Event()
        self._end = asyncio.Event()
        self._through = asyncio.Event()
        self._through.set()

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        self._begun.wait()

    def stop(self) -> None:
        """Hang up."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def pause(self, *, cut: bool) -> None:
        """Hold back what comes, or let it go on."""
        self._loop.call_soon_threadsafe(self._through.clear if cut else self._through.set)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self._begun.set()
        await self._end.wait()
        server.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await self._through.wait()
            back, forth = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(self._carry(reader, forth), self._carry(back, writer))
        writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(PIECE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._through.wait()
                writer.write(piece)
                await writer.drain()
        finally:
            writer.close()


@dataclass(slots=True)
class Behind(ApacheKafka):
    """One node behind a line that can go silent or be slow."""

    line: Line = field(default_factory=Line)

    @property
    def address(self) -> str:
        return f"kafka://127.0.0.1:{self.line.port}"

    def cut(self) -> None:
        """Let nothing through from now on."""
        self.line.pause(cut=True)

    def mend(self) -> None:
        """Let everything through again."""
        self.line.pause(cut=False)

    def __enter__(self) -> Self:
        self.line.start()
        # Where it fails, it calls our own `__exit__`.
        ApacheKafka.__enter__(self)
        return self

    def __exit__(self, *_: object) -> None:
        ApacheKafka.__exit__(self)
        self.line.stop()

    def _properties(self, node: Node, *more: Any) -> dict[str, str]:
        whole = ApacheKafka._properties(self, node, *more)
        self.line.target = node.port
        return whole | {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.line.port}"}
