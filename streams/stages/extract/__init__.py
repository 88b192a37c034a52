"""extract: a raw article becomes a clean one.

    html.py        the page's HTML -> its text and what its head says (trafilatura)
    zones.py       text -> zones, by the rules of dates, bylines, datelines, agencies, photos, headlines, furniture
    rules/         the words of each language, as tables
    body.py        the body taken out of its page
    identity.py    the article's id and the hash of its content

Pure: no network, no clock, no environment. Time is linear in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.articles import CleanArticle
from streams.errors import ExtractError, Reason
from streams.stages.extract.agencies import name_agency
from streams.stages.extract.body import assemble, opening
from streams.stages.extract.bylines import read_author
from streams.stages.extract.dates import Moment, read_timestamp
from streams.stages.extract.html import Document, looks_like_html, read_html
from streams.stages.extract.identity import hash_content, host_of, identify
from streams.stages.extract.photos import read_caption
from streams.stages.extract.zones import is_from_page, make_zones, read_page

if TYPE_CHECKING:
    from streams.articles import Person, RawArticle
    from streams.stages.extract.page import Page

__all__ = ["extract"]


def extract(article: RawArticle) -> CleanArticle:
    """Return the article without its page.

    The HTML is read where there is any, and the plain text where the HTML holds none. A text in which nothing of a
    page is found comes through unchanged, to the code point.

    Raises:
        ExtractError: of reason no_text where no body is left, too_deep or too_large where the HTML has no end.
    """
    document = _read_document(article)
    title = _settle(article.title) or document.title
    stated = _settle(article.language)
    language = stated or document.language
    page = read_page(document.text, title, language and language.split("-")[0].casefold())
    text = assemble(document.text, page) if is_from_page(page) else document.text
    if not page.has_body():
        raise ExtractError(Reason.NO_TEXT, "the text holds nothing that can be seen")
    return _clean(article, document, page, text, stated)


def _read_document(article: RawArticle) -> Document:
    """Choose what to read: the HTML, else the text."""
    text = article.text if article.text and article.text.strip() else None
    html = article.html or (text if text and looks_like_html(text) else None)
    if html is None:
        if text is None:
            raise ExtractError(Reason.NO_TEXT, "the article has neither html nor text")
        return Document(text)
    try:
        return read_html(html, article.url)
    except ExtractError:
        if text is None or text is html:
            raise
        return Document(text)


def _clean(article: RawArticle, document: Document, page: Page, text: str, stated: str | None) -> CleanArticle:
    return CleanArticle(
        id=identify(article.url, page.title, text),
        content_hash=hash_content(page.title, text),
        raw_id=article.id,
        text=text,
        title=page.title,
        lede=page.lede or opening(text, _body_start(page, text, document.text)),
        url=article.url,
        source=_settle(article.source) or document.site or host_of(article.url) or _publisher(page),
        stated_language=stated,
        published_at=_published_at(article, page, document),
        fetched_at=article.fetched_at,
        byline=_byline(page, document),
        agency=page.agency,
        dateline=page.dateline,
        images=tuple(page.images) or tuple(read_caption(caption) for caption in document.captions),
        zones=() if document.from_html else make_zones(page),
    )


def _settle(field: str | None) -> str | None:
    """Return a field without blanks around it, None where nothing is left."""
    return " ".join(field.split()) or None if field else None


def _body_start(page: Page, text: str, raw: str) -> int:
    """Return where in the clean text the body starts: its headline, or what stood above it, may come before."""
    first = next(page.body())
    above = (
        page.dateline_at[0] if page.dateline_at else page.kinds.index("headline") + 1 if "headline" in page.kinds else 0
    )
    at = next(page.body(above), first)
    line = page.lines[at]
    if text is raw:
        return line.start
    start = page.dateline_at[1] if page.dateline_at and page.kinds[at] == "opened" else line.start
    return max(0, text.find(raw[start : line.end])) if at != first else 0


def _published_at(article: RawArticle, page: Page, document: Document) -> str | None:
    """Prefer the crawler's word, then the date line, then the page's head; a time over a bare date."""
    stated = [read_timestamp(article.published_at, page.language)]
    printed: list[Moment | None] = [*sorted(page.moments, key=lambda moment: moment.update)]
    head = [read_timestamp(value, page.language) for value in document.dates]
    moments = [moment for moment in (*stated, *printed, *head) if moment]
    return next((moment.value for moment in sorted(moments, key=lambda moment: not moment.exact)), None)


def _byline(page: Page, document: Document) -> tuple[Person, ...]:
    return tuple(page.byline) or tuple(read_author(document.author))


def _publisher(page: Page) -> str | None:
    """Return the dateline's publisher, unless that is an agency."""
    publisher = page.dateline.publisher if page.dateline else None
    return None if publisher is None or name_agency(publisher) else publisher
