"""Who published from where: `REPUBLIKA.CO.ID, MOSKOW --`, `JAKARTA, KOMPAS.com -`, `LONDON (AP) \u2014`, `Jakarta -`.

Each form is a row of `FORMS`. A bare place counts only if the tables know it, so that `GOTO - Saham naik` stays.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from streams.articles import Dateline
from streams.stages.extract.agencies import name_agency
from streams.stages.extract.dates import read_date
from streams.stages.extract.rules import MONTHS, PLACES, one_of
from streams.stages.extract.rules.common import AGENCIES, DOMAIN, OUTLETS

if TYPE_CHECKING:
    from streams.stages.extract.page import Page

LONGEST: Final = 100
"""Code points at the start of a paragraph that a dateline may take."""

SEARCHED: Final = 12
"""Free lines from the top among which it is looked for."""

_DASH = r"\s*(?:-{2,3}|[\u2012-\u2015])\s*"
_HYPHEN = r"(?:\s*(?:-{2,3}|[\u2012-\u2015])\s*|\s+-\s+)"
_WORD = r"(?-i:[^\W\d_a-z])[\w.'\u2019\-]{0,24}"
_PLACE = rf"(?P<place>{_WORD}(?:[ \u00a0]{_WORD}){{0,3}}(?:,\s?{_WORD}(?:[ \u00a0]{_WORD}){{0,2}})?)"
_NAMED = rf"(?:{DOMAIN}|{one_of(OUTLETS)}|{one_of(AGENCIES)})"
_HOUSE = rf"(?P<publisher>{_NAMED})"
_HOUSES = rf"(?P<publisher>{_NAMED}(?:/{_NAMED})?)"
_SENTENCE = r"(?-i:(?![a-z\s]))"
_MARK = re.compile(r"--|[\u2012-\u2015\u2026]|\s-\s|\S\.\S+,\s")
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
    """Find the dateline that opens the body; the rest of its line stays body."""
    for at in islice(page.free(), SEARCHED):
        line = page.lines[at]
        found = read_dateline(line.text)
        if found and not read_date(line.text, page.language):
            page.kinds[at] = "dateline"
            page.dateline, length = found
            page.dateline_at = (at, line.start + length)
            page.agency = name_agency(page.dateline.publisher or "")
            return


def read_dateline(text: str) -> tuple[Dateline, int] | None:
    """Return the dateline that a paragraph starts with and its length, or None; something must follow it."""
    start = text[:LONGEST]
    if not _MARK.search(start):
        return None
    for form in FORMS:
        match = form.match(start)
        if match and match.end() < len(text):
            return Dateline(match["publisher"] or None, match["place"] or None), match.end()
    return None
