"""English endings, regular ones: frauds, fined, banning, merged, companies; derived: banker, settlement, brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.rules.forms.grades import DERIVED, INFLECTED
from streams.rules.forms.whole import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST: Final = 3
VOWELS: Final = frozenset("aeiou")
_DERIVED: Final = ("er", "ers", "or", "ors", "ment", "ments", "ly")


def find_roots(word: str) -> dict[str, int]:
    """Return the roots that a word may be a form of, with their grades."""
    if word in ENGLISH:
        return {}
    found: dict[str, int] = {}
    for root, grade in _endings(word):
        if len(root) >= SHORTEST and VOWELS & set(root.replace("y", "e")) and root != word:
            found[root] = min(grade, found.get(root, grade))
    return found


def _endings(word: str) -> Iterator[tuple[str, int]]:
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1], INFLECTED
    if word.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
        yield word[:-2], INFLECTED
    for ending, put in (("ies", "y"), ("ied", "y")):
        if word.endswith(ending):
            yield word[: -len(ending)] + put, INFLECTED
    for ending in ("ed", "ing"):
        if word.endswith(ending):
            yield from ((stem, INFLECTED) for stem in _mended(word[: -len(ending)]))
    for ending in _DERIVED:
        if word.endswith(ending):
            yield from ((stem, DERIVED) for stem in _mended(word[: -len(ending)]))


def _mended(stem: str) -> Iterator[str]:
    """Yield a stem as it is, with the e that the ending took, and without the letter that it doubled."""
    yield stem
    yield f"{stem}e"
    if len(stem) > SHORTEST and stem[-1] == stem[-2] and stem[-1] not in VOWELS:
        yield stem[:-1]
