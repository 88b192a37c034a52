"""The last cards of one kind, numbered from 0 on, within a count and a number of bytes: the oldest go."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import islice

CHUNK_CARDS = 250
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some cards in a row.

    Attributes:
        first: number of the first of them.
        cards: each a JSON object.
        skipped: how many before them were gone already.
    """

    first: int
    cards: tuple[bytes, ...]
    skipped: int

    @property
    def next(self) -> int:
        """Number of the card after them."""
        return self.first + len(self.cards)

    def json(self) -> bytes:
        """Return it as the page reads it."""
        return b'{"first":%d,"skipped":%d,"cards":[%s]}' % (self.first, self.skipped, b",".join(self.cards))


class Log:
    """Cards in the order in which they came.

    Args:
        most: cards that are kept.
        most_bytes: bytes of them that are kept.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._cards: deque[bytes] = deque()
        self._bytes = 0
        self.first = 0

    @property
    def next(self) -> int:
        """The number that the next card gets."""
        return self.first + len(self._cards)

    def append(self, card: bytes) -> None:
        """Add a card; the oldest make room."""
        self._cards.append(card)
        self._bytes += len(card)
        while len(self._cards) > self._most or (self._bytes > self._most_bytes and len(self._cards) > 1):
            self._bytes -= len(self._cards.popleft())
            self.first += 1

    def since(self, place: int) -> Chunk:
        """Return the cards from a number on, as many as go into one message; none where it is up to date."""
        start = min(max(place, self.first), self.next)
        cards: list[bytes] = []
        size = 0
        for card in islice(self._cards, start - self.first, start - self.first + CHUNK_CARDS):
            size += len(card)
            if cards and size > CHUNK_BYTES:
                break
            cards.append(card)
        return Chunk(start, tuple(cards), max(0, start - place))


class Bell:
    """Wakes whoever waits for news; rung as often as one likes."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the next ring."""
        await self._rung.wait()
