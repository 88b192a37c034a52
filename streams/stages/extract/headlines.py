"""The headline, and the lede that stands between it and the byline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.stages.extract.furniture import is_headline
from streams.stages.extract.lines import normalise

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

_MARKERS = frozenset({"byline", "date_line"})


def mark_headline(page: Page) -> None:
    """Claim the line that is the headline; where none is given, the first line if it is shaped like one."""
    head = page.head()[:SEARCHED]
    if page.title:
        wanted = normalise(page.title)
        found = next((at for at in head if _is_title(page.lines[at].key, wanted)), None)
    else:
        found = head[0] if head and _opens(page, head[0]) else None
    if found is not None:
        page.kinds[found] = "headline"
        page.title = page.title or page.lines[found].text


def _is_title(line: str, wanted: str) -> bool:
    """Whether a line is the title, or all of it but the site's name after a dash or bar."""
    return line == wanted or wanted.startswith(tuple(f"{line} {mark} " for mark in "-|\u2013\u2014"))


def mark_standfirst(page: Page) -> None:
    """Claim the one line between headline and byline (or date line, or dateline), if more body follows."""
    start = next((at + 1 for at, kind in enumerate(page.kinds[:SEARCHED]) if kind == "headline"), 0)
    end = _marker(page, start)
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
    return page.lines[at + 1].gap or page.kinds[at + 1] is not None or _outgrows(page.lines[after], line)


def _outgrows(body: Line, headline: Line) -> bool:
    """Whether the line below cannot be the next line of the same wrapped paragraph."""
    if len(body.text) >= max(100, 3 * len(headline.text) // 2):
        return True
    return body.ends_sentence and not body.text[0].islower() and len(body.text) > len(headline.text) + WRAP_SLACK
