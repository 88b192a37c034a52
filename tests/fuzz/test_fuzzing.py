"""A share of the fuzzing in every run, and the fuzzing itself: does it see what it looks for."""

from __future__ import annotations

import ctypes
import time
from typing import TYPE_CHECKING

import pytest

import fuzzing
from fuzzing import TARGETS, FaultError, fuzz
from mutations import make_article, make_json, make_random, make_value

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

SHARE = {"decode": 3000, "extract": 600, "pipeline": 600}


@pytest.mark.parametrize("target", TARGETS)
def test_every_record_ends_with_a_known_reason(target: str) -> None:
    found = fuzz(target, seed=20_260_101, count=SHARE[target])
    assert found.faults == []
    assert found.kinds.total() == SHARE[target]
    assert len(found.kinds) >= 3, "some of them come through, and some fail in different ways"


@pytest.mark.parametrize("make", [make_value, make_article, make_json])
def test_a_record_is_a_function_of_its_seed_and_number(make: Callable[[Random], object]) -> None:
    for number in range(20):
        assert make(make_random(1, number)) == make(make_random(1, number))
    assert make(make_random(1, 1)) != make(make_random(2, 1))


@pytest.mark.parametrize("number", [9532, 15281, 20029, 30172, 43119])
def test_what_once_broke_extract(number: int) -> None:
    # htmldate asserted that an element it removes has a parent: a page whose root was <svg>, <template> ... had none.
    assert fuzzing.fuzz_extract(make_random(1, number))


def test_a_crash_a_hang_and_an_exception_cost_one_record_each(monkeypatch: pytest.MonkeyPatch) -> None:
    def target(random: Random) -> str:
        del random
        number = next(numbers)
        if number == 3:
            raise FaultError(number)
        if number == 5:
            ctypes.string_at(0)
        if number == 7:
            time.sleep(600)
        return "fine"

    def once(target: str, seed: int, numbers_: range, told: object) -> None:
        nonlocal numbers
        numbers = iter(numbers_)
        original(target, seed, numbers_, told)

    numbers = iter(range(0))
    original = fuzzing.work
    monkeypatch.setattr(fuzzing, "work", once)
    monkeypatch.setattr(fuzzing, "STALL_SECONDS", 2.0)
    monkeypatch.setitem(fuzzing.TARGETS, "decode", target)
    found = fuzz("decode", seed=1, count=10)
    assert [fault.partition(":")[0] for fault in found.faults] == ["3", "5", "7"]
    assert "FaultError: 3" in found.faults[0]
    assert "died" in found.faults[1]
    assert "nothing for 2 s" in found.faults[2]
    assert found.kinds["fine"] == 3, "0, 8 and 9: what a process has not told before it ends is lost with it"
