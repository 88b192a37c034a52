"""Two fingerprints compared: a copy, the same story told by another desk, or neither. Exact, and the same both ways.

How a copy is told from what only looks like one was measured on the set of `tests/bench/stories_set.py`:

- Most of the shorter text stands in the longer: cuts, other headlines, other orders and quotes added leave that so.
- Where only half of it does, the same lead stands on both: the next article of a series prints the last one's text as
  background, under a lead of its own.
- What stands whole in a longer text below a lead that is not its own is background, where most of the longer is other news.
- The numbers stand with the words: the same form filled in on another day (gold, the exchange) has other numbers, and
  tells of another event. What has other numbers within hours is a later state of the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from streams.stories.shingles import MOST, shared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from streams.stories.fingerprints import Fingerprint

Kind = Literal["copy", "story"]

FEWEST: Final = 20
"""Shingles that two texts must share to be copies: fewer are one quotation."""

WHOLE: Final = 0.8
"""Share of the shorter text in the longer that makes a copy by itself."""

HALF: Final = 0.5
"""Share that makes one where the leads are the same, too."""

BELOW: Final = 0.5
"""Share of the longer text that the shorter must be, where the longer has a lead of its own."""

LEADS: Final = 0.4
"""Share of either lead in the other text that makes leads the same."""

FIGURES: Final = ((8, 0.65), (4, 0.3))
"""With so many different numbers on either side, so large a share of the fewer must stand on the other side, too."""

ANOTHER_DAY: Final = 12 * 3600.0
"""Seconds between two texts after which other numbers in the same words are those of another event."""

EVENT: Final = ((0.12, 1, 0.8), (0.0, 2, 0.92), (0.0, 1, 0.95))
"""What makes two texts that are no copies one story: a share of the text, names in common, and a cosine, at least.

Vectors of one field lie close together (two matches of a cup, two functions of one telephone): below 0.92 four in ten
stories that only the vector told, of twenty read, were of one subject and not of one event.
"""

ACROSS: Final = ((0.0, 4, 0.65),)
"""The same for texts of two languages, which have no words in common and whose vectors lie farther apart.

Of the 123 documents of NTREX and their translations 89 are found so, and 3 wrong pairs of 15,006.
"""


@dataclass(frozen=True, slots=True)
class Match:
    """What two articles have in common.

    Attributes:
        kind: copy, or story where only the event is the same.
        share: of the shorter text in the longer, 0..1.
        cosine: of the document vectors, -1..1; 0 where one has none.
    """

    kind: Kind
    share: float
    cosine: float

    @property
    def strength(self) -> tuple[bool, float, float]:
        """What matches are ordered by: copies first, then the share, then the cosine."""
        return (self.kind == "copy", self.share, self.cosine)


def compare(one: Fingerprint, other: Fingerprint) -> Match | None:
    """Compare two articles; None where they have nothing to do with one another."""
    share, count = _containment(one.shingles, other.shingles)
    same_text = count >= FEWEST and (
        (share >= WHOLE and not _is_background(one, other, count)) or (share >= HALF and _same_lead(one, other))
    )
    cosine = compare_vectors(one.vector, other.vector)
    agree = share < HALF or count < FEWEST or _figures_agree(one, other)
    if same_text and agree:
        return Match("copy", share, cosine)
    if not agree and abs(one.at - other.at) >= ANOTHER_DAY:
        return None
    names = len(set(one.names) & set(other.names))
    least = EVENT if one.language == other.language else ACROSS
    events = (share >= text and names >= fewest and cosine >= near for text, fewest, near in least)
    # A text that stands half in another tells of its event as well.
    return Match("story", share, cosine) if share >= HALF or any(events) else None


def compare_vectors(one: NDArray[np.int8], other: NDArray[np.int8]) -> float:
    """Return the cosine of two packed vectors, 0 where they cannot be compared."""
    if len(one) != len(other) or not len(one):
        return 0.0
    a, b = one.astype(np.float64), other.astype(np.float64)
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length else 0.0


def _containment(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> tuple[float, int]:
    """Return the share of the smaller set in the larger, and how many both have."""
    one, other = _same_sample(one, other)
    smaller, count = min(len(one), len(other)), shared(one, other)
    return (count / smaller if smaller else 0.0), count


def _same_sample(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Cut two sets to the range of hashes that both keep: of a giant only the smallest are kept."""
    ends = [each[-1] for each in (one, other) if len(each) == MOST]
    if not ends:
        return one, other
    last = min(ends)
    return one[: np.searchsorted(one, last, "right")], other[: np.searchsorted(other, last, "right")]


def _is_background(one: Fingerprint, other: Fingerprint, count: int) -> bool:
    """Whether the shorter of two texts stands in the longer below another lead, and most of the longer is other news."""
    shorter, longer = sorted((one, other), key=lambda each: len(each.shingles))
    if count >= BELOW * max(map(len, _same_sample(one.shingles, other.shingles))):
        return False
    # With its lead beside it: of a giant the shingles are a sample.
    return shared(longer.lead, np.union1d(shorter.shingles, shorter.lead)) < LEADS * len(longer.lead)


def _same_lead(one: Fingerprint, other: Fingerprint) -> bool:
    pairs = ((one, other), (other, one))
    return all(shared(a.lead, b.shingles) >= LEADS * len(a.lead) for a, b in pairs)


def _figures_agree(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether the numbers of either stand in the other, or too few stand there to tell."""
    share, _ = _containment(one.figures, other.figures)
    fewest = min(len(one.figures), len(other.figures))
    return share >= next((least for count, least in FIGURES if fewest >= count), 0.0)
