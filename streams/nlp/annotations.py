"""What the model says about a sentence."""

from dataclasses import dataclass

__all__ = ["Annotation", "Mention", "Probabilities"]


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities of the three sentiment classes; they sum to 1."""

    positive: float
    neutral: float
    negative: float


@dataclass(frozen=True, slots=True)
class Mention:
    """One entity mention: ``sentence[start:end]``, offsets in Unicode code points.

    ``type`` is one of PER, ORG, LOC, MISC, EVENT; ``score`` in 0..1 is the calibrated probability of the mention's
    least certain word; ``sentiment`` is the sentiment of the sentence towards this mention. ``acting`` marks a LOC that
    stands for its government or people ("Israel menyatakan ..."), which some corpora do not call a place.
    """

    start: int
    end: int
    type: str
    score: float
    sentiment: Probabilities
    acting: bool = False


@dataclass(frozen=True, slots=True)
class Annotation:
    """One sentence: its mentions in order, never overlapping, its sentiment, and its pooled vector.

    ``vector`` has the encoder's width (384 in the shipped model) and Euclidean norm 1.
    """

    mentions: tuple[Mention, ...]
    sentiment: Probabilities
    vector: tuple[float, ...]
