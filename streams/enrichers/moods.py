"""Probabilities into a verdict, with its doubt. One rule for articles and for entities.

Sentences are witnesses of one thing, so their odds are pooled and not their probabilities (a logarithmic opinion pool,
Genest and Zidek 1986): a plain mean lets the many neutral sentences of a report drown the few that tell.

    evidence = weight * (QUIET + 1 - P(neutral))
    odds(c)  = mean of ln(P(c) / P(neutral)) by evidence, for c positive and negative
    P        = softmax(sharpness * odds + lean, 0)

`sharpness` and `lean` (a `Pooling`) were fitted to articles and entities read by people, and grow in with the number of
witnesses: one sentence alone is taken at its word, whose probabilities are calibrated already. The label is the likeliest class
unless it leads the second by less than `MARGIN`: then it is `neutral`, whatever its probability, and so of low confidence.

    score      = P(positive) - P(negative)
    confidence = P(label)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from streams.articles import Label, Sentiment
from streams.nlp import Probabilities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MARGIN: Final = 0.1
DIGITS: Final = 4
QUIET: Final = 0.2
"""What a wholly neutral sentence weighs beside one that is wholly not."""
LEAST: Final = 1e-3
"""A probability is taken for this at least: no sentence alone decides an article."""
_LABELS: Final[tuple[Label, ...]] = ("positive", "neutral", "negative")

Votes = list[tuple[float, Probabilities]]


@dataclass(frozen=True, slots=True)
class Pooling:
    """How verdicts of many sentences become one.

    Attributes:
        sharpness: what the pooled log odds are multiplied by.
        lean: natural log of the odds by which both feelings are likelier than their sentences say one by one.
    """

    sharpness: float
    lean: float


def weigh(votes: Iterable[tuple[float, Probabilities]], pooling: Pooling) -> Sentiment | None:
    """Return the verdict over weighted probabilities; None where nothing has any weight."""
    votes = [(weight, _floored(each)) for weight, each in votes if weight > 0]
    return judge(_pooled(votes, pooling)) if votes else None


def judge(mean: Probabilities) -> Sentiment:
    """Return the verdict of one triple of probabilities."""
    rounded = _round(mean)
    first, second, _ = sorted(rounded.values(), reverse=True)
    likeliest = max(_LABELS, key=lambda label: rounded[label])
    label: Label = likeliest if first - second >= MARGIN else "neutral"
    score = round(rounded["positive"] - rounded["negative"], DIGITS)
    return Sentiment(label, score, rounded[label], rounded)


def _floored(each: Probabilities) -> Probabilities:
    values = [max(value, LEAST) for value in (each.positive, each.neutral, each.negative)]
    return Probabilities(*(value / sum(values) for value in values))


def _pooled(votes: Votes, pooling: Pooling) -> Probabilities:
    evidence = [weight * (QUIET + 1 - each.neutral) for weight, each in votes]
    many = _many([weight for weight, _ in votes])
    sharpness, lean = 1 + (pooling.sharpness - 1) * many, pooling.lean * many
    positive = sharpness * _odds(evidence, [each.positive / each.neutral for _, each in votes]) + lean
    negative = sharpness * _odds(evidence, [each.negative / each.neutral for _, each in votes]) + lean
    total = 1 + math.exp(positive) + math.exp(negative)
    return Probabilities(math.exp(positive) / total, 1 / total, math.exp(negative) / total)


def _odds(evidence: Sequence[float], odds: Sequence[float]) -> float:
    """Return the mean of the logarithms by evidence."""
    return math.fsum(map(math.prod, zip(evidence, map(math.log, odds), strict=True))) / math.fsum(evidence)


def _many(weights: Sequence[float]) -> float:
    """Return 0 for one witness, towards 1 for many: the chance that two draws by weight differ."""
    total = math.fsum(weights)
    return 1 - math.fsum((weight / total) ** 2 for weight in weights)


def _round(mean: Probabilities) -> dict[str, float]:
    """Round so that the three still sum to one."""
    positive, negative = round(mean.positive, DIGITS), round(mean.negative, DIGITS)
    return {
        "positive": positive,
        "neutral": max(0.0, round(1.0 - positive - negative, DIGITS)),
        "negative": negative,
    }
