"""Bounds of memory: how much the worker may ask for, and how many bytes of records it holds at a time.

The limit is RLIMIT_DATA: what the process has asked for to write to, and not RLIMIT_AS, which counts address space
that is only reserved (for each thread 64 MB by the C library) and files that are mapped. At the limit an allocation
fails: MemoryError in Python, numpy and lxml, an exception of the model's runtime; and the record that asked becomes a
dead letter of reason `out_of_memory` instead of the kernel killing the worker. A worker with the shipped model and
2 MB of text in work asked for 490 MB.

What cannot be had: Rust code (the tokenizer, orjson's and jsonschema's cores) ends the process with SIGABRT where it
is refused memory, and the records in flight are read again. A record that fills the memory with small objects leaves
nothing for the event loop either, and ends the worker (by the watchdog at the latest); it is read again.

What a worker holds at most, besides the model and what one batch makes of its records:

    in_flight_bytes or one record                           read and not yet acked (`Shelf`)
    + partitions * (FETCH_BYTES or one record) * 2          fetched ahead by the client, as they came and unpacked
    + the outputs of the records in flight                  handed over and not yet acknowledged

One record is at most what the topic takes (`largest_record`): with the defaults 64 MiB + 8 * 13 MiB * 2 + outputs.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import weakref
from collections import deque
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final

from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

FETCH_BYTES: Final = 1024 * 1024
"""Of one partition, unless its next batch is larger."""
PAUSES: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.05, 0.1, 0.1, 0.2, 0.2, 0.5)
"""Seconds between looks for room; the last one for ever."""
OVERHEAD: Final = 512
"""Bytes that a record costs beyond its value, its key and its headers, roughly."""


def limit_memory(limit: int) -> None:
    """Let this process ask for no more memory than this.

    Args:
        limit: bytes; 0 sets no limit.

    Raises:
        SettingsError: it is above the limit that this process was started with.
    """
    if not limit:
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if most not in (resource.RLIM_INFINITY, -1) and limit > most:
        msg = f"setting memory_limit: {limit} is above the limit of this process, {most} (ulimit -Hd)"
        raise SettingsError(msg)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


class Shelf:
    """Holds back reading while the messages that are alive are too many bytes.

    A message counts for as long as anyone holds it: in a buffer, in the window, in a thread. So nothing can be
    forgotten, whatever becomes of it: acked, let go, or thrown away by a rebalance. Whoever keeps one longer than
    needed only makes the room smaller: where nothing is in work, the next message is let in all the same.

    Args:
        most: bytes; one message is always let in.
        idle: tells that no record is in work.
    """

    def __init__(self, most: int, idle: Callable[[], bool] = lambda: False) -> None:
        self._most = most
        self._idle = idle
        self._held = 0
        self._left: deque[int] = deque()

    @property
    def held(self) -> int:
        """Bytes of the messages that are alive; to be asked on the event loop."""
        while self._left:
            self._held -= self._left.popleft()
        return self._held

    def take(self, message: Any) -> bool:
        """Take a message where there is room for it; tell whether there was."""
        size = size_of(message)
        if self.held and self._held + size > self._most:
            return False
        self._note(message, size)
        return True

    async def put(self, message: Any) -> None:
        """Take a message; waits until there is room."""
        pauses = chain(PAUSES, repeat(PAUSES[-1]))
        while not self.take(message):
            pause = next(pauses)
            await asyncio.sleep(pause)
            if pause == PAUSES[-1]:
                # What an exception's traceback holds is in a circle that only this collects.
                gc.collect()
                if self._idle():
                    self._note(message, size_of(message))
                    return

    def _note(self, message: Any, size: int) -> None:
        self._held += size
        # Its end may come in any thread, and in the middle of anything: no lock, no count, only a note.
        weakref.finalize(message, self._left.append, size).atexit = False


def size_of(message: Any) -> int:
    """Return the bytes that a message holds, roughly."""
    size = len(message.value or b"") + len(message.key or b"") + OVERHEAD
    for name, value in message.headers or ():
        size += len(name) + len(value or b"")
    return size
