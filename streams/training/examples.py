"""What the network learns from: a text with whatever labels its corpus carries."""

from dataclasses import dataclass, field

from streams.nlp.labels import TAGS

__all__ = ["ANY", "Example", "Tagged", "allowed"]

ANY = frozenset(range(len(TAGS)))


@dataclass(frozen=True, slots=True)
class Tagged:
    """One sentence of a tagged corpus: its tokens, and for each the set of tags (indices) that may be its true one."""

    tokens: tuple[str, ...]
    tags: tuple[frozenset[int], ...]
    lower_cased: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A text; offsets are code points.

    ``words``: (start, end, possible tags); ``sentiment``: index into CLASSES or None where unknown;
    ``targets``: (start, end, class) of mentions with a known sentiment towards them.
    """

    text: str
    words: tuple[tuple[int, int, frozenset[int]], ...] = ()
    sentiment: int | None = None
    targets: tuple[tuple[int, int, int], ...] = field(default=())


def allowed(*names: str) -> frozenset[int]:
    """The tag set of these names: ``allowed("O", "B-MISC")``."""
    return frozenset(TAGS.index(name) for name in names)
