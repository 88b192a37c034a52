"""What tells the same: an article against those of its shard, by its text's keys and by its event's."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from streams.stories.comparing import Match, compare
from streams.stories.fingerprints import Fingerprint
from streams.stories.index import CAPACITY, WINDOW, Index

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

MOST_COMPARED: Final = 32
"""Articles compared at most by text, and as many by event, the likeliest first."""

PAIRED: Final = 4
"""The most salient names, of which each two together stand for an event."""


class Finder:
    """The articles of one shard.

    Args:
        prints: article id -> packed fingerprint.
        postings: see `Index`.
        times: see `Index`.
        window: seconds for which articles are remembered.
        capacity: articles remembered at most.
    """

    def __init__(
        self,
        prints: MutableMapping[str, bytes],
        postings: MutableMapping[str, str],
        times: MutableMapping[str, tuple[float, tuple[str, ...]]],
        window: float = WINDOW,
        capacity: int = CAPACITY,
    ) -> None:
        self._prints = prints
        self._index = Index(postings, times, window, capacity)

    def __len__(self) -> int:
        """How many articles are remembered."""
        return len(self._index)

    def find(self, print_: Fingerprint) -> list[tuple[str, Match]]:
        """Return who tells the same, the strongest first; the article itself is left out."""
        alike = self._index.find(print_.keys, print_.at)[:MOST_COMPARED]
        events = self._index.find(event_keys(print_), print_.at, fewest=1)[:MOST_COMPARED]
        matches = [(id_, match) for id_, match in self._compare(print_, dict.fromkeys([*alike, *events])) if match]
        return sorted(matches, key=lambda found: found[1].strength, reverse=True)

    def add(self, print_: Fingerprint, copied: str | None = None) -> list[str]:
        """Remember an article, in the place of an earlier version of it; return the ids of those forgotten.

        Args:
            print_: of the article.
            copied: whose copy it is. That one is found by the keys that both have, and remembered anew; so a text on a
                thousand sites takes the room of one, and the first of them is the one that is found.
        """
        keys = (*print_.keys, *event_keys(print_))
        if copied is not None:
            self._index.renew(copied, print_.at)
            held = frozenset(self._index.keys_of(copied))
            keys = tuple(key for key in keys if key not in held)
        gone = self._index.add(print_.id, print_.at, keys)
        self._prints[print_.id] = print_.pack()
        for id_ in gone:
            self._prints.pop(id_, None)
        return gone

    def _compare(self, print_: Fingerprint, ids: Iterable[str]) -> Iterable[tuple[str, Match | None]]:
        for id_ in ids:
            other = Fingerprint.unpack(self._prints[id_]) if id_ != print_.id and id_ in self._prints else None
            if other is not None:
                yield id_, compare(print_, other)


def event_keys(print_: Fingerprint) -> list[str]:
    """Return a key for each two of an article's most salient names; without a vector there is nothing to compare."""
    if not len(print_.vector):
        return []
    return [f"{one} {other}".replace(" ", "+") for one, other in combinations(sorted(print_.names[:PAIRED]), 2)]
