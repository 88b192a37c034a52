"""Photos: `Foto: Mikhail Metzel, Sputnik, Kremlin`, `... (ANTARA FOTO/Galih Pradipta)`, `Image caption, ...`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from streams.articles import Image
from streams.stages.extract.lines import normalise
from streams.stages.extract.names import is_name
from streams.stages.extract.rules import every, one_of
from streams.stages.extract.rules.common import AGENCIES, ARCHIVES, DOMAIN, OUTLETS, SECTIONS

if TYPE_CHECKING:
    from streams.stages.extract.page import Page

LONGEST_CREDIT: Final = 140
LONGEST_CAPTION: Final = 400
FEWEST_CAPTION: Final = 15
"""Code points."""

STOCKS: Final = frozenset({"getty images", "getty"})
"""Credits that stand alone above their caption."""

_CREDIT = re.compile(rf"{one_of(every('credit_labels'))}\s*[:,]\s*(?P<credit>\S.*)", re.IGNORECASE)
_CAPTION = re.compile(rf"{one_of(every('caption_labels'))}\s*[:,]\s*(?P<caption>\S.*)", re.IGNORECASE)
_IN_BRACKETS = re.compile(
    r"[(\[](?P<credit>(?:(?:antara|ap|afp|reuters|epa|tempo|kompas|republika)\s+(?:foto|photos?)\b|(?:foto|photo)\s*:)[^()\[\]]{0,100})[)\]]\.?$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:^|(?<=\s))(?P<credit>(?:ANTARA(?: FOTO)?|REUTERS|TEMPO|AFP|EPA|XINHUA|AP Photo|Tribun [A-Z][a-z]{2,20}|KOMPAS\.com)"
    r"/[A-Z][\w.'\u2019\-]{0,24}(?: [A-Z][\w.'\u2019\-]{0,24}){0,3}(?:/[a-z]{2,5})?)\.?$"
)
_INITIALS = re.compile(r"/[a-z]{2,5}\.?$")
_ANY_BRACKETS = re.compile(r"\((?P<credit>[^()]{2,80})\)\.?$")
_LABEL_INSIDE = re.compile(r"^(?:foto|photos?)\s*[:/]\s*", re.IGNORECASE)
_SPLIT = re.compile(r"[/,;|]|\svia\s|\s[-\u2013\u2014]\s")
_HOUSE = re.compile(rf"{DOMAIN}|{SECTIONS}", re.IGNORECASE)
_HOUSES = {*AGENCIES, *OUTLETS, *ARCHIVES}


def mark_photos(page: Page) -> None:
    """Claim credits with the captions beside them, labelled captions, and lines that end with a photo's credit."""
    for at in page.free():
        if page.kinds[at] is None:
            _mark_line(page, at)
    _mark_repeats(page)


def read_credit(text: str) -> tuple[str | None, str | None]:
    """Split a credit into who took the photo and where it came from, either of which may be missing."""
    bare = _LABEL_INSIDE.sub("", text.strip(" .()[]"))
    parts = _split(bare)
    person = next((part for part in parts if not _is_house(part) and is_name(part)), None)
    return person, ", ".join(part for part in parts if part != person) or None


def _is_house(text: str) -> bool:
    folded = text.casefold()
    return folded in _HOUSES or folded.split()[0] in ARCHIVES or _HOUSE.fullmatch(folded) is not None


def _is_credit(text: str) -> bool:
    """Whether all parts are names or houses: a sentence after `Foto:` is none."""
    parts = _split(text.strip(" ()[]"))
    return bool(parts) and all(_is_house(part) or is_name(part) for part in parts)


def _split(text: str) -> list[str]:
    return [part.strip() for part in _SPLIT.split(text) if part.strip()]


def _mark_line(page: Page, at: int) -> None:
    text = page.lines[at].text
    if len(text) > LONGEST_CAPTION:
        return
    if text.casefold() in STOCKS and _is_caption_below(page, at):
        _mark_credit(page, at, text)
        return
    labelled = _CREDIT.fullmatch(text)
    if labelled and len(text) <= LONGEST_CREDIT and _is_credit(labelled["credit"]):
        _mark_credit(page, at, labelled["credit"])
    elif labelled and _ANY_BRACKETS.search(text):
        _mark_caption(page, at, labelled["credit"])
    elif caption := _CAPTION.fullmatch(text):
        _mark_caption(page, at, caption["caption"])
    elif (bracketed := _IN_BRACKETS.search(text)) and bracketed.start() == 0:
        _mark_credit(page, at, bracketed["credit"])
    elif bracketed or _ends_with_house(page, at):
        _mark_caption(page, at, text)
    elif bare := _above_dateline(page, at) and _BARE.search(text):
        _mark_bare(page, at, bare)


