"""Inflection: which words a word of a text may be a form of.

    menyuapnya ──▶ menyuapnya (exact), menyuap (inflected), suap (inflected)
    penyuapan  ──▶ penyuapan (exact), suap (derived)

Tables of affixes, not a stemmer: a stemmer folds a word to one root and with it what means something else (`pemerintah`,
government, to `perintah`, order; `menteri`, minister, to `teri`, anchovy), and the stemmer for Indonesian that is kept
carries a dictionary that may not be used commercially. Here a word of a rule is never cut; a word of the text is one
of its forms, or it is not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from streams.rules.forms import english, indonesian
from streams.rules.forms.grades import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["LONGEST", "find_roots"]

LONGEST: Final = 40
"""Letters of a word that is taken apart; a longer one is only itself."""

_TABLES: Final[Mapping[str, Callable[[str], Mapping[str, int]]]] = {
    "id": indonesian.find_roots,
    "ms": indonesian.find_roots,
    "en": english.find_roots,
}
"""By language of the article; in others a word is only itself."""


@lru_cache(maxsize=32768)
def find_roots(word: str, language: str) -> tuple[tuple[str, int], ...]:
    """Return the words that a folded word may be a form of, and the least grade of each.

    Args:
        word: folded.
        language: of the text, ISO 639-1.
    """
    roots = {word: EXACT}
    table = _TABLES.get(language)
    if table is not None and len(word) <= LONGEST and word.isalpha():
        for root, grade in table(word).items():
            roots.setdefault(root, grade)
    return tuple(roots.items())
