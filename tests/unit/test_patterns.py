"""Every regular expression of the package against strings that make a careless one run away."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

import streams

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH = 1_000
"""Code points. What is exponential or cubic in them does not end in time; many rules see no longer lines than that."""
CPU_SECONDS = 10.0
"""A guard against what runs away: these strings take some milliseconds."""
SKIPPED = ("streams.training", "streams.bench", "streams.cli.__main__")
"""What a user's text never reaches."""
PIECES = (
    *(" ", "\n", "a", "A", "1", ".", ",", "(", ")", "-", '"', "'", "/", "<", "=", ":", "\u2014", "&", "|", "\r", "_"),
    *("a ", "A ", "a.", "A.", " -", "- ", ". ", "(a", "%a"),
)


def find_patterns() -> dict[str, re.Pattern[Any]]:
    found: dict[tuple[Any, int], tuple[str, re.Pattern[Any]]] = {}
    for module in pkgutil.walk_packages(streams.__path__, "streams."):
        if not module.name.startswith(SKIPPED):
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in patterns_in(value):
                    found.setdefault((pattern.pattern, pattern.flags), (f"{module.name}.{name}", pattern))
    return {f"{name} {number}": pattern for number, (name, pattern) in enumerate(found.values())}


def patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from patterns_in(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from patterns_in(each)


def attacks(pattern: re.Pattern[Any]) -> Iterator[Any]:
    """Yield long repeats of what stands in the pattern and of common characters, alone and in pairs."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    words = sorted(set(re.findall(r"[A-Za-z]{2,12}", source)), key=len)[-3:]
    for first, second in product((*PIECES, *words), ("", " ", *words[-1:])):
        text = (first + second) * (LENGTH // len(first + second)) + "\0"
        yield text if isinstance(pattern.pattern, str) else text.encode()


@contextmanager
def cpu_guard(seconds: float) -> Iterator[None]:
    """Raise TimeoutError after so many seconds of this process's own time; `re` looks for signals as it works."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


PATTERNS = find_patterns()


def test_the_guard_sees_one_that_runs_away() -> None:
    with pytest.raises(TimeoutError), cpu_guard(0.5):
        re.fullmatch(r"(a+)+b", "a" * 40)


def test_there_are_patterns() -> None:
    assert len(PATTERNS) > 60


@pytest.mark.parametrize("name", PATTERNS)
def test_it_does_not_run_away(name: str) -> None:
    pattern = PATTERNS[name]
    for text in attacks(pattern):
        try:
            with cpu_guard(CPU_SECONDS):
                pattern.fullmatch(text)
                pattern.search(text)
        except TimeoutError:
            pytest.fail(f"{pattern.pattern[:200]!r} runs away on {text[:30]!r} ...")
