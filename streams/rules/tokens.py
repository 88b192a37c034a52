"""A text as words: folded, with their offsets, and where a row of words is broken.

A word is a run of letters and digits; in scripts that put no space between words each character is one by itself, so
that a phrase of them is found inside a run. Folding drops case, accents and characters that nobody sees. A phrase may
run over spaces, hyphens, quotes and line ends, not over the end of a sentence, a comma, a bracket or a blank line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSEEN: Final = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u202a-\u202e"
_WORD: Final = re.compile(rf"([{_UNSPACED}]|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[\u0300-\u036f{_UNSEEN}])*)")
_INVISIBLE: Final = re.compile(f"[{_UNSEEN}]")
_BREAKING: Final = re.compile(r"[^\s\-\u2010-\u2015'\u2018\u2019\u02bc\"\u201c\u201d\u00ab\u00bb/.&+_*`\u00b7]|\n\s*\n")
_STOP: Final = re.compile(r"\.\S*\s")
_ABBREVIATION: Final = 3
"""Letters: a full stop behind a longer word ends its sentence."""
_LONGEST_GAP: Final = 12


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text.

    Attributes:
        text: as it stands.
        words: folded.
        joined: whether a word follows the one before it in the same row; the first never does.
        bounds: offsets into the text, code points: where the first word begins and ends, the second begins, and so on.
    """

    text: str
    words: list[str]
    joined: list[bool]
    bounds: list[int]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets of a row of words."""
        return self.bounds[2 * first], self.bounds[2 * last + 1]

    def written(self, number: int) -> str:
        """Return a word as it stands in the text."""
        start, end = self.span(number, number)
        return self.text[start:end]


def read_tokens(text: str) -> Tokens:
    """Return the words of a text; linear in its length."""
    # All of it by built-ins, each once over the text: every article comes through here.
    parts = _WORD.split(text)
    gaps, written = parts[0:-1:2], parts[1::2]
    words = [word.lower() if word.isascii() else _fold_wide(word) for word in written]
    joined = [gap == " " or _is_soft(gap, before) for gap, before in zip(gaps, ["", *written], strict=False)]
    joined[:1] = [False] * bool(joined)
    return Tokens(text, words, joined, list(accumulate(map(len, parts))))


def words_of(text: str) -> list[str]:
    """Return the folded words of a phrase."""
    return read_tokens(text).words


def written_words(text: str) -> list[str]:
    """Return the words of a phrase as they are written."""
    return [_INVISIBLE.sub("", found[0]) for found in _WORD.finditer(text)]


@lru_cache(maxsize=8192)
def _fold_wide(word: str) -> str:
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", word)).casefold()
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("\u0131", "i")
    return unicodedata.normalize("NFC", kept)


@lru_cache(maxsize=8192)
def _is_soft(gap: str, before: str) -> bool:
    """Tell whether a row of words goes on over a gap.

    Args:
        gap: what stands between two words.
        before: the word before it; a full stop does not end a sentence behind `PT` or `Tbk`.
    """
    if len(gap) > _LONGEST_GAP or _BREAKING.search(gap):
        return False
    return not _STOP.search(gap) or len(before) <= _ABBREVIATION