def _above_dateline(page: Page, at: int) -> bool:
    return page.dateline_at is not None and at < page.dateline_at[0]


def _mark_bare(page: Page, at: int, bare: re.Match[str]) -> None:
    """Claim a line that ends with a credit without brackets, or is one: `... ANTARA FOTO/Arnas Padda/foc.`."""
    credit = _INITIALS.sub("", bare["credit"].rstrip("."))
    if bare.start() == 0:
        _mark_credit(page, at, credit)
        return
    page.kinds[at] = "caption"
    page.images.append(Image(bare.string[: bare.start()].strip(), *read_credit(credit)))


def _ends_with_house(page: Page, at: int) -> bool:
    """Whether a line above the dateline ends with `(KOMPAS.com/Rizky Andi)`."""
    if not _above_dateline(page, at):
        return False
    found = _ANY_BRACKETS.search(page.lines[at].text)
    return found is not None and _is_credit(found["credit"]) and any(map(_is_house, _split(found["credit"])))


def _mark_caption(page: Page, at: int, text: str) -> None:
    page.kinds[at] = "caption"
    page.images.append(read_caption(text))


def read_caption(text: str) -> Image:
    """Split a caption from the credit in brackets behind it."""
    bracketed = _IN_BRACKETS.search(text) or _ANY_BRACKETS.search(text)
    if bracketed and (_IN_BRACKETS.search(text) or _is_credit(bracketed["credit"])):
        return Image(text[: bracketed.start()].strip() or None, *read_credit(bracketed["credit"]))
    return Image(text, None)


def _mark_credit(page: Page, at: int, credit: str) -> None:
    page.kinds[at] = "credit"
    caption = at - 1 if at and _is_caption(page, at - 1, at) else at + 1 if _is_caption_below(page, at) else None
    if caption is not None:
        page.kinds[caption] = "caption"
    page.images.append(Image(None if caption is None else page.lines[caption].text, *read_credit(credit)))


def _is_caption(page: Page, at: int, credit: int) -> bool:
    """Whether the line above a credit is its caption, on evidence: a repeat below, the dateline still to come, or a block of its own."""
    line = page.lines[at]
    if page.kinds[at] is not None or _is_title(page, at) or not FEWEST_CAPTION <= len(line.text) <= LONGEST_CAPTION:
        return False
    repeated = credit + 1 < len(page.lines) and page.lines[credit + 1].key == line.key
    above = page.dateline_at is not None and credit < page.dateline_at[0] and at > 0
    block = not page.lines[credit].gap and (line.gap or (at > 0 and page.kinds[at - 1] is not None))
    apart = credit + 1 < len(page.lines) and page.lines[credit + 1].gap and at > 0
    return repeated or above or (block and apart)


def _is_caption_below(page: Page, credit: int) -> bool:
    """Whether the one line under a credit is its caption: above the dateline, and apart from what follows."""
    at = credit + 1
    if at + 1 >= len(page.lines) or page.kinds[at] is not None or page.lines[at].gap or not page.lines[at + 1].gap:
        return False
    is_above = _above_dateline(page, at) or (page.dateline_at is None and page.kinds[credit - 1] == "byline")
    return is_above and FEWEST_CAPTION <= len(page.lines[at].text) <= LONGEST_CAPTION


def _is_title(page: Page, at: int) -> bool:
    return page.title is not None and page.kinds[at] != "headline" and page.lines[at].key == normalise(page.title)


def _mark_repeats(page: Page) -> None:
    """Claim the lines that only say a caption again, or above the dateline the headline."""
    for at in page.free():
        if _above_dateline(page, at) and "headline" in page.kinds[:at] and _is_title(page, at):
            page.kinds[at] = "furniture"
    captions = {" ".join(image.caption.split()).casefold() for image in page.images if image.caption}
    if not captions:
        return
    for at in page.free():
        text = page.lines[at].text
        if len(text) <= LONGEST_CAPTION and " ".join(text.split()).casefold() in captions:
            page.kinds[at] = "furniture"
