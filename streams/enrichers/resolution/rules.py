"""Which groups mean the same thing. Each rule is a generator of pairs to join; the order is `RULES`.

None depends on the order of mentions. A rule that finds two candidates joins neither: two Widodos stay two.
Cost: about linear in the groups, because a name with more than `MOST` candidates is ambiguous anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from streams.enrichers.resolution.groups import Group
from streams.enrichers.resolution.things import Things
from streams.enrichers.resolution.titles import FORMAL, GENERAL, OPTIONAL

MOST: Final = 64
"""Candidates for a name; with more it is ambiguous anyway."""
LEAST_INITIALS: Final = 3
"""Letters of an acronym that needs no definition in the text; AI is not always Apple Intelligence."""
MISTAKEN: Final = frozenset({"ORG", "LOC", "MISC"})
"""What the model takes bare names of people for."""
SURE_OF_PLACE: Final = 0.875
"""`Group.certainty` from which a place is one: a mean score of 0.75 (Arafah has 0.95, Bagnaia 0.3 to 0.64)."""


def same_thing(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join what the tables know as one: AS and Amerika Serikat."""
    first: dict[tuple[str, str], Group] = {}
    for group in things.groups:
        thing = things.known(group)
        if thing is not None:
            yield first.setdefault((thing.type, thing.name), group), group


def defined(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join a name and the short form that the text gives in brackets: Badan Siber dan Sandi Negara (BSSN)."""
    for long, short in sorted(things.definitions):
        if long in things.by_key and short in things.by_key:
            yield things.by_key[long], things.by_key[short]


def acronyms(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join an acronym and the only organisation with those initials, or the only name of the acronym's own type.

    Acronyms are what the model mistakes most, so an organisation claims its own whatever they were marked as.
    """
    spelled: dict[tuple[str, str], list[Group]] = defaultdict(list)
    for group in things.groups:
        for initials in group.initials:
            spelled[group.type, initials].append(group)
    offices: dict[str, list[Group]] = defaultdict(list)
    for group in things.groups:
        offices[group.initials_of_office].append(group)
    for group in things.groups:
        if group.acronym and group.type != "PER":
            named = spelled[group.type, group.key] or spelled["ORG", group.key]
            yield from _only(things, group, named if named and len(group.key) >= LEAST_INITIALS else offices[group.key])


def parts_of_people(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join part of a person's name and the only full name of the article that holds it: Putin, Sri Mulyani."""
    people = [group for group in things.groups if group.type == "PER"]
    holders = _holders(people)
    for group in sorted(people, key=lambda each: (-len(each.words), each.key)):
        words = _without_initials(group.words)
        fuller = [each for each in _holding(holders, words) if len(each.words) > len(group.words)]
        yield from _only(things, group, [each for each in fuller if _is_part(words, _without_initials(each.words))])


def mistaken_names_of_people(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join a bare first or last name that was taken for something else, and the only full name that it can stand for.

    Bagnaia, a LOC beside Francesco Bagnaia; Sony, an ORG beside Sony Sonjaya. A place that the model is sure of stays one.
    """
    ends: dict[str, list[Group]] = defaultdict(list)
    for group in things.groups:
        if group.type == "PER" and len(group.words) > 1:
            for word in {group.words[0], group.words[-1]}:
                ends[word].append(group)
    for group in things.groups:
        if group.type in MISTAKEN and things.known(group) is None and not group.acronym:
            sure = group.type == "LOC" and group.certainty >= SURE_OF_PLACE
            yield from _only(things, group, [] if sure else ends[group.key])


def parts_of_organisations(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join a general word and the only organisation that begins or ends with it: Polda, Polda Jatim; the Navy, German Navy.

    A proper name is left alone: Bank Mega is not Bank Mega Syariah.
    """
    organisations = [group for group in things.groups if group.type == "ORG"]
    holders = _holders(organisations)
    for group in organisations:
        if GENERAL.issuperset(group.words):
            longer = [each for each in _holding(holders, group.words) if each is not group]
            begun = [each for each in longer if each.words[: len(group.words)] == group.words]
            ended = [each for each in longer if each.words[-len(group.words) :] == group.words]
            yield from _only(things, group, [*begun, *ended])


def formal_organisations(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join an organisation's full name and its everyday one: Goldman Sachs Group, Mahkamah Agung Republik Indonesia.

    `Indonesia` at the end is left out of names of two words and more only: Xiaomi is not Xiaomi Indonesia, its daughter.
    """
    for group in things.groups:
        for end in FORMAL if group.type == "ORG" else ():
            yield from _without_end(things, group, end, least=1)
        if group.type == "ORG":
            yield from _without_end(things, group, "indonesia", least=2)


def without_the_optional(things: Things) -> Iterator[tuple[Group, Group]]:
    """Join a name and the same without what it is: Pulau Sepa, Partai Golkar."""
    for group in things.groups:
        words = group.words
        while len(words) > 1 and words[0] in OPTIONAL.get(group.type, ()):
            words = words[1:]
        shorter = things.by_key.get("-".join(words))
        if shorter is not None and shorter.type == group.type:
            yield from _only(things, group, [shorter])


Rule = Callable[[Things], Iterator[tuple[Group, Group]]]
RULES: Final[tuple[Rule, ...]] = (
    same_thing,
    defined,
    acronyms,
    parts_of_people,
    mistaken_names_of_people,
    parts_of_organisations,
    formal_organisations,
    without_the_optional,
)


def _only(things: Things, group: Group, candidates: Sequence[Group]) -> Iterator[tuple[Group, Group]]:
    """Give the pair where all candidates are one thing by now."""
    if candidates and len(candidates) <= MOST and len({things.root(each) for each in candidates}) == 1:
        yield candidates[0], group


def _without_initials(words: list[str]) -> list[str]:
    """Drop middle initials: Donald J Trump."""
    return [word for place, word in enumerate(words) if len(word) > 1 or place in {0, len(words) - 1}]


def _holders(groups: Sequence[Group]) -> Mapping[str, list[Group]]:
    holders: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        for word in dict.fromkeys(group.words):
            holders[word].append(group)
    return holders


def _holding(holders: Mapping[str, list[Group]], words: Sequence[str]) -> list[Group]:
    """Return the groups that hold the rarest of the words; none where even that is too common to tell."""
    rarest = min((holders.get(word, []) for word in words), key=len)
    return rarest if len(rarest) <= MOST else []


def _without_end(things: Things, group: Group, end: str, *, least: int) -> Iterator[tuple[Group, Group]]:
    shorter = things.by_key.get(group.key.removesuffix(f"-{end}"))
    if shorter is not None and shorter is not group and shorter.type == "ORG" and len(shorter.words) >= least:
        yield from _only(things, group, [shorter])


def _is_part(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Tell whether a name is part of a fuller one, or the same without names in the middle: Veda Ega Pratama."""
    outer = len(part) > 1 and (part[0], part[-1]) == (whole[0], whole[-1])
    return _within(part, whole) or (outer and set(part) <= set(whole))


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    size = len(part)
    return any(list(whole[start : start + size]) == list(part) for start in range(len(whole) - size + 1))
