"""What belongs to the page and not to the article: advertisements, links to other articles, share and follow lines.

Rules match whole lines. A phrase inside a paragraph never counts: losing a sentence is worse than
keeping a link.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from streams.stages.extract.lines import normalise
from streams.stages.extract.rules import LANGUAGES, every, one_of

if TYPE_CHECKING:
    from streams.stages.extract.lines import Line
    from streams.stages.extract.page import Page

LONGEST: Final = 250
"""Code points of the longest line that may be furniture."""

LONGEST_HEADLINE: Final = 150
"""Code points of the longest linked headline."""

FEWEST_HEADLINE_WORDS: Final = 3

TAGS: Final = 30
"""Lines from the bottom among which tags are looked for."""

MOST_TAG_WORDS: Final = 4
LONGEST_TAG: Final = 40

_TAG_OPENERS = frozenset({"tag", "tags", "topics", "topik", "topik terkait", "tag terkait", "related topics"})
_INITIALS = re.compile(r"\([a-z]{2,6}/[a-z]{2,6}\)", re.IGNORECASE)
_OPENERS = every("list_openers")
_WHOLE = every("furniture") | _OPENERS
_LINK = re.compile(rf"{one_of(every('link_labels'))}\s*:\s*(?P<headline>.+)", re.IGNORECASE)
_PATTERN = re.compile(
    "|".join(f"(?:{each})" for rules in LANGUAGES for each in rules.furniture_patterns), re.IGNORECASE
)
_SPEECH = re.compile(rf"\b{one_of(every('speech_words'))}\b(?! kunci\b)", re.IGNORECASE)  # "kata kunci" is a keyword
_OWN_VOICE = re.compile(rf"\b{one_of(every('own_voice'))}\b", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\b[A-Z]\.[A-Z]\.$")
_ORNAMENT = " :.\u2026-\u2013\u2014*#>\u00bb\u2022\u00b7|\u25bc\u2192[]"


def mark_furniture(page: Page) -> None:
    """Claim the lines that belong to the page, and the linked headlines under them."""
    openers, edges = [], frozenset(page.edges())
    for at in page.free():
        text = page.lines[at].text
        if len(text) > LONGEST:
            continue
        bare = normalise(text).strip(_ORNAMENT)
        if (
            bare in _WHOLE
            or _is_link(text)
            or (_PATTERN.fullmatch(text) and not _is_prose(page.lines[at], at_edge=at in edges))
        ):
            page.kinds[at] = "furniture"
            if bare in _OPENERS:
                openers.append(at)
    _mark_links(page, openers)
    _mark_tags(page)


def _mark_tags(page: Page) -> None:
    """Claim the tags, a word or four each, that stand below the body under `Tag` or the desk's initials."""
    for opener in range(max(0, len(page.lines) - TAGS), len(page.lines)):
        if not _opens_tags(page, opener):
            continue
        for at in takewhile(lambda at: _is_tag(page.lines[at]), page.free(opener + 1)):
            page.kinds[at] = "furniture"


def _opens_tags(page: Page, at: int) -> bool:
    text = page.lines[at].text
    if page.kinds[at] != "furniture" or len(text) > LONGEST_TAG:
        return False
    is_opener = normalise(text).strip(_ORNAMENT) in _TAG_OPENERS or _INITIALS.fullmatch(text) is not None
    return is_opener and any(page.lines[above].ends_sentence for above in page.body(0, at))


def _is_tag(line: Line) -> bool:
    return (
        len(line.text.split()) <= MOST_TAG_WORDS
        and len(line.text) <= LONGEST_TAG
        and line.text[-1] not in '.,;:!?"\u201d)'
    )


def is_headline(text: str) -> bool:
    """Whether a line has the shape of a headline: short, several words, no sentence's end."""
    return (
        len(text) <= LONGEST_HEADLINE
        and len(text.split()) >= FEWEST_HEADLINE_WORDS
        and (text[-1] not in ".,;:" or _ABBREVIATION.search(text) is not None)
        and not text[0].islower()
    )


def _is_prose(line: Line, *, at_edge: bool) -> bool:
    """Whether a line tells that somebody said so, or is a sentence amid the body in which the page does not speak for itself."""
    if _SPEECH.search(line.text):
        return True
    return not at_edge and line.ends_sentence and _OWN_VOICE.search(line.text) is None


def _is_link(text: str) -> bool:
    match = _LINK.fullmatch(text)
    return match is not None and len(match["headline"]) <= LONGEST_HEADLINE and match["headline"][-1] != "."


def _mark_links(page: Page, openers: list[int]) -> None:
    """Claim the headlines in an opener's block, and all to the page's end where nothing else follows the last one."""
    spaced = any(page.lines[at].gap for at in openers)
    for opener in openers:
        at = opener + 1
        while spaced and at < len(page.lines) and not page.lines[at].gap and page.kinds[at] is None:
            if not is_headline(page.lines[at].text):
                break
            page.kinds[at] = "furniture"
            at += 1
    if openers and page.has_body(0, openers[-1]):
        rest = list(page.free(openers[-1]))
        if all(is_headline(page.lines[at].text) for at in rest):
            for at in rest:
                page.kinds[at] = "furniture"
