"""Quiet hours, in the time zone that they are meant in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from streams.rules.model import SEVERITIES

if TYPE_CHECKING:
    from streams.rules.model import Quiet, Rule

MOST_SPANS: Final = 15
"""Quiet spans in a row that are joined: a week of whole days, and one more."""


def quiet_until(rule: Rule, moment: datetime) -> datetime | None:
    """Return when the quiet hours end that a moment lies in, in UTC; None where an alert may be sent then."""
    quiet = rule.quiet
    if quiet is None or _is_loud(rule, quiet):
        return None
    end = None
    for _ in range(MOST_SPANS):
        next_ = _span_end(quiet, end or moment)
        if next_ is None:
            break
        end = next_
    return end


def _is_loud(rule: Rule, quiet: Quiet) -> bool:
    return quiet.unless is not None and SEVERITIES.index(rule.severity) >= SEVERITIES.index(quiet.unless)


def _span_end(quiet: Quiet, moment: datetime) -> datetime | None:
    """Return the end of the one span that a moment lies in; it began today or yesterday."""
    today = moment.astimezone(quiet.zone).date()
    for day in (today, today - timedelta(days=1)):
        if quiet.days and day.weekday() not in quiet.days:
            continue
        last = day + timedelta(days=quiet.end <= quiet.start)
        # Compared in UTC: local times are not in order where a clock is put back.
        start = datetime.combine(day, quiet.start, quiet.zone).astimezone(UTC)
        end = datetime.combine(last, quiet.end, quiet.zone).astimezone(UTC)
        if start <= moment < end:
            return end
    return None
