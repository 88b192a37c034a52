"""The breaker: stops when almost everything fails for reasons of ours, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.processing.breaker import OURS, Breaker, TrippedError
from streams.errors import Reason, Stage
from streams.outcomes import DeadLettered, Dropped

if TYPE_CHECKING:
    from streams.outcomes import Outcome

GOOD = Dropped("unchanged", ())
BAD = DeadLettered(Stage.DECODE, Reason.BAD_JSON, "secret text", ())
OURS_FAILED = DeadLettered(Stage.ENRICH, Reason.INTERNAL, "secret text", ())


def passed(breaker: Breaker, outcomes: list[Outcome]) -> int:
    """How many it lets through before it trips."""
    for number, outcome in enumerate(outcomes):
        try:
            breaker.judge(outcome)
        except TrippedError:
            return number
    return len(outcomes)


def test_stops_at_the_stated_ratio() -> None:
    assert passed(Breaker(100, 0.9), [GOOD] * 500 + [OURS_FAILED] * 500) == 500 + 89


def test_what_is_no_article_flows() -> None:
    assert passed(Breaker(100, 0.9), [BAD] * 10_000) == 10_000


def test_what_is_no_article_does_not_hide_that_all_others_fail() -> None:
    assert passed(Breaker(100, 0.9), [GOOD] + [BAD, OURS_FAILED] * 500) < 2 * 100


def test_a_worker_that_never_succeeded_stops_sooner() -> None:
    assert passed(Breaker(100, 0.9), [OURS_FAILED] * 100) == 9


@pytest.mark.parametrize("reason", Reason)
def test_which_reasons_are_ours(reason: Reason) -> None:
    letter = DeadLettered(Stage.ENRICH, reason, "x", ())
    assert (passed(Breaker(10, 1.0), [GOOD] + [letter] * 20) < 20) == (reason in OURS)


def test_can_be_turned_off() -> None:
    assert passed(Breaker(0, 0.9), [OURS_FAILED] * 1_000) == 1_000


def test_says_how_many_and_not_what_the_article_holds() -> None:
    breaker = Breaker(10, 0.5)
    with pytest.raises(TrippedError, match=r"^1 of the last 1 records failed, the last with internal in enrich$"):
        breaker.judge(OURS_FAILED)


@given(
    outcomes=st.lists(st.sampled_from([GOOD, BAD, OURS_FAILED]), max_size=300),
    records=st.integers(1, 50),
    ratio=st.floats(0.1, 1),
)
def test_trips_where_the_rule_says(outcomes: list[Outcome], records: int, ratio: float) -> None:
    stop = passed(Breaker(records, ratio), outcomes)
    fit = [outcome is OURS_FAILED for outcome in outcomes[: stop + 1] if outcome is not BAD]
    last = fit[-records:]
    assert sum(last[:-1]) <= records, "never more than the window"
    if stop < len(outcomes):
        assert outcomes[stop] is OURS_FAILED
        assert sum(last) >= ratio * len(last)
        assert len(last) == records or (all(fit) and len(fit) >= records / 10)
