"""What time it is in a stream, by its records: a crawler with a wrong clock must not make the state forget all.

The present is the median time of the latest records. What claims to come from the far future is taken for the present;
what is old stays old. (Kafka 4 refuses such timestamps itself, an hour ahead, where `message.timestamp.after.max.ms`
is left as it is; older brokers take them.)
"""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

WITNESSES: Final = 9
"""Latest records whose median time is the present."""

AHEAD: Final = 3600.0
"""Seconds that a record may be ahead of the present."""

_LATEST: Final = "latest"


class StreamClock:
    """The clock of one shard.

    Args:
        shard: `latest`: the times of the latest records, as they were told.
    """

    def __init__(self, shard: MutableMapping[str, list[float]]) -> None:
        self._shard = shard

    @property
    def now(self) -> float | None:
        """The present, seconds since 1970; None before the first record."""
        latest = self._shard.get(_LATEST)
        return median_low(latest) if latest else None

    def settle(self, at: float) -> float:
        """Return the time to take for a record that tells this one, and let it bear witness."""
        latest = [*self._shard.get(_LATEST, []), at][-WITNESSES:]
        self._shard[_LATEST] = latest
        now = median_low(latest)
        return now if at > now + AHEAD and len(latest) > 1 else at
