"""The page while it is being read: its lines, what each was found to be, and what was learnt from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.articles import Dateline, Image, Person
    from streams.stages.extract.dates import Moment
    from streams.stages.extract.lines import Line

HEAD: Final = 16
"""Lines from the top among which what stands above an article is looked for."""

TAIL: Final = 16
"""Lines from the bottom among which what stands below an article is looked for."""

PARAGRAPH: Final = 150
"""Code points from which a line that ends a sentence is taken for a paragraph of the body."""

OPENING_PARAGRAPHS: Final = 2
"""Paragraphs (a caption, a standfirst) that may stand above the byline; the head ends with the next."""


BODY: Final = frozenset({None, "opened"})
"""What the kinds of a body's lines may be: unclaimed, or the one that the dateline opens."""


@dataclass(slots=True)
class Page:
    """Lines and findings; the zone rules fill it in, one after another.

    Attributes:
        lines: in order.
        language: ISO 639-1 where the crawler or the page stated it.
        kinds: what each line is; None while nobody claimed it.
        title: the headline, given or found.
        dateline_at: the line that the dateline opens, and where in it the body starts.
    """

    lines: list[Line]
    language: str | None = None
    title: str | None = None
    kinds: list[str | None] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    byline: list[Person] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    lede: str | None = None
    agency: str | None = None
    dateline: Dateline | None = None
    dateline_at: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Start with everything being body."""
        self.kinds = [None] * len(self.lines)

    def free(self, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Yield the lines that nothing has claimed yet."""
        last = len(self.lines) if end is None else min(end, len(self.lines))
        return (at for at in range(start, last) if self.kinds[at] is None)

    def body(self, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Yield the lines that are body so far: those nobody claimed and the one that the dateline opens."""
        last = len(self.lines) if end is None else min(end, len(self.lines))
        return (at for at in range(start, last) if self.kinds[at] in BODY)

    def has_body(self, start: int = 0, end: int | None = None) -> bool:
        """Whether any line there is body."""
        return next(self.body(start, end), None) is not None

    def head(self) -> list[int]:
        """Return the free lines above the body: few, and before paragraphs begin to follow one another."""
        if self.dateline_at is not None:
            return list(self.free(0, self.dateline_at[0]))
        found, paragraphs = [], 0
        for at in self.free(0, HEAD):
            line = self.lines[at]
            paragraphs += len(line.text) >= PARAGRAPH and line.ends_sentence
            if paragraphs > OPENING_PARAGRAPHS:
                break
            found.append(at)
        return found

    def tail(self) -> list[int]:
        """Return the free lines among the last of the page."""
        return list(self.free(max(0, len(self.lines) - TAIL)))

    def edges(self) -> list[int]:
        """Return the free lines of head and tail, in order, each once."""
        return sorted({*self.head(), *self.tail()})
