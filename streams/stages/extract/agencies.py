"""Which agency it came from: `sumber : AP`, `Antara/Reuters`, `(ANTARA)` at the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from streams.stages.extract.page import BODY
from streams.stages.extract.rules import every, one_of
from streams.stages.extract.rules.common import AGENCIES

if TYPE_CHECKING:
    from streams.stages.extract.page import Page

LONGEST: Final = 80
"""Code points of the longest line that may name agencies."""

_LABEL = re.compile(rf"{one_of(every('source_labels'))}\s*:\s*", re.IGNORECASE)
_SIGNED = re.compile(r"\((?P<name>[A-Za-z][\w /&.\-]{1,40})\)\s*$")


def mark_agencies(page: Page) -> None:
    """Claim the lines that name nothing but agencies; read one at the very end of the body as well."""
    for at in page.edges():
        agency = read_agency(page.lines[at].text)
        if agency:
            page.kinds[at] = "agency"
            page.agency = page.agency or agency
    last = next((at for at in reversed(range(len(page.lines))) if page.kinds[at] in BODY), None)
    if page.agency is None and last is not None:
        signed = _SIGNED.search(page.lines[last].text[-LONGEST:])
        page.agency = name_agency(signed["name"]) if signed else None


def read_agency(text: str) -> str | None:
    """Return the agency of a line that names nothing else, or None."""
    if len(text) > LONGEST:
        return None
    label = _LABEL.match(text)
    return name_agency(text[label.end() :] if label else text.strip("()[] "))


def name_agency(text: str) -> str | None:
    """Return the agencies of `Antara/Reuters` as we write them, or None where any part is none."""
    names = [AGENCIES.get(" ".join(part.casefold().strip(" .()").split())) for part in re.split(r"[/,&]", text)]
    known = [name for name in names if name]
    return "/".join(dict.fromkeys(known)) if known and len(known) == len(names) else None
