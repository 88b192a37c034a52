"""Who may be alike: keys to articles, for the length of the window. One index serves one shard of the keys.

The index itself is a table (a dict, or RocksDB under Faust): a key's value names the articles that have it, so that it
is spread over partitions by key, survives a restart, and forgets an article exactly, by the article's own keys.
What LSH libraries keep in a process of their own could do none of this.
"""

from __future__ import annotations

from collections import Counter, deque
from heapq import heapify, heappop, heappush
from statistics import median_low
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping


CROWD: Final = 48
"""Articles that one key may have; the oldest go. What more articles share is a phrase of the house, and tells nothing."""

FEWEST_KEYS: Final = 2
"""Keys that an article must share to be compared: one alone is mostly a common phrase."""

WINDOW: Final = 72 * 3600.0
"""Seconds for which articles are remembered."""

CAPACITY: Final = 500_000
"""Articles remembered at most; the oldest go."""


MOST_FORGOTTEN: Final = 32
"""Articles forgotten at a time: what one article changes must stay small, after a silence of a week as well."""

WITNESSES: Final = 9
"""Latest articles whose median time is taken for the present: a crawler with a wrong clock does not empty the index."""


class Index:
    """The articles of one shard by their keys.

    Args:
        postings: key -> ids of articles, oldest first, separated by a blank.
        times: article id -> its time and its keys.
        window: seconds.
        capacity: articles.
    """

    def __init__(
        self,
        postings: MutableMapping[str, str],
        times: MutableMapping[str, tuple[float, tuple[str, ...]]],
        window: float = WINDOW,
        capacity: int = CAPACITY,
    ) -> None:
        self._postings = postings
        self._known = times
        self._window = window
        self._capacity = capacity
        self._oldest = [(at, id_) for id_, (at, _) in times.items()]
        heapify(self._oldest)
        self._latest: deque[float] = deque(sorted(at for at, _ in self._oldest)[-WITNESSES:], WITNESSES)

    def __len__(self) -> int:
        """How many articles are remembered."""
        return len(self._known)

    def find(self, keys: Iterable[str], at: float, fewest: int = FEWEST_KEYS) -> list[str]:
        """Return the ids of articles that share keys, those that share the most first.

        Args:
            keys: of the article.
            at: its time; what lies further from it than the window is left out.
            fewest: keys to share.
        """
        counts: Counter[str] = Counter()
        for key in keys:
            counts.update(self._postings.get(key, "").split())
        alike = [(-count, id_) for id_, count in counts.items() if count >= fewest and self._is_near(id_, at)]
        return [id_ for _, id_ in sorted(alike)]

    def add(self, id_: str, at: float, keys: Iterable[str]) -> list[str]:
        """Remember an article, in the place of an earlier version of it; return the ids of those forgotten."""
        if id_ in self._known:
            self._forget(id_)
        self._latest.append(at)
        kept = tuple(dict.fromkeys(keys))
        self._known[id_] = (at, kept)
        for key in kept:
            ids = [*self._postings.get(key, "").split(), id_]
            self._postings[key] = " ".join(ids[-CROWD:])
        heappush(self._oldest, (at, id_))
        return self._forget_the_old()

    def keys_of(self, id_: str) -> tuple[str, ...]:
        """Return the keys of an article, none where it is not remembered."""
        known = self._known.get(id_)
        return tuple(known[1]) if known is not None else ()

    def renew(self, id_: str, at: float) -> None:
        """Remember an article for the length of the window from a later time on."""
        known = self._known.get(id_)
        if known is not None and at > known[0]:
            self._known[id_] = (at, known[1])
            heappush(self._oldest, (at, id_))

    def _is_near(self, id_: str, at: float) -> bool:
        known = self._known.get(id_)
        return known is not None and abs(known[0] - at) <= self._window

    def _forget_the_old(self) -> list[str]:
        gone: list[str] = []
        end = median_low(self._latest) - self._window
        while self._oldest and (len(self._known) > self._capacity or self._oldest[0][0] < end):
            if len(gone) == MOST_FORGOTTEN:
                break  # the rest goes with the next articles; it is found no more meanwhile
            at, id_ = heappop(self._oldest)
            known = self._known.get(id_)
            if known is not None and known[0] == at:
                self._forget(id_)
                gone.append(id_)
        return gone

    def _forget(self, id_: str) -> None:
        _, keys = self._known.pop(id_)
        for key in keys:
            ids = [each for each in self._postings.get(key, "").split() if each != id_]
            if ids:
                self._postings[key] = " ".join(ids)
            else:
                self._postings.pop(key, None)
