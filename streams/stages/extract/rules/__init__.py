"""The rules of all languages, read as one: pages mix them, and a text's language is not known yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from streams.stages.extract.rules.en import ENGLISH
from streams.stages.extract.rules.id import INDONESIAN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.stages.extract.rules.language import LanguageRules

LANGUAGES: Final[tuple[LanguageRules, ...]] = (INDONESIAN, ENGLISH)

MONTHS: Final = {name: number for rules in LANGUAGES for name, number in rules.months.items()}
ROLES: Final = {label: role for rules in LANGUAGES for label, role in rules.roles.items()}
PLACES: Final = frozenset(place for rules in LANGUAGES for place in rules.places)


def every(name: str) -> frozenset[str]:
    """Return the words of one field of `LanguageRules`, of all languages."""
    return frozenset(word for rules in LANGUAGES for word in getattr(rules, name))


def one_of(words: Iterable[str]) -> str:
    """Return a regular expression of these words, the longest first; blanks in them match any run of blanks."""
    escaped = (re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return f"(?:{'|'.join(escaped)})"
