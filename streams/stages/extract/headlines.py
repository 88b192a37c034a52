"""The headline, and the lede that stands between it and the byline."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from streams.stages.extract.furniture import is_headline
from streams.stages.extract.lines import normalise
from streams.stages.extract.photos import STOCKS
from streams.stages.extract.rules import one_of
from streams.stages.extract.rules.common import DOMAIN, OUTLETS, SECTIONS

if TYPE_CHECKING:
    from streams.stages.extract.lines import Line
    from streams.stages.extract.page import Page

SEARCHED: Final = 6
"""Free lines from the top among which a headline that is known is looked for."""

SHORTEST_STANDFIRST: Final = 25
LONGEST_STANDFIRST: Final = 400
"""Code points."""

WRAP_SLACK: Final = 15
"""Code points by which the lines of a wrapped paragraph differ at most, its last one aside."""

EVIDENCE: Final = 16
"""Lines from the top among which a date line or byline shows that sections may stand above the headline."""

LONGEST_SECTION: Final = 40
MOST_SECTION_WORDS: Final = 2

_NAMES = rf"(?:{DOMAIN}|{SECTIONS}|{one_of(name for name in OUTLETS if name not in STOCKS)})"
_SITE = re.compile(_NAMES, re.IGNORECASE)
_SITE_AND_SECTION = re.compile(
    rf"{_NAMES}|(?:{_NAMES}|[^\W\d_]{{2,20}})(?:\s*[>/|\u203a\u00bb\-]\s*[^\W\d_]{{2,20}}){{1,3}}", re.IGNORECASE
)
_MARKERS = frozenset({"byline", "date_line"})


def mark_headline(page: Page) -> None:
    """Claim the line that is the headline; where none is given, the first line if it is shaped like one."""
    head = page.head()[:SEARCHED]
    sections = _sections(page, head)
    if page.title:
        wanted = normalise(page.title)
        found = next((at for at in head if _is_title(page.lines[at].key, wanted)), None)
    else:
        first = next((at for at in head if at not in sections), None)
        found = first if first is not None and _opens(page, first) else None
    if found is not None:
        page.kinds[found] = "headline"
        page.title = page.title or page.lines[found].text
        _mark_sections(page, [at for at in sections if at < found])
    _mark_sections(page, [at for at in head if _is_from_page(page) and _SITE.fullmatch(page.lines[at].text)])


def _mark_sections(page: Page, sections: list[int]) -> None:
    for at in sections:
        if page.kinds[at] is None:
            page.kinds[at] = "furniture"


def _is_from_page(page: Page) -> bool:
    """Whether a date line, byline or dateline shows that the text was taken off a page."""
    return page.dateline_at is not None or any(kind in _MARKERS for kind in page.kinds[:EVIDENCE])


def _sections(page: Page, head: list[int]) -> list[int]:
    """Return the lines of site and section above the headline: `Kompas.com`, `News`, `Tribunnews.com - Nasional`."""
    return list(takewhile(lambda at: _is_section(page.lines[at]), head)) if _is_from_page(page) else []


def _is_section(line: Line) -> bool:
    if line.ends_sentence or len(line.text) > LONGEST_SECTION:
        return False
    return len(line.text.split()) <= MOST_SECTION_WORDS or _SITE_AND_SECTION.fullmatch(line.text) is not None


def _is_title(line: str, wanted: str) -> bool:
    """Whether a line is the title, or all of it but the site's name after a dash or bar."""
    return line == wanted or wanted.startswith(tuple(f"{line} {mark} " for mark in "-|\u2013\u2014"))


def mark_standfirst(page: Page) -> None:
    """Claim the one line between headline and byline (or date line, or dateline), if more body follows."""
    start = next((at + 1 for at, kind in enumerate(page.kinds[:SEARCHED]) if kind == "headline"), 0)
    end = _marker(page, start)
    if not start and not any(kind in _MARKERS for kind in page.kinds[:end]):
        return
    between = list(page.free(start, end))
    if len(between) != 1 or not SHORTEST_STANDFIRST <= len(page.lines[between[0]].text) <= LONGEST_STANDFIRST:
        return
    if page.has_body(end):
        page.kinds[between[0]] = "lede"
        page.lede = page.lines[between[0]].text


def _marker(page: Page, start: int) -> int:
    """Return where the head is known to end: at the dateline, else at the first byline or date line after the headline."""
    if page.dateline_at is not None:
        return page.dateline_at[0]
    near = range(start, min(start + SEARCHED, len(page.lines)))
    return next((at for at in near if page.kinds[at] in _MARKERS), start)


def _opens(page: Page, at: int) -> bool:
    """Whether the line is a headline by its shape and by what follows: a gap, or a line that is clearly longer."""
    line, after = page.lines[at], next(page.body(at + 1), None)
    if after is None or not is_headline(line.text) or line.text[-1] == "\u2026":
        return False
    if page.lines[at + 1].gap or page.kinds[at + 1] is not None or _outgrows(page.lines[after], line):
        return True
    wrapped = page.lines[at + 1].text[0].islower()
    return not wrapped and any(kind in _MARKERS for kind in page.kinds[at + 1 : at + 4])


def _outgrows(body: Line, headline: Line) -> bool:
    """Whether the line below cannot be the next line of the same wrapped paragraph."""
    if len(body.text) >= max(100, 3 * len(headline.text) // 2):
        return True
    return body.ends_sentence and not body.text[0].islower() and len(body.text) > len(headline.text) + WRAP_SLACK
