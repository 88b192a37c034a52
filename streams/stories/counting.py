"""Counts over the last hours and days in bounded memory: an hour is the smallest unit.

A count over a window takes in whole hours: the hour of the question, up to what came before it, and as many before as
the window has. So it looks back at most an hour less than the window says, and never more than it says. What comes late
counts in its own hour, as long as that is remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR: Final = 3600
WINDOWS: Final = {"12h": 12, "24h": 24, "3d": 72, "7d": 168}
"""Windows by name, in hours."""

LONGEST: Final = max(WINDOWS.values())
"""Hours that are remembered, and so the most numbers that one row holds, but one."""

Row = list[int]
"""The latest hour (since 1970), then what was counted in it, in the hour before, and so on; nothing counted: no row.

A row is written to a changelog whenever it changes: so it is two bytes an hour, and names no hour but one.
"""


def count_windows(row: Sequence[int], at: float) -> list[int]:
    """Return the count of each of `WINDOWS`, in their order, that ends at a time (seconds since 1970)."""
    if not row:
        return [0] * len(WINDOWS)
    latest, counts = row[0], row[1:]
    # Hours after the one asked for are left out: the row may know what came before something late.
    ahead = latest - int(at // HOUR)
    return [sum(counts[max(ahead, 0) : max(ahead + hours, 0)]) for hours in WINDOWS.values()]


def add(row: Sequence[int], at: float) -> Row:
    """Return the row with one more at a time, without the hours that no window reaches any more.

    What came too late for the longest window leaves the row as it is.
    """
    hour = int(at // HOUR)
    latest, counts = (row[0], list(row[1:])) if row else (hour, [])
    if hour > latest:
        # A name that was silent for years needs no years of nothing.
        counts[:0] = [0] * min(hour - latest, LONGEST)
        latest = hour
    age = latest - hour
    if age < LONGEST:
        counts += [0] * (age + 1 - len(counts))
        counts[age] += 1
    return [latest, *_trim(counts[:LONGEST])]


def latest_hour(row: Sequence[int]) -> int:
    """Return the hour (since 1970) in which something was counted last."""
    return row[0]


def _trim(counts: list[int]) -> list[int]:
    while counts and not counts[-1]:
        counts.pop()
    return counts
