"""Indonesian (and Malay) affixes.

Inflected: the voices `me-`, `di-`, `ter-` with or without `-kan`, `-i`; `-kan` alone; the clitics `-nya`, `-ku`, `-mu`,
`-lah`, `-kah`, `-pun`. Derived: nouns and stative verbs in `pe-`, `per-`, `ber-`, `ke-`, `se-`, `-an`, and what is built on
them (`memper-`, `diper-`, `keber-`). The nasal of `me-` and `pe-` takes the first letter of a root in k, p, s, t with it
(menyuap, pemukul), not in clusters and many loans (memproses). Source: Sneddon, Adelaar,
Djenar and Ewing, Indonesian: A Comprehensive Grammar (2nd edition, 2010), chapter 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.rules.forms.grades import DERIVED, EXACT, INFLECTED
from streams.rules.forms.whole import INDONESIAN

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST: Final = 4
"""Letters of a root: shorter ones are in too many words by chance."""
SHORTEST_WITH_CLITIC: Final = 3
"""With `-nya` alone (bomnya)."""
VOWELS: Final = frozenset("aeiou")
VOICES: Final = frozenset({"me", "di", "ter"})
SECOND: Final = ("per", "ber", "ter")
"""Prefixes that stand behind another."""


def find_roots(word: str) -> dict[str, int]:
    """Return the roots that a word may be a form of, with their grades."""
    found: dict[str, int] = {}
    if word in INDONESIAN:
        return found
    for base in _without_clitics(word):
        if base != word and len(base) >= SHORTEST_WITH_CLITIC:
            found[base] = INFLECTED
        if base in INDONESIAN and base != word:
            continue
        for prefix, stem, grade in _without_prefix(base):
            for root, suffix_grade in _without_suffix(stem, prefix):
                _note(found, root, max(grade, suffix_grade))
                _note_second(found, root, prefix)
    found.pop(word, None)
    return found


def _note(found: dict[str, int], root: str, grade: int) -> None:
    if grade and len(root) >= SHORTEST:
        found[root] = min(grade, found.get(root, grade))


def _note_second(found: dict[str, int], root: str, prefix: str) -> None:
    if prefix and root.startswith(SECOND):
        _note(found, root[3:], DERIVED)


def _without_clitics(word: str) -> list[str]:
    """Return the word, and it without its particle, its pronoun, and both."""
    bases = [word]
    for endings in (("lah", "kah", "pun"), ("nya", "ku", "mu")):
        bases += [base.removesuffix(ending) for base in list(bases) for ending in endings if base.endswith(ending)]
    return bases


def _without_suffix(stem: str, prefix: str) -> Iterator[tuple[str, int]]:
    yield stem, EXACT
    if stem.endswith("kan"):
        yield stem[:-3], INFLECTED
    if stem.endswith("an"):
        yield stem[:-2], DERIVED
    if stem.endswith("i"):
        yield stem[:-1], INFLECTED if prefix in VOICES else DERIVED


def _without_prefix(base: str) -> Iterator[tuple[str, str, int]]:
    """Yield each prefix that the base may begin with, what is left, and the grade."""
    yield "", base, EXACT
    if base.startswith("me"):
        yield from (("me", stem, INFLECTED) for stem in _without_nasal(base[2:]))
    if base.startswith("pe"):
        yield from (("pe", stem, DERIVED) for stem in (*_without_nasal(base[2:]), base[2:]))
    for prefix, grade in (("di", INFLECTED), ("ter", INFLECTED), ("per", DERIVED), ("ke", DERIVED), ("se", DERIVED)):
        if base.startswith(prefix):
            yield prefix, base[len(prefix) :], grade
    if base.startswith("be"):
        yield from (("ber", base[len(form) :], DERIVED) for form in ("ber", "be", "bel") if base.startswith(form))


def _without_nasal(rest: str) -> Iterator[str]:
    """Yield what may stand behind `me` or `pe`: the nasal off, the letter that it took back on."""
    if rest[:1] in set("lmnrwy"):
        yield rest
    for nasal, kept, taken in (("m", "bfpv", "p"), ("n", "cdjstz", "t"), ("ny", "", "s"), ("ng", "ghkq", "k")):
        stem = rest[len(nasal) :]
        if not rest.startswith(nasal) or not stem:
            continue
        if stem[0] in kept or (nasal == "ng" and stem[0] in VOWELS):
            yield stem
        if stem[0] in VOWELS:
            yield taken + stem
