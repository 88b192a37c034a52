"""Temperatures that make the probabilities honest (Guo et al. 2017, arXiv:1706.04599), and how honest they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.nlp.decoding import log_softmax

__all__ = ["Answers", "calibration_error", "crossed", "temperature"]

Floats = NDArray[np.float32]
_GRID = np.exp(np.linspace(np.log(0.4), np.log(4.0), 93))
_BINS = 15


@dataclass(frozen=True, slots=True)
class Answers:
    """Logits ``[N,C]`` and the right classes ``[N]``."""

    logits: Floats
    gold: NDArray[np.int64]


def temperature(answers: Answers) -> float:
    """The temperature of least negative log likelihood."""
    rows = np.arange(len(answers.gold))
    losses = [-log_softmax(answers.logits / value)[rows, answers.gold].mean() for value in _GRID]
    return round(float(_GRID[int(np.argmin(losses))]), 3)


def calibration_error(answers: Answers, value: float) -> float:
    """Expected calibration error over 15 bins of confidence, 0..1, at temperature ``value``."""
    probabilities = np.exp(log_softmax(answers.logits / value))
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == answers.gold
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == index].sum() - right[bins == index].sum()) for index in range(_BINS)]
    return float(sum(gaps) / len(confidence))


def crossed(answers: Answers) -> Answers:
    """The same answers, every half of them divided by the temperature that was fitted on the other."""
    one, other = (Answers(answers.logits[which::2], answers.gold[which::2]) for which in (0, 1))
    return Answers(
        np.concatenate([one.logits / temperature(other), other.logits / temperature(one)]).astype(np.float32),
        np.concatenate([one.gold, other.gold]),
    )
