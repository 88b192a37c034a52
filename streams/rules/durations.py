"""How long: `90m`, `12h`, `7d`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST: Final = timedelta(days=7)
_DURATION: Final = re.compile(r"([1-9][0-9]{0,4})([smhdw])", re.ASCII)


def read_duration(text: str) -> timedelta:
    """Read a duration of at most seven days.

    Raises:
        ValueError: it is none, or longer; the text says so.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        msg = "expected a number and s, m, h, d or w, such as 90m or 6h"
        raise ValueError(msg)
    duration = timedelta(seconds=int(found[1]) * UNITS[found[2]])
    if duration > LONGEST:
        msg = f"expected at most {write_duration(LONGEST)}: state is kept so long"
        raise ValueError(msg)
    return duration


def write_duration(duration: timedelta) -> str:
    """Write whole seconds in the largest unit that divides them, weeks aside: `write_duration(timedelta(hours=24)) == "1d"`."""
    seconds = int(duration.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % UNITS[unit] == 0)
    return f"{seconds // UNITS[unit]}{unit}"
