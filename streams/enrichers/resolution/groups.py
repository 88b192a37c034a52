"""Mentions that share one comparable name, and what type they are together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from streams.enrichers.resolution.folding import APOSTROPHES, DASHES, QUOTES, is_acronym, slug
from streams.enrichers.resolution.titles import (
    AFTER,
    BEFORE,
    CAPITAL_BEFORE,
    HEADS,
    OPTIONAL,
    PART_BEFORE,
    TRAILING,
    UNSAID,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TYPE_ORDER: Final = ("PER", "ORG", "LOC", "EVENT", "MISC")
"""Who wins a tie of votes."""
_RANK: Final = {type_: place for place, type_ in enumerate(TYPE_ORDER)}
_YEAR: Final = 4
_HIJRI: Final = ("13", "14", "15")
_UNDATED: Final = frozenset({"PER", "ORG", "LOC"})
_EDGES: Final = f" \t\r\n.,;:!?()[]{{}}*|/\\{APOSTROPHES}{QUOTES}{DASHES}"


@dataclass
class Group:
    """All mentions of one article with the same comparable name; what it is, is asked once all are in.

    Attributes:
        key: the slug of the name without its titles.
        names: how it was written, title off, and how often.
        types: the votes of its mentions, each with its score.
        members: positions of its mentions in what was given.
    """

    key: str
    names: Counter[str] = field(default_factory=Counter)
    types: dict[str, float] = field(default_factory=dict)
    members: list[int] = field(default_factory=list)

    @cached_property
    def words(self) -> list[str]:
        """The comparable name's words."""
        return self.key.split("-")

    @cached_property
    def initials(self) -> frozenset[str]:
        """The acronyms that the name could have: of all its words, and of those that acronyms spell."""
        words = self.words
        if len(words) == 1:
            return frozenset()
        said = [word for word in words if word not in UNSAID]
        return frozenset("".join(word[0] for word in each) for each in (words, said))

    @cached_property
    def initials_of_office(self) -> str:
        """The acronym that leaves out what kind of office it is, or nothing: PU for Kementerian Pekerjaan Umum."""
        said = [word for word in self.words if word not in UNSAID]
        return "".join(word[0] for word in said[1:]) if said and said[0] in HEADS and len(said) > len("PU") else ""

    @cached_property
    def certainty(self) -> float:
        """How sure the model was that its mentions are what most were said to be: 0..1, a half per mention at least."""
        return self.types[self.type] / len(self.members)

    @cached_property
    def type(self) -> str:
        """The type that most of its mentions were given."""
        return elect(self.types)

    @cached_property
    def name(self) -> str:
        """The commonest way of writing; of equals, the one with the fewest capitals."""
        return min(self.names, key=lambda name: (-self.names[name], sum(map(str.isupper, name)), name))

    @cached_property
    def acronym(self) -> bool:
        """Whether it was mostly written as an acronym."""
        return is_acronym(self.name)


def elect(votes: dict[str, float]) -> str:
    """Return the type with the most votes; rounded, so that the order of adding does not matter."""
    return min(votes, key=lambda type_: (-round(votes[type_], 6), _RANK.get(type_, len(_RANK)), type_))


def group(mentions: Sequence[tuple[str, str, float]]) -> list[Group]:
    """Group mentions, each `(text, type, score)`; one without a name (a title alone, signs) is left out."""
    groups: dict[str, Group] = {}
    for position, (text, type_, score) in enumerate(mentions):
        name = bare(text, type_)
        if key := slug(name):
            found = groups.setdefault(key, Group(key))
            found.names[name] += 1
            found.types[type_] = found.types.get(type_, 0.0) + 0.5 + score / 2
            found.members.append(position)
    return [groups[key] for key in sorted(groups)]


@lru_cache(maxsize=4096)
def bare(text: str, type_: str) -> str:
    """Return a name without titles, legal forms, possessive and surrounding signs."""
    words = " ".join(text.split()).split(" ")
    before, after = BEFORE.get(type_, frozenset()), AFTER.get(type_, frozenset())
    capital = CAPITAL_BEFORE.get(type_, frozenset())
    while words and (_opens(words, before) or (len(words) > 1 and words[0] in capital)):
        del words[0]
    while len(words) > 1 and words[0].islower() and words[0] in OPTIONAL.get(type_, ()):
        del words[0]
    while len(words) > 1 and words[-1] in TRAILING.get(type_, ()):
        del words[-1]
    while len(words) > 1 and _ends(words, type_, after):
        del words[-1]
    return _trim(" ".join(words))


def _opens(words: Sequence[str], before: Iterable[str]) -> bool:
    """Tell whether the first word is no part of the name; `Kota` is one of Kota Kinabalu, not of Kota Bandung."""
    first = slug(words[0])
    return not first or (first in before and (len(words) == 1 or slug(words[1]) not in PART_BEFORE.get(first, ())))


def _ends(words: Sequence[str], type_: str, after: Iterable[str]) -> bool:
    """Tell whether the last word is no part of the name; a degree is one only after a comma (Jack Ma is no M.A.)."""
    if words[-1].isdecimal() and len(words[-1]) == _YEAR and (type_ in _UNDATED or _is_hijri(words[-1])):
        return True
    return slug(words[-1]) in after and (type_ != "PER" or words[-2].endswith(","))


def _is_hijri(year: str) -> bool:
    """Tell whether a year of the Islamic calendar: it names the feast of no other year, and the article has its date."""
    return year.startswith(_HIJRI)


def _trim(name: str) -> str:
    name = name if is_acronym(name) else name.strip(_EDGES)
    return name[:-2] if name[-2:-1] and name[-1] in "sS" and name[-2] in APOSTROPHES else name
