"""One run of synchronous work in a thread of its own, which can be given up.

A Python thread cannot be killed. One that is given up is asked to end by an exception raised where its Python code
is (`PyThreadState_SetAsyncExc`), which ends an endless loop in Python; one that waits inside a library stays, and
is counted for as long as it does.
"""

from __future__ import annotations

import asyncio
import ctypes
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SLICES = 10
"""A time limit is waited for in so many parts, each counted once however late it ends: a process that was stopped
and goes on, or a machine that slept, does not make work late that had no chance to run."""


class GivenUpError(SystemExit):
    """Raised in a thread that was given up; of a kind that the pipeline lets through."""


class Attempt(Generic[T]):
    """Work begun in a thread.

    Args:
        work: what to do; whatever it raises is a result too.
        on_end: called on the event loop when the thread has ended after it was given up.
    """

    def __init__(self, work: Callable[[], T], on_end: Callable[[Attempt[T]], None]) -> None:
        self._work = work
        self._on_end = on_end
        self._given_up = False
        self._loop = asyncio.get_running_loop()
        self._result: asyncio.Future[T | BaseException] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)

    async def result(self, limit: float) -> T | BaseException:
        """Do the work; return what it gave or raised.

        Args:
            limit: seconds.

        Raises:
            TimeoutError: it did not come back; the thread is given up.
        """
        try:
            self._thread.start()
        except (RuntimeError, MemoryError) as error:
            # The system gives no more threads, or no memory for one.
            return MemoryError(f"no thread could be started: {error}")
        for _ in range(SLICES):
            await asyncio.wait([self._result], timeout=limit / SLICES)
            if self._result.done():
                return self._result.result()
        self._give_up()
        raise TimeoutError

    def _give_up(self) -> None:
        self._given_up = True
        if self._thread.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self._thread.ident), ctypes.py_object(GivenUpError)
            )

    def _run(self) -> None:
        result: T | BaseException
        try:
            result = self._work()
        except BaseException as error:  # noqa: BLE001 - even SystemExit out of a library is a result
            result = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._end, result)

    def _end(self, result: T | BaseException) -> None:
        if self._given_up:
            self._on_end(self)
        elif not self._result.done():
            self._result.set_result(result)
