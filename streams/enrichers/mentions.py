"""Every mention of an article: what the model marked, made exact, with the short forms that the text defines.

model's spans --trim--> a name and its short form apart --short forms in brackets--> recurrences (`recurrences.py`)

Offsets are exact throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from streams.enrichers.resolution.folding import APOSTROPHES, DASHES, QUOTES, slug
from streams.enrichers.resolution.groups import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streams.enrichers.reading import Passage, Reading
    from streams.nlp import Mention, Probabilities

SHORTEST: Final = 2
LONGEST: Final = 200
"""Letters and digits of a name at least, characters at most."""

_EDGES: Final = f",;:!?&@#()[]{{}}*|/\\{APOSTROPHES}{QUOTES}{DASHES}"
_DOTS: Final = ".\u2026"
_WITH_SHORT: Final = re.compile(r"(?P<long>[^()]*[^()\s])\s*\((?P<short>[^\W\d_][\w.&-]{1,11})\)?")
_SHORT_AFTER: Final = re.compile(r"\s?\((?P<short>[^\W\d_][\w.&-]{1,11})\)")


@dataclass(frozen=True, slots=True)
class Seen:
    """One mention.

    Attributes:
        text: as it stands there.
        type: as the model gave it.
        score: 0..1.
        zone: headline, lede or body.
        start: code point of the article's text; None where the mention stands outside it.
        sentiment: towards it; None where the model did not mark it itself.
    """

    text: str
    type: str
    score: float
    zone: str
    start: int | None
    sentiment: Probabilities | None


def gather(reading: Reading) -> tuple[list[Seen], frozenset[tuple[str, str]]]:
    """Return the mentions in order, and the pairs of slugs (long, short) that the text equates."""
    mentions: list[Seen] = []
    definitions: set[tuple[str, str]] = set()
    for passage, annotation in zip(reading.passages, reading.annotations, strict=True):
        found = [each for mention in annotation.mentions for each in _take(passage, mention)]
        ordered = sorted([*found, *_short_forms(passage.text, found)], key=lambda each: each[0])
        definitions.update(_definitions(passage.text, ordered))
        mentions.extend(_place(reading, passage, start, seen) for start, seen in ordered)
    return mentions, frozenset(definitions)


def is_short_of(short: str, long: str) -> bool:
    """Tell whether one name can be a short form of the other: its letters, in order, beginning alike; shorter by a third."""
    few, many = slug(short).replace("-", ""), slug(long).replace("-", "")
    if not few or 3 * len(few) > 2 * len(many) or few[0] != many[0]:
        return False
    letters = iter(many)
    return all(letter in letters for letter in few)


def _take(passage: Passage, mention: Mention) -> Iterator[tuple[int, Seen]]:
    """Trim a span of the model, and take `Amerika Serikat (AS)` apart."""
    text = passage.text[mention.start : mention.end]
    both = _WITH_SHORT.fullmatch(text)
    parts = (both.span("long"), both.span("short")) if both else ((0, len(text)),)
    for start, end in parts:
        first, past = _trim(text, start, end)
        core = text[first:past]
        if _is_name(core, passage.text):
            place = mention.start + first
            yield place, Seen(core, mention.type, mention.score, passage.zone, None, mention.sentiment)


def _is_name(core: str, sentence: str) -> bool:
    """Tell whether it can be a name: two letters at least, or one with a digit; not in small letters among capitals."""
    signs = sum(map(str.isalnum, core))
    if signs < SHORTEST or len(core) > LONGEST or not any(map(str.isalpha, core)):
        return False
    return not (core.islower() and any(map(str.isupper, sentence)))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out white space and signs at both ends; a full stop only at the beginning (U.S.)."""
    while start < end and (text[start].isspace() or text[start] in _EDGES or text[start] in _DOTS):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _EDGES):
        end -= 1
    return start, end


def _short_forms(text: str, found: Sequence[tuple[int, Seen]]) -> Iterator[tuple[int, Seen]]:
    """Find the bracketed short forms that the model left unmarked."""
    covered = {place for start, seen in found for place in range(start, start + len(seen.text))}
    for start, seen in found:
        after = _SHORT_AFTER.match(text, start + len(seen.text))
        if after and covered.isdisjoint(range(*after.span("short"))) and is_short_of(after["short"], seen.text):
            yield after.start("short"), replace(seen, text=after["short"], sentiment=None)


def _definitions(text: str, found: Sequence[tuple[int, Seen]]) -> Iterator[tuple[str, str]]:
    """Pair neighbours of which the second stands in brackets and one is short for the other."""
    for (start, one), (next_start, other) in pairwise(found):
        between = text[start + len(one.text) : next_start].strip()
        if between == "(" and text[next_start + len(other.text) :].lstrip().startswith(")"):
            for long, short in ((one, other), (other, one)):
                if is_short_of(short.text, long.text):
                    yield slug(bare(long.text, long.type)), slug(bare(short.text, short.type))


def _place(reading: Reading, passage: Passage, start: int, seen: Seen) -> Seen:
    if passage.start is None:
        return seen
    place = passage.start + start
    return replace(seen, start=place, zone=reading.layout.zone(place))


def texts(mentions: Iterable[Seen]) -> list[tuple[str, str, float]]:
    """Return the mentions as `resolve` takes them."""
    return [(seen.text, seen.type, seen.score) for seen in mentions]
