"""Probabilities into a verdict, with its doubt. One rule for articles and for entities.

The probabilities given are calibrated and weighted; their weighted mean decides. The label is the likeliest class
unless it leads the second by less than `MARGIN`: then it is `neutral`, whatever its probability, and so of low confidence.

    score      = P(positive) - P(negative)
    confidence = P(label)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.articles import Label, Sentiment
from streams.nlp import Probabilities

if TYPE_CHECKING:
    from collections.abc import Iterable

MARGIN: Final = 0.1
DIGITS: Final = 4
_LABELS: Final[tuple[Label, ...]] = ("positive", "neutral", "negative")


def weigh(votes: Iterable[tuple[float, Probabilities]]) -> Sentiment | None:
    """Return the verdict over weighted probabilities; None where nothing has any weight."""
    votes = list(votes)
    total = sum(weight for weight, _ in votes)
    if total <= 0:
        return None
    return judge(
        Probabilities(
            sum(weight * each.positive for weight, each in votes) / total,
            sum(weight * each.neutral for weight, each in votes) / total,
            sum(weight * each.negative for weight, each in votes) / total,
        )
    )


def judge(mean: Probabilities) -> Sentiment:
    """Return the verdict of one triple of probabilities."""
    rounded = _round(mean)
    first, second, _ = sorted(rounded.values(), reverse=True)
    likeliest = max(_LABELS, key=lambda label: rounded[label])
    label: Label = likeliest if first - second >= MARGIN else "neutral"
    score = round(rounded["positive"] - rounded["negative"], DIGITS)
    return Sentiment(label, score, rounded[label], rounded)


def _round(mean: Probabilities) -> dict[str, float]:
    """Round so that the three still sum to one."""
    positive, negative = round(mean.positive, DIGITS), round(mean.negative, DIGITS)
    return {
        "positive": positive,
        "neutral": max(0.0, round(1.0 - positive - negative, DIGITS)),
        "negative": negative,
    }
