"""What the rules of one language consist of. The tables themselves are `id.py` and `en.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


def words(table: str) -> tuple[str, ...]:
    """Split `one|two words|three`."""
    return tuple(table.split("|"))


def by_word(table: Mapping[T, str]) -> Mapping[str, T]:
    """Turn `{meaning: "one|two words"}` into the meaning by word."""
    return {word: meaning for meaning, spellings in table.items() for word in words(spellings)}


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """The words by which the zones of a news text are told, compared without regard to case.

    Attributes:
        code: ISO 639-1.
        months: month by every spelling in use.
        weekdays: every spelling in use.
        date_labels: words before a date: `Published`, `Diperbarui`.
        update_labels: those of them that tell of a later change, not of the publication.
        time_words: words between date and time: `pukul`, `at`.
        roles: role by byline label; a label is followed by a colon.
        by_words: words that open a byline without a colon: `By`, `Oleh`.
        and_words: words between two names.
        credit_labels: label of a photo's credit, followed by a colon or a comma.
        caption_labels: label of a photo's caption, likewise.
        source_labels: label of the agency line: `Sumber`.
        furniture: whole lines that belong to the page.
        list_openers: whole lines that belong to the page and under which linked headlines stand.
        link_labels: labels of a linked headline: label, colon, headline.
        furniture_patterns: regular expressions of whole lines that belong to the page.
        speech_words: words that tell of somebody's words: a line with one is no furniture, unless word for word.
        own_voice: words by which a page speaks to its reader.
        places: where articles are usually written, for datelines without a publisher.
    """

    code: str
    months: Mapping[str, int]
    weekdays: tuple[str, ...]
    date_labels: tuple[str, ...]
    update_labels: tuple[str, ...]
    time_words: tuple[str, ...]
    roles: Mapping[str, str]
    by_words: tuple[str, ...]
    and_words: tuple[str, ...]
    credit_labels: tuple[str, ...]
    caption_labels: tuple[str, ...]
    source_labels: tuple[str, ...]
    furniture: tuple[str, ...]
    list_openers: tuple[str, ...]
    link_labels: tuple[str, ...]
    furniture_patterns: tuple[str, ...]
    speech_words: tuple[str, ...]
    own_voice: tuple[str, ...]
    places: tuple[str, ...]
