"""How many articles came before: of a story, of an entity, of an entity in one mood. What comes again gets the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.stories.counting import HOUR, add, count_windows

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

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
        answers: what was counted -> its time and the answer it got.
    """

    def __init__(self, rows: MutableMapping[str, Row], answers: MutableMapping[str, dict[str, Any]]) -> None:
        self._rows = rows
        self._answers = answers

    def observe(
        self, event_id: str, keys: Sequence[str], at: float, *, again: bool = False
    ) -> dict[str, dict[str, int]]:
        """Return how many came before, by key and window, and count this one.

        Args:
            event_id: what is counted; the same id later gets the same answer and is not counted.
            keys: of `story_key` and `entity_keys`.
            at: its time, seconds since 1970.
            again: it is a new version of an article that was counted: it is answered and not counted.
        """
        known = self._answers.get(event_id)
        if known is not None:
            return dict(known["counts"])
        counts = {key: count_windows(self._rows.get(key, {}), at) for key in keys}
        if not again:
            for key in keys:
                self._rows[key] = add(self._rows.get(key, {}), at)
        self._answers[event_id] = {"at": at, "counts": counts}
        return counts

    def forget(self, rows_before: float, answers_before: float) -> None:
        """Forget keys of which nothing was counted since one time, and the answers given before another.

        Rows are bounded in length (`counting.LONGEST`); these two times bound how many there are.
        """
        for key in [key for key, row in self._rows.items() if max(map(int, row), default=0) < rows_before // HOUR]:
            self._rows.pop(key)
        for event_id in [event_id for event_id, answer in self._answers.items() if answer["at"] < answers_before]:
            self._answers.pop(event_id)
