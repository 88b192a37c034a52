"""One vector for an article from those of its sentences, so that two tellings of one event lie close together.

All vectors of an encoder lean one way, and those of each language another: without taking that away any two articles
are alike. The ways they lean (`centres.json`) belong to one version of the model; with another there are no vectors, and
stories are told by their text alone. `tests/bench/stories_centres.py` measures the centres of a new model.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

CENTRES: Final = Path(__file__).parent / "centres.json"

STEPS: Final = 127
"""Steps of a number of a packed vector, to either side of zero."""


@cache
def load_centres(version: str, path: Path = CENTRES) -> dict[str, NDArray[np.float64]]:
    """Return the centre of each language for a version of the model; none for a version that was not measured."""
    measured = orjson.loads(path.read_bytes())
    if measured["model"] != version:
        return {}
    return {language: np.array(centre) for language, centre in measured["centres"].items()}


def mean_of(vectors: Iterable[Sequence[float]]) -> NDArray[np.float64]:
    """Return the mean of some vectors, of length one; of none, or where they cancel out, one of length zero.

    One vector is held at a time: those of a giant's sentences would fill the memory.

    Raises:
        ValueError: they are not of one width.
    """
    total = np.zeros(0)
    for vector in vectors:
        total = total + np.asarray(vector, np.float64) if len(total) else np.array(vector, np.float64)
    length = float(np.linalg.norm(total))
    return total / length if length and np.isfinite(length) else np.zeros(0)


def pool(vectors: Iterable[Sequence[float]], centre: NDArray[np.float64] | None) -> tuple[float, ...]:
    """Return an article's vector, of length one, from those of its sentences; empty where there is none.

    Args:
        vectors: of the sentences, each of length one; all are read.
        centre: of the article's language; None where that was not measured.

    Raises:
        ValueError: they are not of one width.
    """
    mean = mean_of(vectors)
    if centre is None or len(mean) != len(centre):
        return ()
    left = mean - centre
    length = float(np.linalg.norm(left))
    return tuple((left / length).tolist()) if length else ()


def pack(vector: Sequence[float]) -> bytes:
    """Return a vector of length one as a byte for each number, in steps of 1/127."""
    return np.round(np.asarray(vector, np.float64) * STEPS).astype(np.int8).tobytes()


def unpack(packed: bytes) -> NDArray[np.float64]:
    """Return what `pack` packed, as near as it was kept; any bytes are a vector."""
    return np.frombuffer(packed, np.int8) / STEPS
