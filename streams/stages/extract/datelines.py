"""Who published from where: `REPUBLIKA.CO.ID, MOSKOW --`, `JAKARTA, KOMPAS.com -`, `LONDON (AP) \u2014`, `Jakarta -`.

Each form is a row of `FORMS`. A bare place counts only if the tables know it, so that `GOTO - Saham naik` stays.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from streams.articles import Dateline
from streams.stages.extract.agencies import name_agency
from streams.stages.extract.bylines import read_labelled
from streams.stages.extract.dates import read_date
from streams.stages.extract.lines import SENTENCE_END
from streams.stages.extract.page import PARAGRAPH
from streams.stages.extract.rules import MONTHS, PLACES, one_of
from streams.stages.extract.rules.common import AGENCIES, DOMAIN, OUTLETS

if TYPE_CHECKING:
    from streams.stages.extract.page import Page

LONGEST: Final = 100
"""Code points at the start of a paragraph that a dateline may take."""

SEARCHED: Final = 12
"""Free lines from the top among which it is looked for."""

LONG: Final = 80
FEWEST_WORDS: Final = 3
"""Code points of what follows a bare place or domain, or words of it where it is a sentence."""

MOST_ABOVE: Final = 3
"""Paragraphs above a dateline with a publisher."""

LONGEST_ABOVE: Final = 150
"""Code points of the longest line above a bare place that may still be a headline."""

_DASH = r"\s*(?:-{2,3}|[\u2012-\u2015])\s*"
_HYPHEN = r"(?:\s*(?:-{2,3}|[\u2012-\u2015])\s*|\s+-\s+)"
_WORD = r"(?-i:[^\W\d_a-z])[\w.'\u2019\-]{0,24}"
_PLACE = rf"(?P<place>{_WORD}(?:[ \u00a0]{_WORD}){{0,3}}(?:,\s?{_WORD}(?:[ \u00a0]{_WORD}){{0,2}})?)"
_NAMED = rf"(?:{DOMAIN}|{one_of(OUTLETS)}|{one_of(AGENCIES)})"
_HOUSE = rf"(?P<publisher>{_NAMED})"
_HOUSES = rf"(?P<publisher>{_NAMED}(?:/{_NAMED})?)"
_SENTENCE = r"(?-i:(?![a-z\s]))"
_MARK = re.compile(r"--|[\u2012-\u2015\u2026]|\s-\s|\S\.\S+,\s")
_ENDS_IN_DASH = re.compile(r"(?:--|[-\u2013\u2014])$")
_DASHED = re.compile(r"\s-\s|--|[\u2013\u2014]")
_ANY_PLACE = re.compile(rf"{one_of(PLACES)}\b", re.IGNORECASE)
_DAY = rf"(?:,\s?{one_of(MONTHS)}\.?\s\d{{1,2}})?"
_KNOWN = rf"(?P<place>{one_of(PLACES)})"

FORMS: Final = tuple(
    re.compile(form + _SENTENCE, re.IGNORECASE)
    for form in (
        rf"{_HOUSE},\s{_PLACE}{_HYPHEN}",
        rf"{_HOUSE},\s(?P<place>{one_of(PLACES)})\s*[-\u2013\u2014]?\s+(?-i:(?=[A-Z\"\u201c]))",
        rf"{_PLACE},\s{_HOUSE}\s*(?:{_HYPHEN}|\u2026\s*)",
        rf"{_PLACE}{_DAY}\s\({_HOUSES}\){_HYPHEN}",
        rf"(?P<place>)(?P<publisher>{DOMAIN}){_HYPHEN}",
        rf"(?P<place>)\((?P<publisher>{one_of(AGENCIES)})\){_HYPHEN}",
        rf"{_KNOWN}(?P<publisher>)(?:{_DASH}|\s+-\s+(?-i:(?=[A-Z\"\u201c])))",
    )
)
"""The forms in the order in which they are tried, each from the start of a paragraph up to its first word."""


def mark_dateline(page: Page) -> None:
    """Find the dateline that opens the body; the rest of its line, or the line below where nothing is left, stays body."""
    for at in islice(page.free(), SEARCHED):
        line = page.lines[at]
        found, below = read_dateline(line.text), None
        if found is None and (found := _read_alone(line.text)):
            below = next(page.free(at + 1), None)
        if not found or (found[1] >= len(line.text) and below is None) or read_date(line.text, page.language):
            continue
        if not (_opens_body(page, at) if found[0].publisher is None else _is_near_the_top(page, at)):
            continue
        page.dateline, length = found
        page.agency = name_agency(page.dateline.publisher or "")
        page.dateline_at = (at, line.start + length) if below is None else (below, page.lines[below].start)
        page.kinds[at] = "dateline"
        page.kinds[page.dateline_at[0]] = "opened"
        return


def read_dateline(text: str) -> tuple[Dateline, int] | None:
    """Return the dateline that a paragraph starts with and its length, or None; something must follow it."""
    start = text[:LONGEST]
    if not _MARK.search(start):
        return None
    for form in FORMS:
        match = form.match(start)
        if match and match.end() < len(text):
            found = Dateline(match["publisher"] or None, match["place"] or None)
            bare = found.publisher is None or found.place is None
            return None if bare and not _is_sure(found, text[match.end() :]) else (found, match.end())
    return None


def _is_sure(found: Dateline, rest: str) -> bool:
    """Whether a place or a domain alone is a dateline: a sentence follows, without a second dash or another place."""
    if found.publisher and name_agency(found.publisher):
        return True
    if len(rest) < LONG and (not SENTENCE_END.search(rest[-8:]) or len(rest.split()) < FEWEST_WORDS):
        return False
    if found.place is None or found.place.isupper():
        return True
    return not _DASHED.search(rest.partition(". ")[0]) and not _ANY_PLACE.match(rest)


def _read_alone(text: str) -> tuple[Dateline, int] | None:
    """Read `Batam, CNN Indonesia --` on a line of its own; it needs a publisher and a place."""
    if len(text) >= LONGEST or not _ENDS_IN_DASH.search(text):
        return None
    found = read_dateline(f"{text} X")
    return (found[0], len(text)) if found and found[0].publisher and found[0].place and found[1] > len(text) else None


def _is_near_the_top(page: Page, at: int) -> bool:
    """Whether no more paragraphs stand above than a lede, a caption and the caption again."""
    above = (page.lines[line] for line in page.free(0, at))
    return sum(len(line.text) >= PARAGRAPH and line.ends_sentence for line in above) <= MOST_ABOVE


def _opens_body(page: Page, at: int) -> bool:
    """Whether no sentence stands above a line, up to the date line or byline that may part a lede from it."""
    for above in reversed(range(at)):
        text = page.lines[above].text
        if read_date(text, page.language) or read_labelled(text):
            return True
        if page.kinds[above] is None and (page.lines[above].ends_sentence or len(text) > LONGEST_ABOVE):
            return False
    return True
