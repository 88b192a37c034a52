"""What time it is in a stream, by its records: a crawler with a wrong clock must not make the state forget all.

Nothing was crawled after a worker wrote it to our own topic: what claims to come from later is taken for that time. What
is old stays old. The present is the median time of the latest records: some of an archive among today's news turn
nothing back. (Kafka 4 refuses timestamps from the future itself, an hour ahead, where `message.timestamp.after.max.ms`
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
"""Seconds that a crawler's clock may be ahead of a worker's."""

_LATEST: Final = "latest"


class StreamClock:
    """The clock of one shard.

    Args:
        shard: `latest`: the times of the latest records.
    """

    def __init__(self, shard: MutableMapping[str, list[float]]) -> None:
        self._shard = shard

    @property
    def now(self) -> float:
        """The present, seconds since 1970; 0 before the first record."""
        latest = self._shard.get(_LATEST)
        return median_low(latest) if latest else 0.0

    def settle(self, told: float, written: float) -> float:
        """Return the time to take for a record, and let it bear witness.

        Args:
            told: when it was crawled, as it says.
            written: when it was written to the topic that is read.
        """
        at = written if told > written + AHEAD else told
        self._shard[_LATEST] = [*self._shard.get(_LATEST, []), at][-WITNESSES:]
        return at
