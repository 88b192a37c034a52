"""Who wrote it: `Rep: Dwina Agustin/ Red: Nidia Zuraya`, `By Jane Doe and John Roe`, `Tim detikcom - detikNews`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from streams.articles import Person
from streams.stages.extract.names import is_name, split_names
from streams.stages.extract.rules import ROLES, every, one_of
from streams.stages.extract.rules.common import AGENCIES, DESK, DOMAIN, MACHINES, OUTLETS, SECTIONS

if TYPE_CHECKING:
    from streams.stages.extract.page import Page

LONGEST: Final = 200
"""Code points of the longest line that may be a byline."""

FEWEST_WORDS: Final = 2
MOST_WORDS: Final = 4
"""Words of a name that stands without a label beside it."""

SHORTEST_WEEKDAY: Final = 5
"""Code points; shorter ones, `Sun`, are names as well."""

WRITERS: Final = frozenset({"author", "reporter", "correspondent", "contributor"})
"""Roles that say that somebody wrote it."""

_PUBLISHER = rf"(?:{DOMAIN}|{SECTIONS}|{one_of(OUTLETS)}|{one_of(AGENCIES)})"
_LABEL = re.compile(
    rf"(?:^|(?<=[\s/|;,\u2022\u00b7]))(?P<label>{one_of(ROLES)})(?:\s*:\s*|(?<=\sby)\s+|(?<=\soleh)\s+)", re.IGNORECASE
)
_BY = re.compile(
    rf"{one_of(every('by_words'))}\s+(?P<names>\S.*?)(?:\s*[,|]\s*|\s+(?:for|of|untuk)\s+|\s+[\-\u2013\u2014]\s+)?(?:{_PUBLISHER}|staff writer|correspondent)?",
    re.IGNORECASE,
)
_SIGNED = re.compile(rf"(?P<name>[^\-\u2013\u2014|]{{3,60}})\s+[\-\u2013\u2014|]\s+{_PUBLISHER}", re.IGNORECASE)
_DEGREE = re.compile(r"(?:[A-Z][a-z]{0,3}\.){1,3}[A-Z]?[a-z]{0,3}\.?")
_LABEL_ALONE = re.compile(rf"{one_of(role for role in ROLES if role not in every('by_words'))}\s*:?", re.IGNORECASE)
_DESK = re.compile(DESK, re.IGNORECASE)
_NAME_AND_DESK = re.compile(
    rf"(?P<names>[^\W\d_][\w.'\u2019\-]{{1,24}}(?:\s[^\W\d_][\w.'\u2019\-]{{0,24}}){{1,3}}?),?\s(?P<desk>{DESK})",
    re.IGNORECASE,
)
_LONG_WEEKDAYS = one_of(day for day in every("weekdays") if len(day) >= SHORTEST_WEEKDAY)
_AUTHOR_TAIL = re.compile(rf"(?:\s+(?:{_LONG_WEEKDAYS}|{one_of(AGENCIES)}))+$", re.IGNORECASE)
_EDGES = " \u00a0/|;,\u2022\u00b7"


def mark_bylines(page: Page) -> None:
    """Claim the bylines above and below the body; one without a label counts only above."""
    head = set(page.head())
    for at in page.edges():
        text = page.lines[at].text
        if len(text) > LONGEST or page.kinds[at] is not None:
            continue
        people = read_labelled(text) or (_read_plain(text) if at in head else [])
        if people:
            page.kinds[at] = "byline"
        elif people := _read_pair(page, at, above=at in head):
            page.kinds[at] = page.kinds[at + 1] = "byline"
        for person in people:
            if not _is_known(page, person):
                page.byline.append(person)


def _is_known(page: Page, person: Person) -> bool:
    """Whether the byline names a person already in the same role, or as who wrote it by another word."""
    roles = WRITERS if person.role in WRITERS else {person.role}
    return any(known.role in roles and known.name.casefold() == person.name.casefold() for known in page.byline)


def _read_pair(page: Page, at: int, *, above: bool) -> list[Person]:
    """Read two lines: a label and its names below, or above the body names and who they are below."""
    if at + 1 >= len(page.lines) or page.kinds[at + 1] is not None or len(page.lines[at + 1].text) > LONGEST:
        return []
    text, below = page.lines[at].text, page.lines[at + 1].text
    if _LABEL_ALONE.fullmatch(text):
        return _collect([(_role(text.strip(" :")), below)]) if _are_full_names(below) else []
    desk = _DESK.fullmatch(below) if above and at else None
    return [Person(name, _desk_role(below)) for name in split_names(text)] if desk and _are_full_names(text) else []


def _are_full_names(text: str) -> bool:
    """Whether all names are of two to four words: without a label on their line, one word or six may be anything."""
    names = split_names(text)
    return bool(names) and all(FEWEST_WORDS <= len(name.split()) <= MOST_WORDS for name in names)


def _desk_role(desk: str) -> str:
    return next((role for role in ("correspondent", "reporter") if role in desk.casefold()), "author")


def read_labelled(text: str) -> list[Person]:
    """Read a line of labels and names; empty where the line holds anything else."""
    labels = list(_LABEL.finditer(text))
    if not labels or labels[0].start() > 0:
        return []
    ends = [label.start() for label in labels[1:]] + [len(text)]
    return _collect([(_role(label["label"]), text[label.end() : end]) for label, end in zip(labels, ends, strict=True)])


def read_author(text: str | None) -> list[Person]:
    """Read a page's author field: names separated by semicolons or commas."""
    names = [_bare_author(" ".join(name.split())) for name in re.split(r"[;,]", text or "")]
    people = [name for name in names if is_name(name) and not MACHINES.intersection(name.casefold().split())]
    return [Person(name, "author") for name in dict.fromkeys(people)]


def _bare_author(text: str) -> str:
    """Return an author's name without the weekday or agency that software left behind it."""
    bare = _AUTHOR_TAIL.sub("", text)
    return bare if " " in bare else text


def _role(label: str) -> str:
    return ROLES[" ".join(label.casefold().split())]


def _collect(parts: list[tuple[str, str]]) -> list[Person]:
    people = []
    for role, text in parts:
        names = split_names(text.strip(_EDGES).replace("/", ","))
        if not names:
            return []
        people += [Person(name, role) for name in names if not _is_no_person(name)]
    return people


def _is_no_person(part: str) -> bool:
    """Whether a part of a byline is an academic degree behind a comma, or the agency beside its reporter."""
    return _DEGREE.fullmatch(part) is not None or part.casefold() in AGENCIES


def _read_plain(text: str) -> list[Person]:
    """Read `By Jane Doe` and `Jane Doe - detikNews`; a single word after `By` is no name."""
    if match := _BY.fullmatch(text):
        names = split_names(match["names"].strip(_EDGES))
        return [Person(name, "author") for name in names] if all(" " in name for name in names) else []
    if (match := _NAME_AND_DESK.fullmatch(text)) and _are_full_names(match["names"]):
        return [Person(name, _desk_role(match["desk"])) for name in split_names(match["names"])]
    match = _SIGNED.fullmatch(text)
    return [Person(match["name"].strip(), "reporter")] if match and _is_signature(match["name"].strip()) else []


def _is_signature(name: str) -> bool:
    return " " in name and is_name(name.replace("detikcom", "Detikcom"))
