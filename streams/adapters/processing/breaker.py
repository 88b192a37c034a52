"""The breaker: stops a worker when almost everything fails, instead of draining the topic into the dead letters.

The rule: of the last `breaker_records` records that were fit to be enriched, a share of `breaker_ratio` failed for a
reason that is ours. A failure is ours when its reason is in `OURS`: something raised that should not, no memory, the
time limit, an output that fits no schema. A record that is no article (no JSON, no text, too large) says nothing
about whether we work: it is left out, so that a burst of nothing but bad records flows to the dead letters.

A worker that has enriched nothing yet is judged after a tenth of the records: a supervisor that starts it again and
again does not drain the topic either.
"""

from __future__ import annotations

from collections import deque
from math import ceil
from typing import TYPE_CHECKING, Final

from streams.errors import Reason
from streams.outcomes import DeadLettered

if TYPE_CHECKING:
    from streams.outcomes import Outcome
    from streams.stateful.work import Answer

OURS: Final = frozenset({Reason.INTERNAL, Reason.TIMEOUT, Reason.OUT_OF_MEMORY, Reason.BAD_OUTPUT})
"""Reasons of dead letters that name a failure of ours, not of the record."""
FIRST_PART: Final = 10


class TrippedError(Exception):
    """Almost everything fails; the text says how much, and with which reason the last one failed."""


class Breaker:
    """Judges outcomes in the order of their records.

    Args:
        records: how many of the last ones are looked at; 0 never stops.
        ratio: share of them, above 0 and up to 1.
    """

    def __init__(self, records: int, ratio: float) -> None:
        self._records = records
        self._ratio = ratio
        self._last: deque[bool] = deque(maxlen=records)
        self._succeeded = False

    def judge(self, outcome: Outcome | Answer) -> None:
        """Take an outcome into account, before it is published.

        Raises:
            TrippedError: it must not be published: with it the share is reached.
        """
        if not isinstance(outcome, DeadLettered):
            self._last.append(False)
            self._succeeded = True
        elif outcome.reason in OURS:
            self._last.append(True)
            self._require_share(outcome)

    def _require_share(self, failed: DeadLettered) -> None:
        seen, failures = len(self._last), sum(self._last)
        enough = self._records if self._succeeded else ceil(self._records / FIRST_PART)
        if self._records and seen >= enough and failures >= self._ratio * seen:
            # Not its message: that may quote the article.
            msg = f"{failures} of the last {seen} records failed, the last with {failed.reason} in {failed.stage}"
            raise TrippedError(msg)
