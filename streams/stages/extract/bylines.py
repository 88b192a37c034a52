"""Who wrote it: `Rep: Dwina Agustin/ Red: Nidia Zuraya`, `By Jane Doe and John Roe`, `Tim detikcom - detikNews`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from streams.articles import Person
from streams.stages.extract.names import is_name, split_names
from streams.stages.extract.rules import ROLES, every, one_of
from streams.stages.extract.rules.common import AGENCIES, DOMAIN, MACHINES, OUTLETS, SECTIONS

if TYPE_CHECKING:
    from streams.stages.extract.page import Page

LONGEST: Final = 200
"""Code points of the longest line that may be a byline."""

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
_EDGES = " \u00a0/|;,\u2022\u00b7"


def mark_bylines(page: Page) -> None:
    """Claim the bylines above and below the body; one without a label counts only above."""
    head = set(page.head())
    for at in page.edges():
        text = page.lines[at].text
        if len(text) > LONGEST:
            continue
        people = read_labelled(text) or (_read_plain(text) if at in head else [])
        if people:
            page.kinds[at] = "byline"
            page.byline.extend(person for person in people if person not in page.byline)


def read_labelled(text: str) -> list[Person]:
    """Read a line of labels and names; empty where the line holds anything else."""
    labels = list(_LABEL.finditer(text))
    if not labels or labels[0].start() > 0:
        return []
    ends = [label.start() for label in labels[1:]] + [len(text)]
    return _collect([(_role(label["label"]), text[label.end() : end]) for label, end in zip(labels, ends, strict=True)])


def read_author(text: str | None) -> list[Person]:
    """Read a page's author field: names separated by semicolons or commas."""
    names = [name.strip() for name in re.split(r"[;,]", text or "")]
    people = [name for name in names if is_name(name) and not MACHINES.intersection(name.casefold().split())]
    return [Person(name, "author") for name in dict.fromkeys(people)]


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
    match = _SIGNED.fullmatch(text)
    return [Person(match["name"].strip(), "reporter")] if match and _is_signature(match["name"].strip()) else []


def _is_signature(name: str) -> bool:
    return " " in name and is_name(name.replace("detikcom", "Detikcom"))
