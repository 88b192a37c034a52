"""Where a name begins and ends inside a span of the model: offsets into the span, never text.

apart      Amerika Serikat (AS) -> two names;  Laut Hitam Sochi -> two places that the tables know
trim       no signs, no words that open or end no name, no half of a pair of brackets or quotes
in_title   Jorge Martin Kampiun -> Jorge Martin, where no sentence writes `Kampiun` as a name
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from streams.enrichers.resolution.folding import APOSTROPHES, DASHES, QUOTES, slug
from streams.enrichers.resolution.known import LANGUAGES, known_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.enrichers.casing import Casing

SHORTEST: Final = 2
LONGEST: Final = 200
"""Letters and digits of a name at least, characters at most."""
MOST_WORDS: Final = 6
"""Words of a place that may be two."""
SMALL_WORDS: Final = frozenset(
    """
    dan di ke dari untuk pada dengan yang atau oleh serta dalam para bagi antara sebagai saat soal
    and of in for at to by from with on or as the
    """.split()  # noqa: SIM905 - a table reads better so
)
"""Written small, they neither open nor end a name."""

_EDGES: Final = f",;:!?&@#()[]{{}}*|/\\{APOSTROPHES}{QUOTES}{DASHES}"
_DOTS: Final = ".\u2026"
_SHORT: Final = r"\((?P<short>[^\W\d_][\w.&-]{1,15}(?: [^\W\d_][\w.&-]{1,11})?)"
# The legal form and a country behind the short form are no part of either: `Bank X (Persero) Tbk (BX)`, `Kemenlu (Kemlu) RI`.
_WITH_SHORT: Final = re.compile(
    rf"(?P<long>[^()]*[^()\s])\s*(?:\((?:Persero|Perseroda)\)\s*(?:Tbk\.?\s*)?)?{_SHORT}(?:\)(?P<rest>[^()]*))?"
)
_WORD: Final = re.compile(r"\S+")
_PAIRS: Final = (("(", ")"), ("[", "]"), ("\u201c", "\u201d"), ('"', '"'))

Cut = tuple[int, int]


def apart(text: str, type_: str, language: str) -> Sequence[Cut]:
    """Return the names in a span."""
    both = _WITH_SHORT.fullmatch(text)
    if both:
        return both.span("long"), both.span("short")
    if type_ == "LOC" and language in LANGUAGES:
        return _places(text, language)
    return ((0, len(text)),)


def _places(text: str, language: str) -> Sequence[Cut]:
    """Take two known places apart that no table knows as one."""
    words = [word.span() for word in _WORD.finditer(text)]
    names = known_names(language)
    if not 1 < len(words) <= MOST_WORDS or names.find(slug(text), "LOC", acronym=True):
        return ((0, len(text)),)
    for (_, past), (start, _) in pairwise(words):
        if all(_is_place(text[first:end], language) for first, end in ((0, past), (start, len(text)))):
            return (0, past), (start, len(text))
    return ((0, len(text)),)


def _is_place(text: str, language: str) -> bool:
    thing = known_names(language).find(slug(text), "LOC", acronym=False)
    return thing is not None and thing.type == "LOC"


def trim(text: str, start: int, end: int) -> Cut:
    """Leave out white space, signs and small words at both ends, and what an unpaired bracket or quote cuts off.

    A full stop is left out only at the beginning (U.S.).
    """
    start, end = _bare(text, start, end)
    for opening, closing in _PAIRS:
        start, end = _bare(text, *_paired(text, start, end, opening, closing))
    return start, end


def _bare(text: str, start: int, end: int) -> Cut:
    before = (-1, -1)
    while before != (start, end):
        before = start, end
        while start < end and (text[start].isspace() or text[start] in _EDGES or text[start] in _DOTS):
            start += 1
        while start < end and (text[end - 1].isspace() or text[end - 1] in _EDGES):
            end -= 1
        words = text[start:end].split()
        if len(words) > 1 and words[-1] in SMALL_WORDS:
            end -= len(words[-1])
        elif len(words) > 1 and words[0] in SMALL_WORDS:
            start += len(words[0])
    return start, end


def _paired(text: str, start: int, end: int, opening: str, closing: str) -> Cut:
    """Cut at a sign whose other half is missing; what stands before it is kept."""
    if opening == closing:
        return (start, text.index(opening, start)) if text.count(opening, start, end) % 2 else (start, end)
    depth = 0
    for place in range(start, end):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth < 0:
            return start, place
    return (start, text.rindex(opening, start, end)) if depth else (start, end)


def in_title(text: str, start: int, end: int, casing: Casing) -> Cut:
    """Leave out the words at both ends that no sentence writes as a name, where one between is written so."""
    words = [word.span() for word in _WORD.finditer(text, start, end)]
    named = [casing.is_name(re.findall(r"[^\W\d_]+", text[first:past])) for first, past in words]
    if not any(named):
        return start, end
    numbers = [text[past - 1].isdigit() for _, past in words]
    first = named.index(True)
    last = max(place for place, is_named in enumerate(named) if is_named)
    # `Thailand Open 2026`: a number belongs to what it follows.
    while last + 1 < len(words) and numbers[last + 1]:
        last += 1
    return words[first][0], words[last][1]


def is_name(core: str, sentence: str) -> bool:
    """Tell whether it can be a name: two letters at least, or one with a digit; not in small letters among capitals."""
    signs = sum(map(str.isalnum, core))
    if signs < SHORTEST or len(core) > LONGEST or not any(map(str.isalpha, core)):
        return False
    return not (core.islower() and any(map(str.isupper, sentence)))
