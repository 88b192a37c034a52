"""An article as the enrichers read it: sentences, each with its zone, its place in the text and the model's answer.

article --split_article--> passages --Model.annotate--> Reading --each enricher--> fields of the enriched article

What stands in the text is read there, once, with its offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from streams.enrichers.casing import Casing, shouts
from streams.nlp import Annotation, split_sentences
from streams.nlp.furniture import is_furniture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.articles import CleanArticle, Language

READ_CHARACTERS = 200_000
"""The model reads this much of a text, some 30,000 words; names that it found are looked up in the rest.

It bounds what one giant can cost the articles that share its batch.
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a zone lies in the text: code points, the end exclusive."""

    start: int
    end: int

    def holds(self, place: int) -> bool:
        """Tell whether a code point is inside."""
        return self.start <= place < self.end


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence.

    Attributes:
        text: as it stands in the article.
        zone: headline, lede or body.
        start: code point of `article.text` where it begins; None where it stands outside the text.
        recased: the same in the case of the other sentences, where it is in capitals (`casing.py`); else empty.
    """

    text: str
    zone: str
    start: int | None
    recased: str = ""

    @property
    def read(self) -> str:
        """What the model reads: as long as `text`, character by character."""
        return self.recased or self.text


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the text itself holds the headline and the lede; `NOWHERE` where it does not."""

    headline: Span
    lede: Span

    def zone(self, place: int) -> str:
        """Return the zone of a code point of the text."""
        if self.headline.holds(place):
            return "headline"
        return "lede" if self.lede.holds(place) else "body"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an enricher gets. `passages` and `annotations` go together; both empty where the language is unsupported."""

    article: CleanArticle
    language: Language
    layout: Layout
    passages: tuple[Passage, ...] = ()
    annotations: tuple[Annotation, ...] = ()


def lay_out(article: CleanArticle) -> Layout:
    """Find the headline and the lede in the text."""
    return Layout(_find(article.text, article.title), _find(article.text, article.lede))


def split_article(article: CleanArticle, language: str, layout: Layout) -> tuple[Passage, ...]:
    """Split headline, lede and text into sentences; what the text holds itself is read once, there, furniture never."""
    passages = (
        *_outside(article.title, "headline", layout.headline, language),
        *_outside(article.lede, "lede", layout.lede, language),
        *_inside(article.text, layout, language),
    )
    return _recased(tuple(each for each in passages if not is_furniture(each.text)))


def _recased(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    loud = [shouts(each.text) for each in passages]
    if not any(loud):
        return passages
    calm = "\n".join(each.text for each, is_loud in zip(passages, loud, strict=True) if not is_loud)
    casing = Casing(calm)
    pairs = zip(passages, loud, strict=True)
    return tuple(replace(each, recased=casing.restore(each.text)) if is_loud else each for each, is_loud in pairs)


def _find(text: str, part: str | None) -> Span:
    """Find a part that begins a line near the top of the text."""
    part = (part or "").strip()
    start = text.find(part, 0, READ_CHARACTERS) if part else -1
    if start < 0 or text[:start].rpartition("\n")[2].strip():
        return NOWHERE
    return Span(start, start + len(part))


def _outside(part: str | None, zone: str, span: Span, language: str) -> Iterator[Passage]:
    if part and span == NOWHERE:
        for sentence in split_sentences(part[:READ_CHARACTERS], language):
            yield Passage(sentence.text, zone, None)


def _inside(text: str, layout: Layout, language: str) -> Iterator[Passage]:
    sentences = split_sentences(text[:READ_CHARACTERS], language)
    if len(text) > READ_CHARACTERS and len(sentences) > 1:
        sentences.pop()  # cut in its middle
    for sentence in sentences:
        yield Passage(sentence.text, layout.zone(sentence.start), sentence.start)
