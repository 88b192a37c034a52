"""How far a count stands out from its own past: SigniTrend's significance, which does not shout at rare names.

    (x - max(mean, bias)) / (deviation + bias)

Mean and deviation of the past are exponentially weighted. The bias, a count, stands for noise: a name that was never
seen before and comes `bias` times scores nothing, and no count x above it scores more than x / bias - 1. (Without it the second
article ever about a name is a sensation to any test of chance.)

Source: E. Schubert, M. Weiler, H.-P. Kriegel, "SigniTrend: Scalable Detection of Emerging Topics in Textual Streams by
Hashed Significance Thresholds", KDD 2014, doi:10.1145/2623330.2623740. Theirs are document frequencies under hashing;
ours are counts per entity, and what was before the stream began is left out of the mean rather than taken for zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Past:
    """Exponentially weighted moments of the counts of past windows, the windows of nothing among them.

    Attributes:
        mean: of the counts, weights summing to one less `keep` to the power of the windows.
        square: of their squares, likewise.
    """

    mean: float = 0.0
    square: float = 0.0

    def close(self, count: int, empty: int, keep: float) -> Past:
        """Return the past with one more window of a count and so many of nothing after it."""
        mean = keep * self.mean + (1 - keep) * count
        square = keep * self.square + (1 - keep) * count * count
        return Past(mean * keep**empty, square * keep**empty)

    def spread(self, windows: int, keep: float) -> tuple[float, float]:
        """Return mean and standard deviation over the windows since the stream began; (0, 0) over none."""
        weight = 1 - keep**windows
        if weight <= 0:
            return 0.0, 0.0
        mean = self.mean / weight
        return mean, math.sqrt(max(self.square / weight - mean * mean, 0.0))


def keep_of(half_life: float) -> float:
    """Return the weight that a window keeps when the next is closed; after `half_life` windows it is half."""
    return math.exp2(-1 / half_life)


def significance(count: float, mean: float, deviation: float, bias: float) -> float:
    """Return how far a count stands out; 0 and less is nothing, 3 is a trend, there is no upper end."""
    return (count - max(mean, bias)) / (deviation + bias)
