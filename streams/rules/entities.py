"""The keys by which rules and articles name an entity: its id, and the folded forms of its names.

A name of a rule is first looked up in the tables that the enricher resolves by, so that `Jokowi` also finds an article
that says `Joko Widodo` only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from streams.enrichers.resolution.folding import is_acronym, slug
from streams.enrichers.resolution.groups import bare
from streams.enrichers.resolution.known import known_names
from streams.enrichers.resolution.resolve import entity_id

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES: Final = ("PER", "ORG", "LOC", "MISC", "EVENT")
LANGUAGES: Final = ("id", "en")
MOST_NAMES: Final = 200
"""Different names of one entity in one article."""


@lru_cache(maxsize=65536)
def keys_of_name(name: str, types: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of an entity that a rule names.

    Args:
        name: in any form.
        types: that the rule admits; all where empty.
    """
    found = {_name_key(name)}
    for type_ in types or TYPES:
        for language in LANGUAGES:
            thing = known_names(language).find(slug(bare(name, type_)), type_, acronym=is_acronym(name))
            if thing is not None:
                found.add(entity_id(thing.type, thing.name))
    return frozenset(found - {_name_key("")})


def keys_of_entity(entity: Mapping[str, Any]) -> set[str]:
    """Return the keys of an entity of an article."""
    names = {entity["name"], *(mention["text"] for mention in entity["mentions"][:MOST_NAMES])}
    return {entity["id"], *(_name_key(name) for name in names)} - {_name_key("")}


@lru_cache(maxsize=65536)
def _name_key(name: str) -> str:
    # An id holds a colon before any other sign, so no name can be taken for one.
    return f"={slug(name)}"
