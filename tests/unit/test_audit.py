"""The ledger of one partition: whatever was read and booked, it adds up."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.accounting import DEAD_BIT, DROPPED_BIT, ENRICHED_BIT, MOST_NAMED, Ledger, input_of_letter
from streams.adapters.dead_letters.letters import Origin
from streams.errors import Stage
from streams.pipeline import Pipeline
from streams.records import InboundRecord
from streams.stages.dead_letter import dead_letter
from streams.stages.route.headers import INPUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.records import OutboundRecord

TIME = datetime(2026, 1, 1, tzinfo=UTC)
OFFSETS = st.integers(0, 60)
ALL = (ENRICHED_BIT, DROPPED_BIT, DEAD_BIT)
BITS = st.sampled_from(ALL)


def test_every_output_says_which_raw_record_it_came_from(inbound: Callable[..., Any], enrich: Any) -> None:
    record = inbound({"text": "Presiden Putin tiba di Minsk."}, topic="news.articles.raw", partition=3, offset=17)
    (outcome,) = Pipeline(enrich).process([record])
    assert len(outcome.records) > 1
    for output in outcome.records:
        assert Origin.parse(dict(output.headers)[INPUT].decode()) == ("news.articles.raw", 3, 17)


def test_a_dead_letter_of_a_later_stage_is_booked_on_its_raw_record(inbound: Callable[..., Any], enrich: Any) -> None:
    record = inbound({"text": "Presiden Putin tiba di Minsk."}, topic="news.articles.raw", partition=3, offset=17)
    (outcome,) = Pipeline(enrich, stories=True).process([record])
    (read,) = outcome.records
    later = InboundRecord(read.value, TIME, read.key, read.headers, read.topic, 5, 99)
    (letter,) = dead_letter(later, ValueError("x"), Stage.PLACES).records
    assert input_of_letter(as_consumed(letter)) == ("news.articles.raw", 3, 17)
    (own,) = dead_letter(record, ValueError("x"), Stage.ENRICH).records
    assert input_of_letter(as_consumed(own)) == ("news.articles.raw", 3, 17)
    assert input_of_letter(as_consumed(read)) is None


def as_consumed(record: OutboundRecord) -> ConsumerRecord:
    return ConsumerRecord(record.topic, 0, 0, 0, 0, record.key, record.value, None, 0, 0, record.headers)


@given(
    st.sets(OFFSETS),
    st.lists(st.tuples(OFFSETS, BITS)),
    st.sets(OFFSETS),
    st.one_of(st.none(), st.integers(0, 70)),
    st.integers(0, 2**40),
)
def test_it_adds_up_as_a_plain_count_does(
    read: set[int], booked: list[tuple[int, int]], between: set[int], committed: int | None, base: int
) -> None:
    ledger = Ledger()
    for offset in sorted(read):
        ledger.note(base + offset)
    for offset in between:
        ledger.pass_on(base + offset)
    known = [ledger.book(base + offset, bit) for offset, bit in booked]
    account = ledger.close(3, None if committed is None else base + committed)

    assert known == [offset in read for offset, _ in booked]
    done = {bit: {offset for offset, each in booked if each == bit and offset in read} for bit in ALL}
    outcomes = Counter(offset for offsets in done.values() for offset in offsets)
    lost = sorted(offset for offset in read - outcomes.keys() - between if offset < (committed or 0))
    doubled = sorted(offset for offset, count in outcomes.items() if count > 1)
    counted = (account.enriched, account.dropped, account.dead_lettered)
    assert (account.read, *counted) == (len(read), *(len(done[bit]) for bit in ALL))
    assert (account.missing, account.both) == (len(lost), len(doubled))
    assert account.in_flight == len(read) - len(outcomes) - len(lost)
    assert account.first_missing == tuple(base + offset for offset in lost[:MOST_NAMED])
    assert account.first_both == tuple(base + offset for offset in doubled[:MOST_NAMED])
    assert account.repeated == sum(known) - outcomes.total()
    assert account.agrees == (not lost and not doubled)
    assert account.first == (base + min(read) if read else None)
