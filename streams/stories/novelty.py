"""How many articles came before: of a story, of an entity, of an entity in one mood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.stories.counting import HOUR, add, count_windows, latest_hour

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence

    from streams.stories.counting import Row


def story_key(story_id: str) -> str:
    """Return the key of a story's counts."""
    return f"story {story_id}"


def entity_keys(entity_id: str, sentiment: str | None) -> tuple[str, str]:
    """Return the keys of an entity's counts and of its counts in one mood (`unknown` where there is none)."""
    return f"entity {entity_id}", f"mood {sentiment or 'unknown'} {entity_id}"


class Novelty:
    """The counts of one shard.

    Args:
        rows: key -> counts by hour.
    """

    def __init__(self, rows: MutableMapping[str, Row]) -> None:
        self._rows = rows

    def observe(self, keys: Sequence[str], at: float, *, again: bool = False) -> list[list[int]]:
        """Return how many came before, for each key by window (`counting.WINDOWS`, in their order), and count this one.

        Whoever may ask twice of one thing keeps the answer.

        Args:
            keys: of `story_key` and `entity_keys`, each once.
            at: its time, seconds since 1970.
            again: it is a new version of an article that was counted: it is answered and not counted.
        """
        counts = [count_windows(self._rows.get(key, ()), at) for key in keys]
        if not again:
            for key in keys:
                self._rows[key] = add(self._rows.get(key, ()), at)
        return counts

    def find_silent(self, before: float) -> Iterator[str]:
        """Yield the keys of which nothing was counted since the hour of a time."""
        return (key for key, row in self._rows.items() if latest_hour(row) < before // HOUR)

    def forget(self, key: str, before: float) -> None:
        """Forget a key if it is silent still. Rows are bounded in length; this bounds how many there are."""
        row = self._rows.get(key)
        if row is not None and latest_hour(row) < before // HOUR:
            self._rows.pop(key)
