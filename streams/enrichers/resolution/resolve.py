"""Mentions in, things out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streams.enrichers.resolution.folding import slug
from streams.enrichers.resolution.groups import Group, elect, group
from streams.enrichers.resolution.known import Thing, known_names
from streams.enrichers.resolution.rules import RULES
from streams.enrichers.resolution.things import Things

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Resolved:
    """One person, organisation or place of an article.

    Attributes:
        id: `{type}:{slug of the canonical name}` in lower case, `per:vladimir-putin`; a function of those two alone.
        name: the fullest form, in the article's language where the tables know it.
        members: positions of its mentions in what was given, ascending.
        known: whether the tables know it.
    """

    id: str
    name: str
    type: str
    members: tuple[int, ...]
    links: Mapping[str, str] = field(default_factory=dict)
    known: bool = False


def resolve(
    mentions: Sequence[tuple[str, str, float]], definitions: Collection[tuple[str, str]], language: str
) -> list[Resolved]:
    """Resolve the mentions of one article to one another.

    Args:
        mentions: `(text, type, score)` each.
        definitions: slugs of a name and of the short form that the text gives it.
        language: `id` or `en`.

    Returns:
        What they mean, ordered by id; ids are unique, and each mention with a name in it belongs to exactly one.
    """
    things = Things(group(mentions), definitions, known_names(language))
    for rule in RULES:
        for one, other in rule(things):
            things.join(one, other)
    found: dict[str, Resolved] = {}
    for root, groups in things.joined().items():
        thing = _describe(groups, things.thing(root), language)
        found[thing.id] = _merge(found[thing.id], thing) if thing.id in found else thing
    return [found[id_] for id_ in sorted(found)]


def entity_id(type_: str, canonical: str) -> str:
    """Return the stable id of an entity: `entity_id("PER", "Vladimir Putin") == "per:vladimir-putin"`."""
    return f"{type_.lower()}:{slug(canonical)}"


def _describe(groups: Sequence[Group], known: Thing | None, language: str) -> Resolved:
    members = tuple(sorted(member for each in groups for member in each.members))
    if known is not None:
        name = next(iter(known.names[language]), known.name)
        return Resolved(entity_id(known.type, known.name), name, known.type, members, known.links, known=True)
    votes: dict[str, float] = {}
    for each in groups:
        for type_, score in each.types.items():
            votes[type_] = votes.get(type_, 0.0) + score
    # A full name tells a person best, however often the bare one was mistaken.
    person = any(each.type == "PER" and len(each.words) > 1 for each in groups)
    type_, name = "PER" if person else elect(votes), _fullest(groups).name
    return Resolved(entity_id(type_, name), name, type_, members)


def _fullest(groups: Sequence[Group]) -> Group:
    return min(groups, key=lambda each: (-len(each.words), -len(each.key), each.key))


def _merge(one: Resolved, other: Resolved) -> Resolved:
    members = tuple(sorted((*one.members, *other.members)))
    return Resolved(one.id, one.name, one.type, members, one.links, known=one.known)
