"""HTML to text and what the page's head says: trafilatura reads, nothing is fetched.

What it gives goes through the zone parser like any other text. Pages are hostile until proven otherwise: nesting
and attributes are bounded before and after the parse, and entities cannot expand (libxml2's HTML parser declares none).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import trafilatura
from trafilatura.utils import load_html

from streams.errors import ExtractError, Reason
from streams.stages.extract.lines import INVISIBLE

MAX_DEPTH: Final = 200
"""Elements inside one another; real pages stay under a hundred. The parser cuts off silently at 256."""

MAX_ATTRIBUTES: Final = 2000
"""Attributes of one tag; libxml2 takes quadratic time in them, 20 s for 100,000. Not fewer: scripts look like tags here."""

MAX_TAG_PIECES: Final = 20_000
"""Blanks, slashes and quotes within one tag, whatever stands between them: the most attributes it may hide."""

MAX_PAIRS: Final = 100_000_000
"""Attributes squared, summed over the tags: libxml2 compares each with those before it, 6 ns a pair, whatever the tag."""

SMALL_TAG: Final = 200
"""Code points of a tag that is not looked into: its hundred attributes cost nothing."""

MAX_ELEMENTS: Final = 100_000
"""Elements of a page; real ones hold some thousands, and trafilatura takes 70 µs for each."""

MOST_CAPTIONS: Final = 20
LONGEST_CAPTION: Final = 400
"""Code points of the longest caption of a figure."""

NO_CLOCK: Final = {"original_date": True, "extensive_search": False, "max_date": "2200-01-01"}
"""Date search in the page's head only, and with a fixed last day: today's would make a replay another article."""

DATE_PATHS: Final = (
    "//meta[@property='article:published_time' or @itemprop='datePublished']/@content",
    "//meta[@name='pubdate' or @name='publishdate' or @name='dtk:publishdate' or @name='content_PublishedDate']/@content",
    "//script[@type='application/ld+json']/text()",
    "//time[@itemprop='datePublished' or @pubdate]/@datetime",
    "//article//time/@datetime",
)
"""Where a page says when it was published, the surest first."""

_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_TOO_DEEP = f"boolean({'/*' * (MAX_DEPTH + 1)})"
_MARKUP = re.compile(r"\s*<(?:!doctype html|html|head|body|div|article|p)\b", re.IGNORECASE)
_ATTRIBUTE = r"[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+))?"
_TAG = re.compile(rf"<[A-Za-z][^\s/>]*+(?P<rest>(?:{_ATTRIBUTE}|=)*+)")
_OPEN_OR_CLOSE = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dt|dd|option)\b)[A-Za-z][^<>]{0,500}>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile("<[A-Za-z]")
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE)
_PIECE = re.compile(r"[\s/\"']++")


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be read, and what its page says of it.

    Attributes:
        text: paragraphs separated by a blank line where it came from HTML, else as it came.
        captions: of its figures, in order.
        dates: as the page states them, the surest first.
        from_html: whether offsets into the text mean nothing to whoever sent it.
    """

    text: str
    title: str | None = None
    author: str | None = None
    site: str | None = None
    language: str | None = None
    dates: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    from_html: bool = False


def looks_like_html(text: str) -> bool:
    """Whether a text starts as a page does."""
    return _MARKUP.match(text) is not None


def read_html(html: str, url: str | None) -> Document:
    """Read a page.

    Raises:
        ExtractError: too_deep where it nests or lists attributes without end, too_large where it has too many elements,
            no_text where it holds no article.
    """
    tree = _parse(html)
    language, dates = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"), _dates(tree)
    captions = _captions(tree)
    found: Any = trafilatura.bare_extraction(
        tree, url=url, include_comments=False, with_metadata=True, fast=True, date_extraction_params=NO_CLOCK
    )
    if found is None or not (found.text or "").strip(f" \n\t{INVISIBLE}"):
        raise ExtractError(Reason.NO_TEXT, "the html holds no readable article")
    dates += (found.date,) if found.date else ()
    text = re.sub(r"\n\s*", "\n\n", found.text.strip())
    language = language or found.language
    return Document(text, found.title, found.author, found.sitename, language, dates, captions, from_html=True)


def _parse(html: str) -> Any:
    """Return the tree of a page that is safe to walk."""
    _check_tags(html)
    tree = _load(html.encode("utf-8", "replace").decode("utf-8").replace("\0", ""))
    if tree is None:
        _check_depth(html)
        raise ExtractError(Reason.NO_TEXT, "the html holds no elements")
    if tree.xpath(_TOO_DEEP):
        raise ExtractError(Reason.TOO_DEEP, f"the html nests more than {MAX_DEPTH} elements")
    if tree.xpath("count(//*)") > MAX_ELEMENTS:
        raise ExtractError(Reason.TOO_LARGE, f"the html holds more than {MAX_ELEMENTS} elements")
    return tree


def _load(page: str) -> Any:
    """Parse a page, or a piece of one; the root of what comes back is `html`, whatever the page began with."""
    tree = load_html(page)
    if (tree is not None and tree.tag == "html") or _ANY_TAG.search(page) is None:
        return tree
    # trafilatura takes what does not say `html` early for no page, and stumbles over a root that it means to remove.
    return load_html(f"<html>\n{page}")


def _check_depth(html: str) -> None:
    """Refuse what the parser gave up on if that was for its depth."""
    depth = 0
    for tag in _OPEN_OR_CLOSE.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            raise ExtractError(Reason.TOO_DEEP, f"the html nests more than {MAX_DEPTH} elements")


def _check_tags(html: str) -> None:
    """Refuse tags of attributes without end, one or all together, before anything parses them."""
    pairs = 0
    for tag in _TAG.finditer(html):
        rest = tag["rest"]
        if len(rest) <= SMALL_TAG:
            continue
        attributes = sum(1 for _ in _ONE_ATTRIBUTE.finditer(rest))
        pairs += attributes**2
        if attributes > MAX_ATTRIBUTES or len(_PIECE.findall(rest)) > MAX_TAG_PIECES:
            msg = f"the html has a tag of more than {MAX_ATTRIBUTES} attributes at code point {tag.start()}"
            raise ExtractError(Reason.TOO_DEEP, msg)
        if pairs > MAX_PAIRS:
            msg = f"the html has too many tags of many attributes, the last at code point {tag.start()}"
            raise ExtractError(Reason.TOO_LARGE, msg)


def _captions(tree: Any) -> tuple[str, ...]:
    """Return the captions of the article's figures, each once."""
    texts = (
        " ".join(figure.text_content().split())
        for figure in tree.xpath(f"(//article//figcaption)[position() <= {MOST_CAPTIONS}]")
    )
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= LONGEST_CAPTION))


def _dates(tree: Any) -> tuple[str, ...]:
    found = []
    for value in (str(value) for path in DATE_PATHS for value in tree.xpath(path)):
        stated = _JSON_DATE.search(value)
        if stated or "{" not in value:
            found.append(stated[1] if stated else value)
    return tuple(found)
