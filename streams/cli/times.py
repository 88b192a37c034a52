"""Times on the command line: RFC 3339, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO: Final = re.compile(rf"([0-9]{{1,6}})([{''.join(UNITS)}])", re.ASCII)


class TimeType(click.ParamType):
    """A moment: `2026-01-31T12:00:00+07:00`, `2026-01-31` (UTC where no offset is given), or `90m`, `12h`, `7d` ago."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read an aware time, or fail and say what one looks like."""
        if isinstance(value, datetime):
            return value
        try:
            return read_time(str(value), datetime.now(UTC))
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time such as 2026-01-31T12:00:00+07:00, 2026-01-31, 90m, 12h or 7d", param, ctx)


def read_time(text: str, now: datetime) -> datetime:
    """Read a time or how long before `now`.

    Raises:
        ValueError: it is neither.
        OverflowError: longer ago than the calendar goes.
    """
    ago = _AGO.fullmatch(text)
    if ago:
        return now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


TIME = TimeType()
