"""Split a body into sentences, with exact offsets, in linear time.

Rules of our own in a table: pysbd is slow and no longer kept, sentencex knows no Indonesian abbreviations, the others
bring a model. A sentence ends at ``. ! ? …`` and closing quotes, before white space and a word that can open a sentence;
a full stop after an abbreviation or an initial ends none. A blank line always ends one, and so does a line break unless
the line ends in a comma or the next one goes on in lower case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from streams.nlp.abbreviations import EITHER, LANGUAGES, OPEN, OPENERS

__all__ = ["Sentence", "split_sentences"]

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_CLOSING = "\"'\u201d\u2019\u00bb)\\]"
_OPENING = "\"'\u201c\u2018\u00ab(["
# Anchored at the first mark and possessive, so that a search is linear.
_END = re.compile(rf"(?<![.!?…])[.!?…]++[{_CLOSING}]*+(?=\s)")
_LINE = re.compile(r"(?<![\s,-])[^\S\n]*+\n\s*+(?=\S)")
_LAST_WORD = 24
_WORD_BEFORE = re.compile("[^\\s(\\[\"'\u201c\u2018]+\\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``text == body[start:end]``, offsets in code points; no white space at either end."""

    text: str
    start: int
    end: int


def split_sentences(body: str, language: str) -> list[Sentence]:
    """The sentences of ``body`` in order; only white space lies between them.

    ``language`` is ``id`` or ``en`` (another reads as ``en``). No sentence crosses a blank line.
    """
    rules = language if language in LANGUAGES else "en"
    return [
        Sentence(body[start:end], start, end)
        for first, last in _paragraphs(body)
        for start, end in _trimmed(body, first, last, rules)
    ]


def _paragraphs(body: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _PARAGRAPH.finditer(body):
        yield start, gap.start()
        start = gap.end()
    yield start, len(body)


def _trimmed(body: str, first: int, last: int, language: str) -> Iterator[tuple[int, int]]:
    start = first
    ends = [match.end() for match in _END.finditer(body, first, last) if _ends(body, match, last, language)]
    lines = [match.end() for match in _LINE.finditer(body, first, last) if not body[match.end()].islower()]
    for end in sorted({*ends, *lines, last}):
        text = body[start:end]
        stripped = text.strip()
        if stripped:
            begin = start + len(text) - len(text.lstrip())
            yield begin, begin + len(stripped)
        start = end


def _ends(body: str, match: re.Match[str], last: int, language: str) -> bool:
    """Whether a sentence ends at these marks: by what follows, then by what stands before."""
    after = body[match.end() : min(match.end() + 2 * _LAST_WORD, last)].lstrip()
    opener = after.lstrip(_OPENING)
    if not opener or opener[0].islower():
        return not after
    if match.group() != ".":
        return True
    found = _WORD_BEFORE.search(body, max(match.start() - _LAST_WORD, 0), match.start())
    return _ends_after(found.group().lower() if found else "", opener, language)


def _ends_after(before: str, opener: str, language: str) -> bool:
    if before in OPEN[language]:
        return False
    # An initial ("H. Muhammad"); a number alone ("1. Buka") opens a list item.
    if len(before) == 1 and before.isalpha():
        return False
    if before in EITHER[language]:
        return re.split(r"\W", opener, maxsplit=1)[0].lower() in OPENERS[language]
    return True
