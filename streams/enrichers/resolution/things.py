"""The groups of one article on their way to becoming things: joined step by step."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from streams.enrichers.resolution.groups import Group
    from streams.enrichers.resolution.known import KnownNames, Thing


class Things:
    """A partition of groups, with what is known of each.

    Args:
        groups: ordered by key.
        definitions: pairs of keys, long and short, that the text itself equates.
        names: what the tables know in the article's language.
    """

    def __init__(self, groups: Sequence[Group], definitions: Collection[tuple[str, str]], names: KnownNames) -> None:
        self.groups = groups
        self.definitions = definitions
        self.by_key = {group.key: group for group in groups}
        self._people: dict[str, list[Group]] = defaultdict(list)
        self._spelled: dict[tuple[str, str], list[Group]] = defaultdict(list)
        self._index()
        self._known = {group.key: self._look_up(group, names) for group in groups}
        self._parent = {group.key: group.key for group in groups}
        self._thing = {key: thing for key, thing in self._known.items() if thing is not None}

    def known(self, group: Group) -> Thing | None:
        """Return what the tables say of a group by itself."""
        return self._known[group.key]

    def thing(self, root: str) -> Thing | None:
        """Return what the tables say of a joined thing."""
        return self._thing.get(root)

    def root(self, group: Group) -> str:
        """Return the key that stands for everything joined with a group."""
        key = group.key
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def join(self, one: Group, other: Group) -> None:
        """Make two groups one thing, unless the tables know them as different things."""
        first, second = sorted((self.root(one), self.root(other)))
        known = [thing for thing in (self._thing.get(first), self._thing.get(second)) if thing is not None]
        if first == second or len({(thing.type, thing.name) for thing in known}) > 1:
            return
        self._parent[second] = first
        if known:
            self._thing[first] = known[0]

    def joined(self) -> dict[str, list[Group]]:
        """Return the groups of each thing, by its root."""
        members: dict[str, list[Group]] = defaultdict(list)
        for group in self.groups:
            members[self.root(group)].append(group)
        return members

    def _index(self) -> None:
        for group in self.groups:
            for word in set(group.words) if len(group.words) > 1 and group.type == "PER" else ():
                self._people[word].append(group)
            for initials in group.initials:
                self._spelled[group.type, initials].append(group)

    def _look_up(self, group: Group, names: KnownNames) -> Thing | None:
        thing = names.find(group.key, group.type, acronym=group.acronym) or self._undated(group, names)
        if thing is None or self._claimed(group, thing, names):
            return None
        return thing

    def _undated(self, group: Group, names: KnownNames) -> Thing | None:
        """Look a feast or a tournament up without its year."""
        name, _, year = group.key.rpartition("-")
        found = names.find(name, group.type, acronym=False) if name and year.isdecimal() else None
        return found if found is not None and found.type == "EVENT" else None

    def _claimed(self, group: Group, thing: Thing, names: KnownNames) -> bool:
        """Tell whether the article itself gives a short name another meaning than the tables do.

        Trump beside Melania Trump; PBB beside Partai Bulan Bintang, unless the tables know that too (AS beside Arab Saudi).
        """
        if len(group.words) > 1:
            return False
        fuller = self._people[group.key] if thing.type == "PER" else self._spelled[group.type, group.key]
        if thing.type == "PER":
            return any(names.find(each.key, "PER", acronym=True) is not thing for each in fuller)
        return any(names.find(each.key, each.type, acronym=True) is None for each in fuller)
