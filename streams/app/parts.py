"""What the parts of a worker have in common: each reads topics, and is asked how it is doing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

from streams.adapters.supervision.lag import lag_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faust.types import TP, AppT

    from streams.adapters.supervision.lag import Lag
    from streams.adapters.supervision.watchdog import Work
    from streams.adapters.workarounds.faust_worker import NewsApp
    from streams.topics import Topic


class Part(Protocol):
    """The agents of one kind."""

    def work_on(self, topic: str) -> Work:
        """Return what the agent of a topic has done, and whether it has records in hand."""

    @property
    def in_flight(self) -> int:
        """Records read and not yet acked."""

    @property
    def sources(self) -> Iterable[str]:
        """The topics that are read."""

    @property
    def ready(self) -> bool:
        """Whether it could work on a record at once."""

    def assign(self, assigned: Iterable[TP]) -> None:
        """Take what the group gave us."""

    def let_go(self) -> None:
        """Forget the records that have not begun."""

    def next_offset(self, tp: TP) -> int | None:
        """Return the offset after the last one acked of a partition, None before the first."""

    def oldest(self, tp: TP) -> float | None:
        """Return when the oldest record in flight of a partition was produced, seconds since 1970."""


def bytes_of(app: AppT, topic: Topic) -> Any:
    """Return a topic for an agent: bytes in, nothing decoded."""
    return app.topic(topic.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


def measure_lag(app: NewsApp, part: Part, tp: TP) -> Lag:
    """Return how far a partition is behind."""
    where = (tp.topic, tp.partition)
    return lag_of(where, app.consumer.highwater(tp), next_to_do(app, part, tp), part.oldest(tp), time.time())


def next_to_do(app: NewsApp, part: Part, tp: TP) -> int | None:
    """Return the first offset of a partition that is not done; None where unknown.

    Where all that was read is done, that is where the client stands: others may have done what lies before it, it may be
    gone, and the mark at the end of a transaction is read by nobody. A worker that waited for those would be stalled.
    """
    committed = app.consumer._committed_offset.get(tp)  # type: ignore[attr-defined]  # noqa: SLF001 - no public word for it
    done = max((each for each in (part.next_offset(tp), committed) if each is not None), default=None)
    position = app.position(tp)
    if position is None or app.read_to.get(tp, 0) > (done or 0):
        return done
    return max(position, done or 0)
