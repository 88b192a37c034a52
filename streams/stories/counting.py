"""Counts over the last hours and days in bounded memory: an hour is the smallest unit.

A count over a window takes in whole hours: the hour of the question, up to what came before it, and as many before as
the window has. So it looks back at most an hour less than the window says, and never more than it says. What comes late
counts in its own hour, as long as that is remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR: Final = 3600
WINDOWS: Final = {"12h": 12, "24h": 24, "3d": 72, "7d": 168}
"""Windows by name, in hours."""

LONGEST: Final = max(WINDOWS.values())
"""Hours that are remembered, and so the most numbers that one row holds."""

Row = dict[str, int]
"""Hours since 1970, as text (JSON has no other keys), and what was counted in each; hours of nothing are left out."""


def count_windows(row: Mapping[str, int], at: float) -> dict[str, int]:
    """Return the count of each window that ends at a time (seconds since 1970)."""
    now = int(at // HOUR)
    ages = [(now - int(hour), count) for hour, count in row.items()]
    return {name: sum(count for age, count in ages if 0 <= age < hours) for name, hours in WINDOWS.items()}


def add(row: Mapping[str, int], at: float) -> Row:
    """Return the row with one more at a time, without the hours that no window reaches any more.

    What came too late for the longest window leaves the row as it is.
    """
    hour = int(at // HOUR)
    latest = max([hour, *map(int, row)])
    kept = {each: count for each, count in row.items() if latest - int(each) < LONGEST}
    if latest - hour < LONGEST:
        kept[str(hour)] = kept.get(str(hour), 0) + 1
    return kept
