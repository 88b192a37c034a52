"""Times on the wire: RFC 3339, always with an offset."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def rfc3339(time: datetime) -> str:
    """Format an aware time with milliseconds; UTC is written `Z`.

    Raises:
        ValueError: the time is naive.
    """
    if time.tzinfo is None:
        msg = "a time on the wire needs an offset"
        raise ValueError(msg)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
