"""From tag scores to entities: the best *legal* tag sequence, and the spans that it marks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["TagDecoder", "fold", "log_softmax"]

Scores = NDArray[np.float32]
Tags = NDArray[np.int64]
_IMPOSSIBLE = np.float32(-1e9)


def log_softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Natural logarithms of the softmax over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    normal: NDArray[Any] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normal


def fold(scores: Scores, tags: Sequence[str], folded: Mapping[str, str]) -> tuple[Scores, tuple[str, ...]]:
    """Add the probabilities of types that are one to the reader: log probabilities ``[words, tags]`` and the tags left.

    ``folded`` maps the type that goes to the type that it joins.
    """
    joins = {tag: tag[:2] + folded[tag[2:]] for tag in tags if tag[2:] in folded}
    left = tuple(tag for tag in tags if tag not in joins)
    matrix = np.zeros((len(tags), len(left)), np.float32)
    for row, tag in enumerate(tags):
        matrix[row, left.index(joins.get(tag, tag))] = 1.0
    return np.log(np.exp(scores) @ matrix + np.float32(1e-30)), left


class TagDecoder:
    """Decodes sequences over an IOB2 tag set, e.g. ``("O", "B-PER", "I-PER")``."""

    def __init__(self, tags: Sequence[str]) -> None:
        """Prepare the table of legal transitions: I-X needs B-X or I-X before it."""
        self.tags = tuple(tags)
        self.types = tuple(tag[2:] for tag in tags)
        self.begins = np.array([tag.startswith("B-") for tag in tags])
        self.inside = np.array([tag.startswith("I-") for tag in tags])
        same = np.array([[before == after for after in self.types] for before in self.types])
        self.legal = ~self.inside[None, :] | same
        self._penalty = np.where(self.legal, np.float32(0), _IMPOSSIBLE)
        self._first = np.where(self.inside, _IMPOSSIBLE, np.float32(0))

    def best(self, scores: Sequence[Scores]) -> list[Tags]:
        """The best legal tags of each sequence; ``scores`` are ``[words, tags]`` each, additive, higher is better."""
        # Word by word the best tags are usually legal, and then no other path can be better.
        paths: list[Tags] = [one.argmax(axis=1) for one in scores]
        broken = [index for index, path in enumerate(paths) if not self.is_legal(path)]
        for index, path in zip(broken, self._viterbi([scores[index] for index in broken]), strict=True):
            paths[index] = path
        return paths

    def is_legal(self, tags: Tags) -> bool:
        """Whether every I-X of ``tags`` follows a B-X or I-X."""
        if not len(tags):
            return True
        return not self.inside[tags[0]] and bool(self.legal[tags[:-1], tags[1:]].all())

    def spans(self, tags: Tags) -> list[tuple[int, int, str]]:
        """Entities of a legal tag sequence: (first word, past the last word, type)."""
        spans = []
        for start in np.flatnonzero(self.begins[tags]):
            end = start + 1
            while end < len(tags) and self.inside[tags[end]]:
                end += 1
            spans.append((int(start), int(end), self.types[tags[start]]))
        return spans

    def _viterbi(self, scores: Sequence[Scores]) -> list[Tags]:
        """The best legal path of each sequence, in batches of similar length so that padding stays small."""
        order = sorted(range(len(scores)), key=lambda index: len(scores[index]))
        paths: list[Tags] = [np.empty(0, np.int64)] * len(scores)
        for first in range(0, len(order), _BATCH):
            group = order[first : first + _BATCH]
            for index, path in zip(group, self._together([scores[index] for index in group]), strict=True):
                paths[index] = path
        return paths

    def _together(self, scores: Sequence[Scores]) -> list[Tags]:
        lengths = np.array([len(one) for one in scores])
        padded = np.zeros((len(scores), int(lengths.max()), len(self.tags)), np.float32)
        for row, one in enumerate(scores):
            padded[row, : len(one)] = one
        tags = _trace(*self._forward(padded, lengths))
        return [tags[row, :length] for row, length in enumerate(lengths)]

    def _forward(self, padded: Scores, lengths: Tags) -> tuple[Scores, NDArray[np.int16]]:
        batch, words, count = padded.shape
        best = padded[:, 0] + self._first
        # Past its end a sequence keeps its tags, so that all end together.
        back = np.broadcast_to(np.arange(count, dtype=np.int16), (batch, words, count)).copy()
        for word in range(1, words):
            paths = best[:, :, None] + self._penalty
            running = word < lengths
            back[running, word] = paths.argmax(axis=1)[running]
            best = np.where(running[:, None], paths.max(axis=1) + padded[:, word], best)
        return best, back


_BATCH = 32


def _trace(best: Scores, back: NDArray[np.int16]) -> Tags:
    batch, words, _count = back.shape
    tags = np.zeros((batch, words), np.int64)
    tags[:, -1] = best.argmax(axis=1)
    rows = np.arange(batch)
    for word in range(words - 1, 0, -1):
        tags[:, word - 1] = back[rows, word, tags[:, word]]
    return tags
