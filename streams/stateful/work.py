"""What a stage with a memory is: its topics, its tables, and the answer to one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from streams.errors import Stage
    from streams.records import InboundRecord, OutboundRecord
    from streams.topics import Topic


class Tables(Protocol):
    """The tables of one partition of a stage; what is set is seen at once, and lost again where the record fails."""

    def json(self, name: str) -> MutableMapping[str, Any]:
        """Return a table of plain JSON values; a value must be set anew to change it. `len` costs nothing."""

    def raw(self, name: str) -> MutableMapping[str, bytes]:
        """Return a table of bytes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one record.

    Attributes:
        records: to publish.
        name: published, dropped or none, for the metrics.
    """

    records: tuple[OutboundRecord, ...] = ()
    name: str = "published"


class Work(Protocol):
    """A stage at one partition."""

    def take(self, record: InboundRecord) -> Answer:
        """Answer a record. What it raises makes the record a dead letter; its changes to the tables are undone."""

    def tick(self, now: float) -> Answer:
        """Do what is due by the clock; called every second or so while no record comes.

        Args:
            now: seconds since 1970.
        """


@dataclass(frozen=True, slots=True)
class Remembering:
    """A stage with a memory.

    Attributes:
        name: of the stage, as in metrics and dead letters.
        source: what it reads.
        changelog: where its tables are kept: as many partitions as the source has; None for a stage without tables.
        open: makes the work of one partition from its tables.
    """

    name: Stage
    source: Topic
    changelog: Topic | None
    open: Callable[[Tables], Work]
