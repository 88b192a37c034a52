"""The ledger finds what it is for: all fault tests rely on it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from faults.commits import Commits
from faults.feeding import digest
from faults.ledger import Ledger
from faults.progress import Progress
from streams.errors import DecodeError, Reason, Stage
from streams.records import InboundRecord
from streams.stages.dead_letter import dead_letter
from streams.stages.route.headers import INPUT
from streams.topics import DEAD, ENRICHED, MENTIONED, RAW

INPUTS = [(3, 0), (3, 1)]
COMMITTED_AT = 5_000


def output(topic: str, offset: int, place: int = 0, value: bytes = b"{}", time: int = 1_000) -> Any:
    """Return what came of a raw record of partition 3."""
    headers = [(INPUT, f"{RAW.name}/3/{place}".encode())]
    return SimpleNamespace(
        topic=topic, partition=1, offset=offset, key=b"k", value=value, headers=headers, timestamp=time
    )


def letter(offset: int, value: bytes) -> Any:
    record = InboundRecord(b"raw", datetime.now(UTC), key=b"k", partition=3, offset=0)
    (made,) = dead_letter(record, DecodeError(Reason.BAD_JSON, "no JSON"), Stage.DECODE).records
    return SimpleNamespace(
        topic=DEAD.name, partition=1, offset=offset, key=b"k", value=value, headers=made.headers, timestamp=1_000
    )


def whole(place: int, offset: int) -> list[Any]:
    return [output(ENRICHED.name, offset, place), output(MENTIONED.name, offset, place)]


@pytest.fixture
def ledger() -> Ledger:
    """Two inputs, each published once with its mention, as it should be."""
    ledger = Ledger(raw=dict.fromkeys(INPUTS, digest(b"raw")))
    for record in whole(0, 0) + whole(1, 1):
        ledger.book(record)
    return ledger


def commits() -> Commits:
    made = Commits()
    made.history[3].append((2, COMMITTED_AT))
    return made


def test_all_is_well(ledger: Ledger) -> None:
    found = (ledger.lost, ledger.both, ledger.different, ledger.mangled, ledger.unknown, ledger.repeated)
    assert found == ([], [], [], set(), 0, 0)
    assert ledger.too_late(commits()) == []


def test_what_never_came_out_is_lost(ledger: Ledger) -> None:
    ledger.raw[3, 2] = digest(b"raw")
    assert ledger.lost == [(3, 2)]


def test_an_article_without_its_mention_is_lost(ledger: Ledger) -> None:
    ledger.raw[3, 2] = digest(b"raw")
    ledger.book(output(ENRICHED.name, 2, place=2))
    assert ledger.lost == [(3, 2)]


def test_repeats_are_counted_and_held_against_the_first(ledger: Ledger) -> None:
    ledger.book(output(ENRICHED.name, 2))
    assert (ledger.repeated, ledger.different) == (1, [])
    ledger.book(output(ENRICHED.name, 3, value=b"{ }"))
    assert (ledger.repeated, ledger.different) == (2, [(3, 0)])


def test_a_mention_with_other_bytes_is_different(ledger: Ledger) -> None:
    ledger.book(output(MENTIONED.name, 2, value=b"{ }"))
    assert ledger.different == [(3, 0)]


def test_two_kinds_of_outcome_are_one_too_many(ledger: Ledger) -> None:
    ledger.book(letter(0, b"raw"))
    assert ledger.both == [(3, 0)]
    assert not ledger.mangled


def test_a_dead_letter_has_the_bytes_that_came(ledger: Ledger) -> None:
    ledger.book(letter(0, b"other"))
    assert ledger.mangled == {(3, 0)}


def test_what_names_no_record_is_unknown(ledger: Ledger) -> None:
    ledger.book(output(ENRICHED.name, 2, place=77))
    assert ledger.unknown == 1


@pytest.mark.parametrize(("time", "late"), [(COMMITTED_AT - 1, []), (COMMITTED_AT + 1, [(3, 0)])])
def test_a_repeat_after_the_commit_is_too_late(ledger: Ledger, time: int, late: list[Any]) -> None:
    ledger.book(output(ENRICHED.name, 2, time=time))
    assert ledger.too_late(commits()) == late


def test_offsets_that_were_set_back_excuse_a_repeat(ledger: Ledger) -> None:
    made = commits()
    made.history[3].append((0, COMMITTED_AT + 10))
    ledger.book(output(ENRICHED.name, 2, time=COMMITTED_AT + 11))
    assert ledger.too_late(made) == []


def test_what_stood_published_and_not_committed(ledger: Ledger) -> None:
    early = Progress({3: 0}, {3: 2}, {(ENRICHED.name, 1): 1})
    later = Progress({3: 0}, {3: 2}, {(ENRICHED.name, 1): 2})
    done = Progress({3: 2}, {3: 2}, {(ENRICHED.name, 1): 2})
    assert [ledger.most_uncommitted([look]) for look in (early, later, done)] == [1, 2, 0]
    assert ledger.most_uncommitted([early, later, done]) == 2
