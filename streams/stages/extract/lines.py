"""Lines of a text with their places in it: what every rule of the zone parser looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Zero-width characters, which pages scatter and `str.strip` leaves."""

MOST_BREAKS: Final = 200_000
"""Line breaks; a text of more is no article with a page around it. It is read as one line, and so comes through unchanged."""

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_EDGES = re.compile(rf"[\s{INVISIBLE}]*")
SENTENCE_END = re.compile(r"[.!?\u2026][\"'\u201d\u2019)\]\u00bb]*$")
_QUOTES = str.maketrans("\u201c\u201d\u2018\u2019\u00a0", "\"\"'' ", INVISIBLE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank, without the blanks at its ends.

    Attributes:
        text: `raw[start:end]`.
        start: first code point in the raw text.
        end: one past the last.
        gap: whether a blank line stands before it.
    """

    text: str
    start: int
    end: int
    gap: bool

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does; quotes and brackets may close it."""
        return bool(SENTENCE_END.search(self.text[-8:]))

    @property
    def key(self) -> str:
        """What two lines that read the same have in common."""
        return normalise(self.text)


def normalise(text: str) -> str:
    """Fold case, blanks, invisible characters and curly quotes: equal where a reader sees the same."""
    return " ".join(text.translate(_QUOTES).split()).casefold()


def split_lines(raw: str) -> list[Line]:
    """Return the lines that are not blank, in order; takes time linear in the text."""
    if raw.count("\n") + raw.count("\r") <= MOST_BREAKS:
        return list(_lines(raw))
    start, end = _trim(raw, 0, len(raw))
    return [Line(raw[start:end], start, end, gap=False)] if start < end else []


def _lines(raw: str) -> Iterator[Line]:
    last = 0
    for match in _LINE.finditer(raw):
        start, end = _trim(raw, *match.span())
        if start == end:
            continue
        breaks = raw.count("\n", last, start) or raw.count("\r", last, start)
        yield Line(raw[start:end], start, end, gap=breaks > 1)
        last = end


def _trim(raw: str, start: int, end: int) -> tuple[int, int]:
    inside = _EDGES.match(raw, start, end)
    start = inside.end() if inside else start
    while end > start and (raw[end - 1].isspace() or raw[end - 1] in INVISIBLE):
        end -= 1
    return start, end
