"""The pipeline, whatever the records: exactly one outcome each, nothing raised, nothing lost, the same again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from streams.outcomes import DeadLettered, Published
from streams.pipeline import Pipeline
from streams.records import InboundRecord
from streams.topics import DEAD, ENRICHED, MENTIONED

if TYPE_CHECKING:
    from streams.pipeline import Enrich

TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
NEWS = st.sampled_from(
    [
        "Presiden Vladimir Putin tiba di Minsk, Sabtu (16/9/2023).",
        "<html><body><article><p>Presiden Putin tiba di Minsk.</p></article></body></html>",
        "Rep: Rizky / Red: Esthi",
        "JAKARTA, KOMPAS.com - Hujan.",
        "Baca Juga:",
        "\x00\ufeff\u202e",
        "Sabtu , 16 Sep 2023, 17:42 WIB",
    ]
)
BODIES = st.lists(NEWS | WORDS, max_size=8).map("\n\n".join)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "text": BODIES | st.none(),
        "html": BODIES | st.none(),
        **dict.fromkeys(["url", "id", "source", "title", "language", "published_at", "fetched_at"], WORDS | st.none()),
    },
)
HEADER_NAMES = st.sampled_from(
    ["traceparent", "ce_id", "content-type", "__connect.errors.attempts", "__connect.errors.stage"]
)
HEADERS = st.lists(st.tuples(HEADER_NAMES | st.text(max_size=8), st.none() | st.binary(max_size=60)), max_size=4).map(
    tuple
)
RECORDS = st.builds(
    InboundRecord,
    value=st.none() | st.binary(max_size=100) | DOCUMENTS.map(orjson.dumps),
    timestamp=TIMES,
    key=st.none() | st.binary(max_size=20),
    headers=HEADERS,
    partition=st.integers(0, 2**31 - 1),
    offset=st.integers(0, 2**63 - 1),
)


@given(st.lists(RECORDS, max_size=5))
def test_exactly_one_outcome_each_and_the_same_again(enrich: Enrich, records: list[InboundRecord]) -> None:
    pipeline = Pipeline(enrich)
    outcomes = pipeline.process(records)  # conftest holds every output against its schema and its record
    assert len(outcomes) == len(records)
    for outcome in outcomes:
        topics = Counter(record.topic for record in outcome.records)
        if isinstance(outcome, Published):
            assert topics == +Counter({ENRICHED.name: 1, MENTIONED.name: len(outcome.article.entities)})
        else:
            assert isinstance(outcome, DeadLettered)
            assert topics == {DEAD.name: 1}
    assert pipeline.process(records) == outcomes
    assert [outcome for record in records for outcome in pipeline.process([record])] == outcomes


@given(st.lists(RECORDS, min_size=1, max_size=3), st.integers(1, 3))
def test_a_dead_letter_replayed_fails_the_same_with_one_more_attempt(
    enrich: Enrich, records: list[InboundRecord], replays: int
) -> None:
    pipeline = Pipeline(enrich)
    for outcome in pipeline.process(records):
        for _ in range(replays if isinstance(outcome, DeadLettered) else 0):
            (letter,) = outcome.records
            again = InboundRecord(letter.value, datetime(2026, 1, 1, tzinfo=UTC), letter.key, letter.headers)
            (replayed,) = pipeline.process([again])
            assert (replayed.stage, replayed.reason, replayed.message) == (
                outcome.stage,
                outcome.reason,
                outcome.message,
            )
            assert _attempts(replayed) == _attempts(outcome) + 1
            outcome = replayed  # noqa: PLW2901 - each replay goes on from the last


def _attempts(outcome: Any) -> int:
    (stated,) = [value for name, value in outcome.records[0].headers if name == "__connect.errors.attempts"]
    return int(stated)
