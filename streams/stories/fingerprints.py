"""An article as others are compared with it: some three kilobytes instead of its text, and the keys to find it by.

The keys are MinHash values (Broder 1997), one slot each: two texts that share a third of their shingles share a third of
their keys. `rensa` computes them (its R-MinHash after Dahlgaard, Knudsen and Thorup 2017, seeded).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import orjson
from rensa import RMinHash

from streams.stories.shingles import Shingles, read_shingles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SLOTS: Final = 24
"""Keys of an article."""

SEED: Final = 20260524
SCHEME: Final = f"rensa{RMinHash.ALGORITHM_VERSION}-{SLOTS}-1"
"""How fingerprints are made; those made otherwise are not compared."""

NAMES: Final = 8
"""Entities kept, the most salient."""

_ARRAYS: Final = (("shingles", "<u4"), ("figures", "<u4"), ("lead", "<u4"), ("vector", "i1"))
_PLAIN: Final = ("id", "at", "source", "agency", "language", "keys", "names")


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is kept of an article for the length of the window.

    Attributes:
        id: of the article.
        at: when its raw record was produced, seconds since 1970.
        source: who published it.
        agency: the agency that it names.
        language: its code.
        keys: to find it by; what holds no three words has none.
        names: ids of its most salient entities.
        shingles: hashes, sorted (see `Shingles.all`).
        figures: hashes of its numbers.
        lead: those of the top.
        vector: the document vector in 1/127, or of length zero where there is none.
    """

    id: str
    at: float
    source: str | None
    agency: str | None
    language: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    shingles: NDArray[np.uint32]
    figures: NDArray[np.uint32]
    lead: NDArray[np.uint32]
    vector: NDArray[np.int8]

    def pack(self) -> bytes:
        """Return the bytes for a table or a topic."""
        arrays = [getattr(self, name) for name, _ in _ARRAYS]
        head = {name: getattr(self, name) for name in _PLAIN} | {"sizes": [len(each) for each in arrays]}
        head["scheme"] = SCHEME
        return (
            orjson.dumps(head)
            + b"\n"
            + b"".join(each.astype(kind).tobytes() for each, (_, kind) in zip(arrays, _ARRAYS, strict=True))
        )

    @classmethod
    def unpack(cls, packed: bytes) -> Self | None:
        """Read what `pack` wrote; None where it was made by another scheme."""
        head, _, rest = packed.partition(b"\n")
        fields: dict[str, Any] = orjson.loads(head)
        if fields.pop("scheme") != SCHEME:
            return None
        sizes, start = fields.pop("sizes"), 0
        for (name, kind), size in zip(_ARRAYS, sizes, strict=True):
            fields[name] = np.frombuffer(rest, kind, size, start)
            start += fields[name].nbytes
        return cls(**fields | {name: tuple(fields[name]) for name in ("keys", "names")})


@dataclass(frozen=True, slots=True)
class About:
    """What a fingerprint says of its article beside its text."""

    id: str
    at: float
    source: str | None = None
    agency: str | None = None
    language: str = "und"


def take_fingerprint(about: About, text: str, names: Sequence[str] = (), vector: Sequence[float] = ()) -> Fingerprint:
    """Make the fingerprint of an article.

    Args:
        about: whose it is.
        text: its clean body.
        names: ids of its entities, the most salient first.
        vector: of the document, of length one; empty where there is none.
    """
    read = read_shingles(text)
    packed = np.round(np.asarray(vector, np.float64) * 127).astype(np.int8)
    plain = {name: getattr(about, name) for name in ("id", "at", "source", "agency", "language")}
    return Fingerprint(
        **plain,
        keys=_keys(read),
        names=tuple(names[:NAMES]),
        shingles=read.all,
        figures=read.figures,
        lead=read.lead,
        vector=packed,
    )


def _keys(read: Shingles) -> tuple[str, ...]:
    if not read.ordered:
        return ()
    (slots,) = RMinHash.digest_matrix_from_token_hash_sets([read.ordered], SLOTS, SEED).to_rows()
    return tuple(f"{at:x}.{value:x}" for at, value in enumerate(slots))
