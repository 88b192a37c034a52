"""Names that the news calls by several names, from the tables beside this file.

Countries and their names in both languages come from the CLDR through babel, corrected by
`tables/countries.txt`; the other tables are read as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from streams.enrichers.resolution.folding import is_acronym, slug
from streams.enrichers.resolution.groups import bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES: Final = ("id", "en")
_ALSO: Final[Mapping[str, frozenset[str]]] = {
    "LOC": frozenset({"LOC", "ORG", "MISC"}),
    "ORG": frozenset({"ORG", "LOC", "MISC"}),
    "PER": frozenset({"PER"}),
    "EVENT": frozenset({"EVENT", "MISC", "ORG", "PER", "LOC"}),
    "MISC": frozenset({"MISC", "EVENT", "ORG"}),
}
"""Types that a mention may have been given by mistake, by what the table says it is."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that the tables know.

    Attributes:
        type: PER, ORG, LOC, EVENT or MISC.
        name: the canonical name, of which the id is made, whatever the article's language.
        names: by language, in order; the first is the one shown.
        links: outward identifiers: `country` (ISO 3166-1), `wikidata`.
        accepts: types of mentions that may mean it.
    """

    type: str
    name: str
    names: Mapping[str, tuple[str, ...]]
    links: Mapping[str, str] = field(default_factory=dict)
    accepts: frozenset[str] = frozenset()


class KnownNames:
    """The names of one language.

    Args:
        things: all that the tables know.
        language: whose names are taken.
    """

    def __init__(self, things: Iterator[Thing], language: str) -> None:
        self._things: dict[str, list[tuple[bool, Thing]]] = {}
        for thing in things:
            for name in dict.fromkeys((thing.name, *thing.names[language])):
                self._things.setdefault(slug(bare(name, thing.type)), []).append((is_acronym(name), thing))

    def find(self, key: str, type_: str, *, acronym: bool) -> Thing | None:
        """Return what a name means, or None; of two things of that name, the one of the mention's own type (Amazon, AS Roma).

        Args:
            key: the name's slug.
            type_: of the mention.
            acronym: whether it is written in capitals; `US` is a country where `us` is not.
        """
        found = [
            thing
            for capitals, thing in self._things.get(key, ())
            if type_ in thing.accepts and (acronym or not capitals)
        ]
        return next((thing for thing in found if thing.type == type_), found[0] if found else None)


@cache
def known_names(language: str) -> KnownNames:
    """Return the names of a language (`id` or `en`); read once, in some 20 ms."""
    return KnownNames(_things(), language)


def _things() -> Iterator[Thing]:
    yield from _countries()
    for table in ("places", "organisations", "people"):
        for type_, name, indonesian, english, links in _rows(table, 5):
            pairs = dict(link.split("=", 1) for link in links.split())
            yield Thing(type_, name, _names(indonesian, english), pairs, _ALSO[type_])


def _countries() -> Iterator[Thing]:
    from babel import Locale  # noqa: PLC0415 - read once, and only where an article is enriched

    territories = {language: Locale.parse(language).territories for language in LANGUAGES}
    corrected = {code: rest for code, *rest in _rows("countries", 4)}
    for code in sorted(set(territories["en"]) & set(territories["id"])):
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}:  # noqa: PLR2004
            name, indonesian, english = corrected.get(code, ("", "", ""))
            names = _names(indonesian or territories["id"][code], english or territories["en"][code])
            canonical = name or territories["en"][code]
            yield Thing("LOC", canonical, names, {"country": code}, _ALSO["LOC"])


def _names(indonesian: str, english: str) -> dict[str, tuple[str, ...]]:
    split = {"id": indonesian.split(";"), "en": english.split(";")}
    return {language: tuple(name.strip() for name in names if name.strip()) for language, names in split.items()}


def _rows(table: str, columns: int) -> Iterator[list[str]]:
    text = resources.files(__package__).joinpath("tables", f"{table}.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            row = [cell.strip() for cell in line.split("|")]
            yield row + [""] * (columns - len(row))
