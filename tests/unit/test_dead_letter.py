"""dead_letter: the record as it came, the reason behind it, and nothing that should not be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streams.errors import DecodeError, Reason, Stage
from streams.stages.dead_letter import dead_letter

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.outcomes import DeadLettered
    from streams.records import InboundRecord, OutboundRecord

    Inbound = Callable[..., InboundRecord]
    Check = Callable[[OutboundRecord], None]

PREFIX = "__connect.errors."
QUOTED = "what only the article says"


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    with pytest.raises(type(error)) as caught:
        raise error from cause
    return caught.value


def errors(outcome: DeadLettered) -> dict[str, str]:
    (record,) = outcome.records
    return {name.removeprefix(PREFIX): value.decode() for name, value in record.headers if name.startswith(PREFIX)}


def test_the_record_is_untouched_and_says_why(inbound: Inbound, fits_contract: Check) -> None:
    own = (("a", b"1"), ("a", None), ("\U0001f600", b"\xff"), ("", b""))
    record = inbound(b"\xff\x00", key=b"\xfe", headers=own, topic="news.articles.raw", partition=3, offset=1234)
    outcome = dead_letter(record, raised(DecodeError(Reason.BAD_JSON, "not JSON: line 1")), Stage.DECODE)
    (letter,) = outcome.records
    fits_contract(letter)
    assert (letter.topic, letter.key, letter.value) == ("news.articles.dlq", b"\xfe", b"\xff\x00")
    assert letter.headers[:4] == own
    stated = errors(outcome)
    trace = stated.pop("exception.stacktrace")
    assert stated == {
        "topic": "news.articles.raw",
        "partition": "3",
        "offset": "1234",
        "stage": "decode",
        "reason": "bad_json",
        "class.name": "streams.stages.decode",
        "exception.class.name": "streams.errors.DecodeError",
        "exception.message": "not JSON: line 1",
        "attempts": "1",
    }
    assert trace.startswith("streams.errors.DecodeError\n  at ")
    assert trace.endswith("in raised")
    assert (outcome.stage, outcome.reason, outcome.message) == (Stage.DECODE, Reason.BAD_JSON, "not JSON: line 1")


def test_a_tombstone_stays_one(inbound: Inbound) -> None:
    (letter,) = dead_letter(inbound(None), DecodeError(Reason.TOMBSTONE, "null"), Stage.DECODE).records
    assert letter.value is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimeoutError("took 30 s"), Reason.TIMEOUT),
        (RecursionError("maximum recursion depth exceeded"), Reason.TOO_DEEP),
        (MemoryError(), Reason.OUT_OF_MEMORY),
        (KeyError("x"), Reason.INTERNAL),
        (BaseException("a panic"), Reason.INTERNAL),
    ],
)
def test_each_error_has_its_reason(
    inbound: Inbound, fits_contract: Check, error: BaseException, reason: Reason
) -> None:
    outcome = dead_letter(inbound(b""), raised(error), Stage.ENRICH)
    fits_contract(outcome.records[0])
    assert (outcome.reason, errors(outcome)["reason"]) == (reason, reason)


def test_a_replay_adds_to_the_attempts_and_replaces_the_old_reason(inbound: Inbound, fits_contract: Check) -> None:
    foreign = (f"{PREFIX}connector.name", b"jdbc")
    headers = (("mine", b"1"), foreign)
    for attempts in ("1", "2", "3"):
        outcome = dead_letter(inbound(b"x", headers=headers), ValueError("no"), Stage.ENRICH)
        headers = outcome.records[0].headers
        fits_contract(outcome.records[0])
        assert errors(outcome)["attempts"] == attempts
    assert len(headers) == 2 + 10
    assert headers[:2] == (("mine", b"1"), foreign)
    assert (
        errors(dead_letter(inbound(b"x", headers=headers), ValueError(), Stage.ENRICH, attempts=5))["attempts"] == "8"
    )


@pytest.mark.parametrize("stated", [b"", None, b"-1", b"many", b"1e9", "٣".encode(), b"9" * 5000])
def test_a_count_that_is_none_starts_anew(inbound: Inbound, stated: bytes | None) -> None:
    record = inbound(b"", headers=((f"{PREFIX}attempts", stated),))
    assert errors(dead_letter(record, ValueError(), Stage.ROUTE))["attempts"] == "1"


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("two\nlines\r\x1b[31m and \u2028 more"), "two lines [31m and   more"),
        (ValueError("half \ud800 pair"), "half \\ud800 pair"),
        (ValueError(""), "builtins.ValueError"),
        (ValueError(" \n"), "builtins.ValueError"),
        (UnprintableError(), f"{__name__}.UnprintableError"),
        (ValueError("x" * 10_000_000), "x" * 299 + "…"),
        (ValueError("\ud800" * 10_000), ("\\ud800" * 300)[:299] + "…"),
    ],
)
def test_messages_are_one_bounded_line(inbound: Inbound, fits_contract: Check, error: Exception, message: str) -> None:
    outcome = dead_letter(inbound(b""), error, Stage.EXTRACT)
    fits_contract(outcome.records[0])
    assert outcome.message == errors(outcome)["exception.message"] == message


def test_a_stack_trace_holds_no_values_and_is_bounded(inbound: Inbound) -> None:
    def sink(depth: int) -> None:
        if depth == 0:
            raise ValueError(QUOTED)
        sink(depth - 1)

    with pytest.raises(ValueError, match=QUOTED) as caught:
        sink(500)
    error = raised(RuntimeError(QUOTED), caught.value)
    trace = errors(dead_letter(inbound(b""), error, Stage.ENRICH))["exception.stacktrace"]
    assert QUOTED not in trace
    assert trace.count("builtins.") == 2
    assert len(trace.encode()) <= 8000


def test_errors_that_cause_each_other_come_to_an_end(inbound: Inbound) -> None:
    one, other = ValueError("a"), ValueError("b")
    one.__cause__, other.__cause__ = other, one
    assert errors(dead_letter(inbound(b""), one, Stage.ENRICH))["exception.stacktrace"].count("ValueError") == 5
