"""Text to hashed word triples: what is left the same when an article is cut, reordered and retitled.

Three words: two meet in any text, five do not outlive an editor (Broder 1997 calls them shingles).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import numpy as np
from rensa import RMinHash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDTH: Final = 3
LONGEST: Final = 100_000
"""Code points of a text that are read, some 15,000 words; it bounds what a giant costs."""

LEAD: Final = 40
"""Shingles from the top that stand for the news itself."""

MOST: Final = 2_048
"""Hashes kept of one text: the smallest, which are the same sample in every text that holds them."""

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Shingles:
    """The hashes of a text, each array sorted and without repeats.

    Attributes:
        all: every shingle, or the `MOST` smallest.
        figures: of the numbers, 21/5/2026 and 17.600 being one each.
        lead: the first `LEAD` of the text.
        ordered: every shingle at full width in reading order, for a signature.
    """

    all: NDArray[np.uint32]
    figures: NDArray[np.uint32]
    lead: NDArray[np.uint32]
    ordered: list[int]


def read_shingles(text: str) -> Shingles:
    """Cut a text into shingles; letters' case and composition, punctuation and white space make no difference."""
    words = _WORD.findall(normalize("NFKC", text[:LONGEST]).casefold())
    triples = list(zip(words, words[1:], words[2:], strict=False))
    ordered = RMinHash.hash_token_sets([[" ".join(each) for each in triples]])[0] if triples else []
    hashes = _narrow(ordered)
    figures = sorted({word for word in words if word[0].isdigit()})
    return Shingles(
        _pack(hashes), _pack(_narrow(RMinHash.hash_token_sets([figures])[0])), np.unique(hashes[:LEAD]), ordered
    )


def shared(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    """Count the hashes in both; each array is sorted and without repeats."""
    both = np.concatenate((one, other))
    both.sort(kind="stable")
    return int(np.count_nonzero(both[1:] == both[:-1]))


def _narrow(hashes: Sequence[int]) -> NDArray[np.uint32]:
    """Keep the upper half of each hash: two of a text's thousand shingles meet by chance once in nine thousand texts."""
    return (np.array(hashes, np.uint64) >> np.uint64(32)).astype(np.uint32)


def _pack(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return np.unique(hashes)[:MOST]
