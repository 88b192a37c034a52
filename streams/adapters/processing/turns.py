"""Turns: whoever publishes first hands over first, also where something is tried again.

Two versions of an article have the same key and so the same partition. The producer keeps what it was given in
order; here what failed is handed over again before anything that came after it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import chain, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turns:
    """The order of handing over."""

    def __init__(self) -> None:
        self._numbers = count()
        self._failed: set[int] = set()
        self._waiting: dict[int, asyncio.Event] = {}

    def __bool__(self) -> bool:
        """Whether whoever comes now has to wait: something failed and is tried again, or waits behind what did."""
        return bool(self._failed or self._waiting)

    @property
    def failing(self) -> bool:
        """Whether something failed and is tried again."""
        return bool(self._failed)

    @property
    def _first(self) -> int:
        return min(chain(self._waiting, self._failed), default=-1)

    def draw(self) -> int:
        """Return the next number."""
        return next(self._numbers)

    def fail(self, number: int) -> None:
        """Let those that come after wait until this one is done."""
        self._failed.add(number)

    def finish(self, number: int) -> None:
        """Make way for those that come after."""
        self._failed.discard(number)
        self._wake()

    @asynccontextmanager
    async def take(self, number: int) -> AsyncIterator[None]:
        """Hold the turn for the length of a `with`; waits while one before waits, or has failed and is not done."""
        woken = self._waiting[number] = asyncio.Event()
        try:
            while self._first != number:
                woken.clear()
                await woken.wait()
            yield
        finally:
            del self._waiting[number]
            self._wake()

    def _wake(self) -> None:
        woken = self._waiting.get(self._first)
        if woken is not None:
            woken.set()
