"""Every mention of an article: what the model marked, made exact, with the short forms that the text defines.

model's spans --apart--> a name and its short form, two places --trim--> its edges (`boundaries.py`)
  --short forms in brackets--> recurrences (`recurrences.py`)

Offsets are exact throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from streams.enrichers.boundaries import apart, in_title, is_name, trim
from streams.enrichers.casing import Casing, is_titled
from streams.enrichers.resolution.folding import slug
from streams.enrichers.resolution.groups import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streams.enrichers.reading import Passage, Reading
    from streams.nlp import Mention, Probabilities

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
    casing = _casing(reading)
    mentions: list[Seen] = []
    definitions: set[tuple[str, str]] = set()
    for passage, annotation in zip(reading.passages, reading.annotations, strict=True):
        titled = casing if passage.zone == "headline" and is_titled(passage.text) else None
        found = [
            each for mention in annotation.mentions for each in _take(passage, mention, reading.language.code, titled)
        ]
        ordered = sorted([*found, *_short_forms(passage.text, found)], key=lambda each: each[0])
        definitions.update(_definitions(passage.text, ordered))
        mentions.extend(_place(reading, passage, start, seen) for start, seen in ordered)
    return mentions, frozenset(definitions)


def _casing(reading: Reading) -> Casing | None:
    """How the sentences write their words, where there is a title in capitals to be held against them."""
    if not any(passage.zone == "headline" and is_titled(passage.text) for passage in reading.passages):
        return None
    return Casing("\n".join(passage.text for passage in reading.passages if passage.zone != "headline"))


def is_short_of(short: str, long: str) -> bool:
    """Tell whether one name can be a short form of the other: its letters, in order, beginning alike; shorter by a third."""
    few, many = slug(short).replace("-", ""), slug(long).replace("-", "")
    if not few or 3 * len(few) > 2 * len(many) or few[0] != many[0]:
        return False
    letters = iter(many)
    return all(letter in letters for letter in few)


def _take(passage: Passage, mention: Mention, language: str, casing: Casing | None) -> Iterator[tuple[int, Seen]]:
    """Take a span of the model apart and trim the parts."""
    text = passage.text[mention.start : mention.end]
    for start, end in apart(text, mention.type, language):
        first, past = trim(text, start, end)
        if casing is not None:
            first, past = in_title(text, first, past, casing)
        core = text[first:past]
        if is_name(core, passage.text):
            place = mention.start + first
            yield place, Seen(core, mention.type, mention.score, passage.zone, None, mention.sentiment)


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
