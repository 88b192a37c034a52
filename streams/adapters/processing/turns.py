"""Turns: whoever publishes first hands over first, also where something is tried again.

Two versions of an article have the same key and so the same partition. The producer keeps what it was given in
order; here what failed is handed over again before anything that came after it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turns:
    """The order of handing over."""

    def __init__(self) -> None:
        self._numbers = count()
        self._failed: set[int] = set()
        self._turn = asyncio.Condition()

    def __bool__(self) -> bool:
        """Whether something failed and is tried again."""
        return bool(self._failed)

    def draw(self) -> int:
        """Return the next number."""
        return next(self._numbers)

    def fail(self, number: int) -> None:
        """Let those that come after wait until this one is done."""
        self._failed.add(number)

    async def finish(self, number: int) -> None:
        """Make way for those that come after."""
        if number in self._failed:
            self._failed.discard(number)
            async with self._turn:
                self._turn.notify_all()

    @asynccontextmanager
    async def take(self, number: int) -> AsyncIterator[None]:
        """Hold the turn for the length of a `with`; waits while one before has failed and is not done."""
        async with self._turn:
            await self._turn.wait_for(lambda: not any(each < number for each in self._failed))
            yield
