"""Names that the model marked in one place, found again where it did not mark them.

Only the exact written form counts, whole words, in capitals as written. A form of one word is left alone where the text
also writes it small (a common word), or where a neighbour is capitalised too (part of another name).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from streams.enrichers.mentions import Seen
from streams.enrichers.resolution.folding import APOSTROPHES, QUOTES, is_acronym, slug
from streams.enrichers.resolution.groups import bare
from streams.enrichers.resolution.titles import BEFORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.enrichers.reading import Layout

LEAST_SCORE: Final = 0.5
"""How sure the model must have been of a mention somewhere."""
LEAST_LETTERS: Final = 4
"""Letters of a single word that is no acronym."""
MOST_FORMS: Final = 16
"""Forms with the same first word that are looked for; bounds the work on hostile text."""

_WORD: Final = re.compile(r"\w+")
_LOOK_BACK: Final = 40
_WORD_BEFORE: Final = re.compile(
    rf"(?P<opening>(?:^|[.!?:\n({APOSTROPHES}{QUOTES}]\s{{0,2}}))?(?<!\w)(?P<word>\w+)\.?[ -]\Z"
)


def recurrences(text: str, mentions: Sequence[Seen], layout: Layout) -> Iterator[Seen]:
    """Find the unmarked mentions of names that are marked elsewhere, in order."""
    small = {word for word in _WORD.findall(text) if word.islower()}
    forms = _forms(mentions, small)
    if not forms:
        return
    taken = sorted((seen.start, seen.start + len(seen.text)) for seen in mentions if seen.start is not None)
    free = _free_words(text, taken)
    end = -1
    for word in free:
        if word.start() >= end:
            for form, known in forms.get(word.group(), ()):
                if _stands(text, form, word.start()) and _clear(taken, word.start(), word.start() + len(form)):
                    end = word.start() + len(form)
                    yield Seen(form, known.type, known.score, layout.zone(word.start()), word.start(), None)
                    break


def _forms(mentions: Sequence[Seen], small: set[str]) -> dict[str, list[tuple[str, Seen]]]:
    """Return what to look for by its first word, longer forms first."""
    often = Counter((bare(seen.text, seen.type), seen.type) for seen in mentions)
    best: dict[str, Seen] = {}
    for seen in sorted(mentions, key=lambda each: (-often[bare(each.text, each.type), each.type], each.type)):
        form = bare(seen.text, seen.type)
        if seen.score >= LEAST_SCORE and _telling(form, small):
            best.setdefault(form, seen)
    forms: dict[str, list[tuple[str, Seen]]] = defaultdict(list)
    for form, seen in best.items():
        forms[_WORD.findall(form)[0]].append((form, seen))
    return {first: sorted(each[:MOST_FORMS], key=lambda one: (-len(one[0]), one[0])) for first, each in forms.items()}


def _telling(form: str, small: set[str]) -> bool:
    """Tell whether a form by itself is enough to know the name again."""
    if not form or not form[0].isupper():
        return False
    if is_acronym(form) or " " in form:
        return True
    return len(form) >= LEAST_LETTERS and form.lower() not in small


def _free_words(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Return the words outside the mentions."""
    spans = iter(taken)
    span = next(spans, None)
    for word in _WORD.finditer(text):
        while span is not None and span[1] <= word.start():
            span = next(spans, None)
        if span is None or word.end() <= span[0]:
            yield word


def _clear(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether no mention begins inside a stretch whose first word is free."""
    place = bisect_left(taken, (start, start))
    return place == len(taken) or taken[place][0] >= end


def _stands(text: str, form: str, start: int) -> bool:
    """Tell whether a form stands at a place as a name by itself."""
    end = start + len(form)
    if not text.startswith(form, start) or (end < len(text) and (text[end].isalnum() or text[end] == "_")):
        return False
    if is_acronym(form) or " " in form:
        return True
    return not (_capital_before(text, start) or _capital_after(text, end))


def _capital_before(text: str, start: int) -> bool:
    """Tell whether the word before is capitalised, though it neither is a title nor opens a sentence."""
    found = _WORD_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    if found is None or not found["word"][0].isupper():
        return False
    return found["opening"] is None and slug(found["word"]) not in BEFORE["PER"]


def _capital_after(text: str, end: int) -> bool:
    return text[end : end + 1] in {" ", "-"} and text[end + 1 : end + 2].isupper()
