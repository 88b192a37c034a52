"""The three stages on tables of JSON text, as a worker holds them: from raw records to what is published."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from streams.records import InboundRecord, OutboundRecord
from streams.stateful.places import open_places
from streams.stateful.repeats import open_repeats
from streams.stateful.trends import open_trends
from streams.topics import FRESH, MENTIONED, READ

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.stateful.work import Answer, Work


WRITTEN = datetime.fromtimestamp(1_700_080_000, UTC)
"""When the stages' own records were written: less than a day after the crawls of these tests."""


class Rows(MutableMapping[str, Any]):
    """A table: what goes in is written, so nothing can be changed behind its back."""

    def __init__(
        self, rows: dict[str, bytes], written: list[int], write: Any = orjson.dumps, read: Any = orjson.loads
    ) -> None:
        self.rows = rows
        self._written = written
        self._write = write
        self._read = read

    def __getitem__(self, key: str) -> Any:
        return self._read(self.rows[key])

    def __setitem__(self, key: str, value: Any) -> None:
        key.encode()
        self.rows[key] = self._write(value)
        self._written.append(len(key) + len(self.rows[key]))

    def __delitem__(self, key: str) -> None:
        del self.rows[key]
        self._written.append(len(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class DictTables:
    """Tables over dicts, which a restart may take over."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, bytes]] = {}
        self.written: list[int] = []

    def json(self, name: str) -> Rows:
        return Rows(self.kept.setdefault(name, {}), self.written)

    def raw(self, name: str) -> Rows:
        return Rows(self.kept.setdefault(name, {}), self.written, bytes, bytes)

    @property
    def rows(self) -> int:
        return sum(map(len, self.kept.values()))


class Stage:
    """One stage, every record of which can be given again."""

    def __init__(self, open_: Callable[[Any], Work], check: Callable[[OutboundRecord], None]) -> None:
        self.tables = DictTables()
        self.offset = 0
        self._open = open_
        self._check = check
        self.work = open_(self.tables)

    def restart(self) -> None:
        self.work = self._open(self.tables)

    def take(self, record: InboundRecord) -> Answer:
        answer = self.work.take(record)
        for each in answer.records:
            self._check(each)
        return answer

    def feed(self, records: tuple[OutboundRecord, ...], topic: str) -> list[tuple[InboundRecord, Answer]]:
        """Give the stage what of these is for it, as it would read it."""
        return [(read, self.take(read)) for each in records if each.topic == topic for read in [self._place(each)]]

    def _place(self, record: OutboundRecord) -> InboundRecord:
        self.offset += 1
        return InboundRecord(record.value, WRITTEN, record.key, record.headers, record.topic, 0, self.offset)


class Desk:
    """Repeats, places and trends, one behind the other."""

    def __init__(self, check: Callable[[OutboundRecord], None]) -> None:
        self.repeats = Stage(open_repeats, check)
        self.places = Stage(open_places, check)
        self.trends = Stage(open_trends, check)
        self.seen: list[tuple[Stage, InboundRecord, Answer]] = []

    def take(self, records: tuple[OutboundRecord, ...]) -> list[OutboundRecord]:
        """Return all that comes of what the pipeline routed, in order."""
        published: list[OutboundRecord] = []
        for stage, topic in ((self.repeats, READ), (self.places, FRESH), (self.trends, MENTIONED)):
            told = stage.feed(records, topic.name)
            self.seen += [(stage, *each) for each in told]
            records = tuple(each for _, answer in told for each in answer.records)
            published += records
        return published


def at(record: InboundRecord, seconds: float) -> InboundRecord:
    """Return a record of another time."""
    return replace(record, timestamp=datetime.fromtimestamp(seconds, UTC))
