"""Forgetting what is old: looked for once an hour of stream time, and forgotten a little with each record.

What one record changes is written to a changelog in one batch, which has a bound; after a silence of a week a great
deal is old at once.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
MOST: Final = 200
"""Rows forgotten with one record."""

_SWEPT: Final = "swept"


@dataclass(frozen=True, slots=True)
class Ageing:
    """Rows that grow old.

    Attributes:
        age: seconds after which they are forgotten.
        find: returns the keys of those from before a time.
        forget: forgets one of these, if it is still from before the time.
    """

    age: float
    find: Callable[[float], Iterable[str]]
    forget: Callable[[str, float], object]


class Sweep:
    """Forgets.

    Args:
        shard: `swept`: the hour that was looked through last.
        rows: what is forgotten.
    """

    def __init__(self, shard: MutableMapping[str, Any], *rows: Ageing) -> None:
        self._shard = shard
        self._rows = rows
        self._found: deque[tuple[Ageing, str, float]] = deque()

    def run(self, now: float) -> None:
        """Forget some of what is old at a time of the stream."""
        hour = int(now // HOUR)
        swept = self._shard.get(_SWEPT)
        if swept is None or hour > swept:
            self._shard[_SWEPT] = hour
            befores = [(each, now - each.age) for each in self._rows]
            self._found = deque((each, key, before) for each, before in befores for key in each.find(before))
        for _ in range(min(MOST, len(self._found))):
            each, key, before = self._found.popleft()
            each.forget(key, before)
