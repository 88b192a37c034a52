"""Examples to tensors: pieces, and the labels at the pieces where words begin."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from streams.nlp.labels import TAGS
from streams.training.examples import Example

__all__ = ["Batch", "Encoded", "batches", "encode", "mask_pieces"]

_PAD = 1
_UNKNOWN_PIECE = 3
_WINDOW = 160


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as pieces. ``tags``: (piece, possible tags); ``targets``: (first piece, past the last, class)."""

    ids: list[int]
    tags: list[tuple[int, frozenset[int]]]
    sentiment: int
    targets: list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """``ids``, ``mask [B,T]``; ``tags [B,T,K]`` 1 at possible tags, all 0 where nothing is known; ``sentiment [B]`` (-1 unknown).

    ``members [M,B*T]`` averages the pieces of each target mention, ``targets [M]`` are their classes.
    """

    ids: Tensor
    mask: Tensor
    tags: Tensor
    sentiment: Tensor
    members: Tensor
    targets: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The batch on a device."""
        parts = (self.ids, self.mask, self.tags, self.sentiment, self.members, self.targets)
        return Batch(*(part.to(device) for part in parts))


def encode(examples: Sequence[Example], tokenizer: Tokenizer) -> list[Encoded]:
    """Tokenise; an example longer than the training window loses its end."""
    encodings = tokenizer.encode_batch([example.text for example in examples])
    return [
        _encoded(example, encoding.ids, encoding.offsets) for example, encoding in zip(examples, encodings, strict=True)
    ]


def _encoded(example: Example, ids: list[int], offsets: list[tuple[int, int]]) -> Encoded:
    piece_at = _piece_at(example.text, offsets)
    length = min(len(ids), _WINDOW)
    # A piece that holds the beginnings of two words is labelled by the first.
    tags: dict[int, frozenset[int]] = {}
    for start, _end, possible in example.words:
        if 0 < piece_at[start] < length:
            tags.setdefault(int(piece_at[start]), possible)
    targets = []
    for start, end, label in example.targets:
        first, last = int(piece_at[start]), int(piece_at[end - 1])
        if 0 < first <= last < length:
            targets.append((first, last + 1, label))
    sentiment = -1 if example.sentiment is None else example.sentiment
    return Encoded(ids[:length], list(tags.items()), sentiment, targets)


def _piece_at(text: str, offsets: list[tuple[int, int]]) -> NDArray[np.int64]:
    """The piece that holds each code point; 0 (the opening special) where none does."""
    piece_at = np.zeros(len(text) + 1, np.int64)
    for piece, (start, end) in enumerate(offsets):
        piece_at[start:end] = piece
    return piece_at


def batches(examples: Iterable[Encoded], pieces: int, random_: random.Random | None = None) -> Iterator[Batch]:
    """Batches of similar length and at most about ``pieces`` pieces; with ``random_`` in random order."""
    ordered = sorted(examples, key=lambda one: len(one.ids) + (random_.uniform(0, 2) if random_ else 0))
    groups: list[list[Encoded]] = [[]]
    for example in ordered:
        if groups[-1] and max(len(example.ids), len(groups[-1][-1].ids)) * (len(groups[-1]) + 1) > pieces:
            groups.append([])
        groups[-1].append(example)
    if random_:
        random_.shuffle(groups)
    for group in groups:
        yield _collate(group)


def _collate(group: list[Encoded]) -> Batch:
    # Even lengths in steps of four keep the matrix kernels in their fast shapes.
    width = -(-max(len(one.ids) for one in group) // 4) * 4
    ids = torch.full((len(group), width), _PAD)
    tags = torch.zeros(len(group), width, len(TAGS))
    for row, one in enumerate(group):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        for piece, possible in one.tags:
            tags[row, piece, list(possible)] = 1.0
    spans = [
        (row * width + first, row * width + last, label)
        for row, one in enumerate(group)
        for first, last, label in one.targets
    ]
    members = torch.zeros(len(spans), len(group) * width)
    for index, (first, last, _label) in enumerate(spans):
        members[index, first:last] = 1.0 / (last - first)
    return Batch(
        ids,
        (ids != _PAD).long(),
        tags,
        torch.tensor([one.sentiment for one in group]),
        members,
        torch.tensor([label for _first, _last, label in spans], dtype=torch.long),
    )


def mask_pieces(batch: Batch, share: float) -> Tensor:
    """The ids with a random ``share`` of the pieces unknown: a cheap regulariser (dropout is slow on a CPU)."""
    drop = (
        (torch.rand(batch.ids.shape, device=batch.ids.device) < share)
        & (batch.mask == 1)
        & (batch.ids > _UNKNOWN_PIECE)
    )
    return batch.ids.masked_fill(drop, _UNKNOWN_PIECE)
