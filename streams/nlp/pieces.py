"""A sentence as word pieces, cut into overlapping windows where it is longer than the encoder reads at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from streams.nlp.words import word_spans

__all__ = ["OVERLAP", "WINDOW", "Pieces", "Window", "read_pieces", "windows"]

WINDOW = 256
OVERLAP = 64
# No word of a language is longer: such a run is data (a key, an image, hostile input) and is read as one unknown word.
_LONGEST = 256
# Anchored at the beginning of a run, so that a search is linear.
_RUN = re.compile(rf"(?<!\S)\S{{{_LONGEST + 1},}}+")
_STAND_IN = "\ufffc"

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """One sentence: piece ids without specials, its words, and where they lie.

    ``spans [W,2]``: start and end of each word (code points); ``first``, ``last [W]``: the pieces in which it begins and ends.
    """

    ids: Ints
    spans: Ints
    first: Ints
    last: Ints

    def at(self, start: int, end: int) -> slice:
        """The pieces of the words that lie in ``text[start:end]``; all pieces where none does."""
        words = np.flatnonzero((self.spans[:, 1] > start) & (self.spans[:, 0] < end))
        return slice(int(self.first[words[0]]), int(self.last[words[-1]]) + 1) if len(words) else slice(None)


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces ``start`` to ``end`` of sentence ``sentence``; it answers for those from ``own_start`` to ``own_end``."""

    sentence: int
    start: int
    end: int
    own_start: int
    own_end: int


def read_pieces(text: str, tokenizer: Tokenizer) -> Pieces:
    """Tokenise one sentence; linear in its length."""
    # A lone surrogate is no character, and the tokenizer's UTF-8 cannot hold it.
    readable = text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    runs = [match.span() for match in _RUN.finditer(readable)] if len(readable) > _LONGEST else []
    readable = _RUN.sub(_STAND_IN, readable) if runs else readable
    encoding = tokenizer.encode(readable, add_special_tokens=False)
    spans = np.array(list(word_spans(readable)), np.int64).reshape(-1, 2)
    ends = np.array(encoding.offsets, np.int64).reshape(-1, 2)[:, 1]
    # Control characters alone are visible to nobody: no piece, so no word.
    spans = spans if len(ends) else spans[:0]
    top = max(len(ends) - 1, 0)
    first = np.minimum(np.searchsorted(ends, spans[:, 0], side="right"), top)
    last = np.maximum(np.minimum(np.searchsorted(ends, spans[:, 1], side="left"), top), first)
    return Pieces(np.array(encoding.ids, np.int64), _restored(spans, runs), first, last)


def _restored(spans: Ints, runs: list[tuple[int, int]]) -> Ints:
    """Offsets in the given text, from those in the text where each run is one character."""
    if not runs:
        return spans
    starts, ends = np.array(runs, np.int64).T
    missing = np.concatenate([[0], np.cumsum(ends - starts - 1)])
    stand_ins = starts - missing[:-1]
    restored: Ints = spans + missing[np.searchsorted(stand_ins, spans, side="left")]
    return restored


def windows(sentence: int, length: int) -> Iterator[Window]:
    """The windows of a sentence of ``length`` pieces; every piece is owned by the window that sees most around it."""
    start = own = 0
    while True:
        end = min(start + WINDOW, length)
        own_end = length if end == length else end - OVERLAP // 2
        yield Window(sentence, start, end, own, own_end)
        if end == length:
            return
        start, own = end - OVERLAP, own_end
