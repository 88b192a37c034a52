"""Windows of pieces through the network, in batches of one length: without padding the answers do not depend on neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from streams.nlp.artifact import Artifact
from streams.nlp.pieces import Pieces, Window, windows

__all__ = ["Logits", "infer"]

Floats = NDArray[np.float32]
# Pieces in one batch: large enough for the matrix kernels, small enough to find sentences of one length in an article.
_BATCH_PIECES = 320
_OUTPUTS = ("tags", "sentiment", "target", "vector")


@dataclass(frozen=True, slots=True)
class Logits:
    """What the network says of one sentence: ``tags [T,K]``, ``target [T,3]`` per piece; ``sentiment [3]``, ``vector [H]``."""

    tags: Floats
    target: Floats
    sentiment: Floats
    vector: Floats


def infer(pieces: Sequence[Pieces], artifact: Artifact) -> list[Logits]:
    """The logits of every sentence, in the order given; windows of one sentence are joined again."""
    cut = [window for index, one in enumerate(pieces) for window in windows(index, len(one.ids))]
    cut.sort(key=_length)
    parts: list[list[tuple[Window, Logits]]] = [[] for _ in pieces]
    for batch in _batches(cut):
        for window, logits in zip(batch, _run(batch, pieces, artifact), strict=True):
            parts[window.sentence].append((window, logits))
    return [_joined(part) for part in parts]


def _batches(ordered: Sequence[Window]) -> Iterator[list[Window]]:
    for length, same in groupby(ordered, key=_length):
        windows_ = list(same)
        size = max(_BATCH_PIECES // (length + 2), 1)
        yield from (windows_[first : first + size] for first in range(0, len(windows_), size))


def _length(window: Window) -> int:
    return window.end - window.start


def _run(batch: Sequence[Window], pieces: Sequence[Pieces], artifact: Artifact) -> list[Logits]:
    opening, _padding, closing = artifact.specials
    ids = np.empty((len(batch), _length(batch[0]) + 2), np.int64)
    ids[:, 0], ids[:, -1] = opening, closing
    for row, window in enumerate(batch):
        ids[row, 1:-1] = pieces[window.sentence].ids[window.start : window.end]
    mask = np.ones_like(ids)
    tags, sentiment, target, vector = artifact.session.run(_OUTPUTS, {"ids": ids, "mask": mask})
    return [Logits(tags[row, 1:-1], target[row, 1:-1], sentiment[row], vector[row]) for row in range(len(batch))]


def _joined(parts: list[tuple[Window, Logits]]) -> Logits:
    """One sentence from its windows: pieces from the window that owns them, the rest weighted by pieces owned."""
    if len(parts) == 1:
        return parts[0][1]
    parts.sort(key=lambda part: part[0].start)
    own = [slice(window.own_start - window.start, window.own_end - window.start) for window, _logits in parts]
    weights = np.array([part.stop - part.start for part in own], np.float32)
    weights /= weights.sum()
    return Logits(
        np.concatenate([logits.tags[part] for part, (_window, logits) in zip(own, parts, strict=True)]),
        np.concatenate([logits.target[part] for part, (_window, logits) in zip(own, parts, strict=True)]),
        weights @ np.stack([logits.sentiment for _window, logits in parts]),
        weights @ np.stack([logits.vector for _window, logits in parts]),
    )
