"""`enrich` without its model: order, bounded reading ahead, lines at once, failures in their place."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import count, islice
from threading import Event
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.offline import Line, Offline
from streams.adapters.sources.reading_ahead import ReadAhead
from streams.adapters.sources.readings import Entry, Reading, Unreadable
from streams.errors import Reason, SourceError, Stage
from streams.outcomes import DeadLettered, Dropped, Outcome, Published
from streams.records import InboundRecord, OutboundRecord
from streams.topics import ENRICHED, MENTIONED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Echo:
    """A pipeline that gives back what it got: `dead` dies, `drop` is dropped, the rest is enriched."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.times: list[datetime] = []

    def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        self.batches.append(len(records))
        self.times += [record.timestamp for record in records]
        return [self._outcome(record) for record in records]

    def _outcome(self, record: InboundRecord) -> Outcome:
        if record.value == b"dead":
            return DeadLettered(Stage.DECODE, Reason.BAD_JSON, "no", ())
        if record.value == b"drop":
            return Dropped("unchanged", ())
        first, second = OutboundRecord(MENTIONED.name, None, b"?"), OutboundRecord(ENRICHED.name, None, record.value)
        article: Any = None
        return Published(article, (first, second))


def run(readings: Any, *, batch: int = 4, threads: int = 2, pipeline: Any = None) -> Iterator[Line]:
    return Offline(pipeline or Echo(), batch, 0.01, threads, lambda: NOW).run(readings)


def shown(reading: Reading) -> Any:
    if isinstance(reading, Unreadable):
        return {"dead_letter": {"stage": "decode", "reason": "too_large", "message": "big", "source": reading.origin}}
    if reading.value == b"dead":
        return {"dead_letter": {"stage": "decode", "reason": "bad_json", "message": "no", "source": reading.origin}}
    if reading.value == b"drop":
        return {"dropped": {"reason": "unchanged", "source": reading.origin}}
    return orjson.loads(reading.value)


READINGS = st.lists(st.sampled_from(["dead", "drop", "big"]) | st.integers(0, 9).map(str), max_size=40).map(
    lambda names: [
        Unreadable(f"f:{n}", Reason.TOO_LARGE, "big") if name == "big" else Entry(f"f:{n}", name.encode())
        for n, name in enumerate(names)
    ]
)


@given(readings=READINGS, batch=st.integers(1, 9), threads=st.integers(1, 4))
def test_one_line_per_record_in_order_whatever_fails(readings: list[Reading], batch: int, threads: int) -> None:
    lines = list(run(readings, batch=batch, threads=threads))
    assert [orjson.loads(line.json) for line in lines] == [shown(reading) for reading in readings]
    assert [line.failed for line in lines] == ["dead_letter" in str(shown(reading)) for reading in readings]


def test_an_endless_source_is_read_only_a_little_ahead() -> None:
    read = 0

    def endless() -> Iterator[Reading]:
        nonlocal read
        for read in count(1):  # noqa: B007 - seen from outside
            yield Entry("f", b"1")

    lines = run(endless(), batch=4, threads=2)
    assert len(list(islice(lines, 100))) == 100
    time.sleep(0.05)
    assert read < 100 + 4 * 8
    lines.close()  # type: ignore[attr-defined]


def test_a_line_comes_out_while_the_source_still_waits() -> None:
    more = Event()

    def slow() -> Iterator[Reading]:
        yield Entry("f:1", b"1")
        assert more.wait(30)
        yield Entry("f:2", b"2")

    lines = run(slow())
    assert next(lines).json == b"1"
    more.set()
    assert next(lines).json == b"2"
    assert list(lines) == []


def test_a_batch_is_shared_and_bounded() -> None:
    pipeline = Echo()
    assert len(list(run([Entry("f", b"1")] * 20, batch=4, threads=1, pipeline=pipeline))) == 20
    assert max(pipeline.batches) <= 4


@pytest.mark.parametrize(
    ("fetched_at", "time"),
    [
        ("2023-09-16T11:02:13Z", datetime(2023, 9, 16, 11, 2, 13, tzinfo=UTC)),
        ("2023-09-16T18:02:13+07:00", datetime(2023, 9, 16, 11, 2, 13, tzinfo=UTC)),
        ("2023-09-16T18:02:13", NOW),
        ("yesterday", NOW),
        ("0001-01-01T00:00:00+14:00", NOW),
        (17, NOW),
        (None, NOW),
    ],
)
def test_the_time_of_a_record_is_when_it_was_fetched(fetched_at: object, time: datetime) -> None:
    pipeline = Echo()
    list(run([Entry("f", orjson.dumps({"fetched_at": fetched_at}))], pipeline=pipeline))
    assert pipeline.times == [time]


@pytest.mark.parametrize("value", [b'["fetched_at"]', b'{"fetched_at"', b'"fetched_at"'])
def test_the_time_of_a_record_that_is_no_object_is_now(value: bytes) -> None:
    pipeline = Echo()
    list(run([Entry("f", value)], pipeline=pipeline))
    assert pipeline.times == [NOW]


def test_what_reading_raises_is_raised_here_after_what_came_before() -> None:
    def failing() -> Iterator[int]:
        yield 1
        msg = "gone"
        raise SourceError(msg)

    ahead = ReadAhead(failing(), 4, 100, lambda _: 1)
    assert ahead.take(9, None, 1) == [1]
    assert ahead.more
    with pytest.raises(SourceError, match="gone"):
        ahead.take(9, None, 1)
    assert not ahead.more


@given(st.lists(st.integers(0, 30)), st.integers(1, 5), st.integers(1, 40), st.integers(1, 5))
def test_reading_ahead_loses_nothing_and_holds_no_more_than_it_may(
    items: list[int], most: int, weight: int, count: int
) -> None:
    ahead = ReadAhead(items, most, weight, int)
    taken: list[int] = []
    while ahead.more:
        held = list(ahead._held)
        assert len(held) <= most
        assert sum(held) <= weight or len(held) == 1
        batch = ahead.take(count, 1, 1)
        assert len(batch) <= count
        assert sum(batch[:-1]) < weight
        taken += batch
    assert taken == items
