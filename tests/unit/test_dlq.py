"""Dead letters read from anything, times and positions on the command line, and what a view lets through."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.dead_letters.letters import Origin, Position, own_headers, read_letter
from streams.adapters.dead_letters.selection import Filters
from streams.adapters.dead_letters.settlements import SETTLED_AS, SETTLES, State, read_settlement
from streams.cli import commands
from streams.cli.dead_letter_findings import Shown
from streams.cli.dead_letter_view import print_letter
from streams.cli.times import read_time
from streams.errors import DecodeError, Reason
from streams.records import InboundRecord
from streams.stages.dead_letter import PREFIX, dead_letter
from streams.stages.route.headers import INPUT

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


@dataclass
class Record:
    """What a Kafka client gives, as far as it is looked at."""

    headers: Any = ()
    value: bytes | None = b""
    key: bytes | None = None
    partition: int = 3
    offset: int = 18
    timestamp: int = 1_770_000_000_000
    topic: str = "news.articles.dlq"


NAMES = st.sampled_from(
    [PREFIX + name for name in ("stage", "reason", "topic", "partition", "offset", "attempts", "exception.message")]
    + [SETTLES, SETTLED_AS, INPUT, "news_streams.value.left_at"]
)
CONTENTS = st.one_of(
    st.none(),
    st.binary(max_size=30),
    st.sampled_from([b"1", b"-1", b"9" * 40, b"3:17", b"a/1/2", b"replayed", "٣".encode()]),
)
RECORDS = st.builds(
    Record,
    headers=st.lists(st.tuples(st.one_of(NAMES, st.text(max_size=10)), CONTENTS), max_size=12).map(tuple),
    value=st.one_of(st.none(), st.binary(max_size=50)),
    key=st.one_of(st.none(), st.binary(max_size=10)),
    timestamp=st.integers(-(2**63), 2**63 - 1),
)


@given(RECORDS)
def test_any_record_is_read_and_shown_without_an_error(record: Record) -> None:
    letter, mark = read_letter(record), read_settlement(record)
    if letter is not None:
        assert letter.attempts >= 0
        assert letter.position == (3, 18)
    if mark is not None:
        assert mark[0].partition == 3
        assert mark[0].offset < 18
    print_letter(Shown(record, letter, None if letter is None else mark and mark[1]))


def test_a_view_never_prints_a_control_code(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "".join(map(chr, [*range(32), *range(127, 160), 0x202E, 0x2066])).encode()
    headers = tuple(
        (name + "\x1b[1m" * own, hostile) for name in (PREFIX + "stage", PREFIX + "reason") for own in (0, 1)
    )
    record = Record(headers=(*headers, (PREFIX + "exception.stacktrace", hostile)), value=hostile, key=hostile)
    print_letter(Shown(record, read_letter(record), None))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", capsys.readouterr().out)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**18 - 1))
def test_places_are_written_as_they_are_read(partition: int, offset: int) -> None:
    assert Position.parse(str(Position(partition, offset))) == (partition, offset)
    assert Origin.parse(str(Origin("a.b", partition, offset))) == ("a.b", partition, offset)


@pytest.mark.parametrize(
    "text", ["", "3", ":", "3:", ":7", "3:-1", "3:1 ", "3:1\n", "x:1", "\u0663:\u0661", "3:" + "9" * 30]
)
def test_what_is_no_position_is_none(text: str) -> None:
    assert Position.parse(text) is None


def test_what_the_worker_writes_is_read_back() -> None:
    own = (("traceparent", b"00"), ("empty", None), (PREFIX + "other", b"a crawler's own"))
    raw = InboundRecord(b"{", NOW, b"k", (*own, (PREFIX + "attempts", b"2")), "news.articles.raw", 4, 99)
    (out,) = dead_letter(raw, DecodeError(Reason.BAD_JSON, "not JSON"), DecodeError.stage).records
    letter = read_letter(Record(headers=out.headers, value=out.value))
    assert letter is not None
    assert (letter.origin, letter.stage, letter.reason, letter.message, letter.attempts, letter.size) == (
        ("news.articles.raw", 4, 99),
        "decode",
        "bad_json",
        "not JSON",
        3,
        1,
    )
    assert own_headers(out.headers) == own


def test_the_filters_hold_together() -> None:
    letter = read_letter(Record(headers=((PREFIX + "stage", b"decode"),)))
    assert letter is not None
    assert Filters().match(letter)
    assert Filters(stages=frozenset({"decode"}), since=letter.time).match(letter)
    assert not Filters(stages=frozenset({"decode"}), until=letter.time).match(letter)
    assert not Filters(topics=frozenset({"news.articles.raw"})).match(letter), "it does not say where it came from"


def test_only_a_mark_behind_its_letter_counts() -> None:
    def mark(position: bytes, state: bytes = b"replayed") -> Record:
        return Record(headers=((SETTLES, position), (SETTLED_AS, state), (INPUT, b"t/1/2")), value=b"replayed to t/1/9")

    found = read_settlement(mark(b"3:17"))
    assert found is not None
    assert (found[0], found[1].state, found[1].note, found[1].origin) == (
        (3, 17),
        State.REPLAYED,
        "replayed to t/1/9",
        "t/1/2",
    )
    assert [read_settlement(mark(place)) for place in (b"3:18", b"2:17", b"", b"x")] == [None] * 4
    assert read_settlement(mark(b"3:17", b"eaten")) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00:00+07:00", datetime(2026, 1, 31, 5, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_times(text: str, time: datetime) -> None:
    assert read_time(text, NOW) == time


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--since", "yesterday"], "'yesterday' is no time such as"),
        (["list", "--since", "999999w"], "'999999w' is no time such as"),
        (["list", "--since", "1h", "--until", "2h"], "is not before --until"),
        (["list", "--stage", "cook"], "'cook' is not one of 'decode'"),
        (["list", "--limit", "0"], "is not in the range"),
        (["show", "3-17"], "'3-17' is no PARTITION:OFFSET such as 3:17"),
        (["replay", "x"], "'x' is no PARTITION:OFFSET"),
        (["replay", "--max-attempts", "0"], "is not in the range"),
        (["discard", "--confirm", "all"], "'all' is not a valid integer"),
    ],
)
def test_bad_arguments_are_named(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(commands, ["dlq", *arguments, "--broker", "kafka://127.0.0.1:1"])
    assert result.exit_code == 2
    assert said in result.stderr
