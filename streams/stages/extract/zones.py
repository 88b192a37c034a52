"""The parser of news text: which stretch of a page's text is date line, headline, lede, byline, ..., body, furniture.

`RULES` is the order in which lines are claimed. What no rule claims is body: no line is ever lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.articles import Zone
from streams.stages.extract.agencies import mark_agencies
from streams.stages.extract.bylines import mark_bylines
from streams.stages.extract.datelines import mark_dateline
from streams.stages.extract.dates import read_date
from streams.stages.extract.furniture import mark_furniture
from streams.stages.extract.headlines import mark_headline, mark_standfirst
from streams.stages.extract.lines import split_lines
from streams.stages.extract.page import Page
from streams.stages.extract.photos import mark_photos

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVIDENCE: Final = frozenset({"date_line", "byline", "caption", "credit", "agency", "furniture"})
"""Kinds that show that a text was taken off a page. A headline alone does not: the text then stays as it is."""


def mark_date_lines(page: Page) -> None:
    """Claim the dates above the body."""
    for at in page.head():
        moment = read_date(page.lines[at].text, page.language)
        if moment:
            page.kinds[at] = "date_line"
            page.moments.append(moment)


RULES: Final[tuple[Callable[[Page], None], ...]] = (
    mark_furniture,
    mark_dateline,
    mark_date_lines,
    mark_bylines,
    mark_agencies,
    mark_headline,
    mark_photos,
    mark_standfirst,
)


def read_page(raw: str, title: str | None = None, language: str | None = None) -> Page:
    """Read a page's text; one that would be nothing but its page's furniture is body as a whole.

    Args:
        raw: the text, with or without what surrounds an article on its page.
        title: the headline where it is known.
        language: ISO 639-1 where it is stated.
    """
    page = Page(split_lines(raw), language=language, title=title)
    for rule in RULES:
        rule(page)
    return page if page.has_body() else Page(page.lines, language=language, title=title)


def is_from_page(page: Page) -> bool:
    """Whether anything but body and headline was found, so that the body must be taken out of the rest."""
    return page.dateline_at is not None or any(kind in EVIDENCE for kind in page.kinds)


def make_zones(page: Page) -> tuple[Zone, ...]:
    """Return the zones in order; body lines that follow one another are one zone."""
    zones: list[Zone] = []
    for kind, start, end in _spans(page):
        if kind == "body" and zones and zones[-1].kind == "body":
            zones[-1] = Zone("body", zones[-1].start, end)
        else:
            zones.append(Zone(kind, start, end))
    return tuple(zones)


def _spans(page: Page) -> Iterator[tuple[str, int, int]]:
    for kind, line in zip(page.kinds, page.lines, strict=True):
        if kind == "opened" and page.dateline_at:
            start = page.dateline_at[1]
            if start > line.start:
                yield "dateline", line.start, start
            yield "body", start, line.end
        else:
            yield kind or "body", line.start, line.end
