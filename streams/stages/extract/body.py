"""The body: taken out of its page paragraph by paragraph, or left exactly as it came; and its opening words."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from streams.stages.extract.page import Page

LONGEST_LEDE: Final = 400
"""Code points of a lede that is taken from the body."""

WRAP: Final = 100
"""A longer line is no line of a hard-wrapped paragraph: it is the paragraph."""

_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n|\r\r|\u2029")
_SENTENCE_END = re.compile(r"[.!?\u2026][\"'\u201d\u2019)\]]{0,2}(?=\s|$)")


def assemble(raw: str, page: Page) -> str:
    """Join the body's lines: one blank line between paragraphs, a single break where a paragraph was wrapped."""
    lines, kept = page.lines, list(page.body())
    wrapped = any(lines[at].gap for last, at in pairwise(kept) if at == last + 1)
    pieces: list[str] = []
    for number, at in enumerate(kept):
        if number:
            joined = wrapped and at == kept[number - 1] + 1 and not lines[at].gap and len(lines[at - 1].text) <= WRAP
            pieces.append("\n" if joined else "\n\n")
        pieces.append(
            raw[page.dateline_at[1] : lines[at].end]
            if page.dateline_at and page.dateline_at[0] == at
            else lines[at].text
        )
    return "".join(pieces)


def opening(text: str, start: int = 0) -> str | None:
    """Return the first paragraph from `start`, cut at a sentence's end where it is longer than a lede."""
    window = text[start : start + LONGEST_LEDE + 1]
    first, _, _ = window.partition("\n")
    end = _PARAGRAPH_END.search(window)
    paragraph = first if len(first) > WRAP or end is None else window[: end.start()]
    whole = paragraph if len(paragraph) <= LONGEST_LEDE else _cut(paragraph[:LONGEST_LEDE])
    return whole.strip() or None


def _cut(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: ends[-1]] if ends else text.rpartition(" ")[0] or text
