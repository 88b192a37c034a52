"""Names as bylines and credits print them: told from prose by their shape, split where several stand together."""

from __future__ import annotations

import re
from typing import Final

from streams.stages.extract.rules import MONTHS, every, one_of
from streams.stages.extract.rules.common import PARTICLES, TIMES_OF_NO_ONE

LONGEST: Final = 60
MOST_WORDS: Final = 6

_BREAK = re.compile(rf"\s*[,;&]\s*|\s+{one_of(every('and_words'))}\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w.'\u2019\-]*|[^\W\d_]+\.[^\W\d_.]+")
_NO_NAMES = every("weekdays") | frozenset(MONTHS) | TIMES_OF_NO_ONE


def split_names(text: str) -> list[str]:
    """Return the names of `Jane Doe, John Roe and Ann Poe`; empty where any part is not shaped like one."""
    parts = [" ".join(part.split()).strip(" .|-\u2013\u2014") for part in _BREAK.split(text)]
    names = [part for part in parts if part]
    return names if names and all(is_name(name) for name in names) else []


def is_name(text: str) -> bool:
    """Whether it has the shape of a name: few words, each with a capital or a particle, none a weekday."""
    words = text.split()
    if not 1 <= len(words) <= MOST_WORDS or len(text) > LONGEST or words[0].casefold() in _NO_NAMES:
        return False
    return words[0][0].isupper() and all(_is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    return bool(_WORD.fullmatch(word)) and (word[0].isupper() or word.casefold() in PARTICLES)
