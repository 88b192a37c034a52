"""The sentence around a match, so that an alert can say why without fetching the article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from streams.nlp.sentences import Sentence
    from streams.rules.facts import Facts

LONGEST: Final = 400
"""Code points of a sentence that is quoted whole."""
WINDOW: Final = 160
"""Code points on either side of the match in a longer one."""


class Quotes:
    """Quotes one article; its sentences are found once, and only if they are asked for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._sentences: dict[str, list[Sentence]] = {}

    def around(self, zone: str, start: int, end: int) -> dict[str, Any]:
        """Return `{text, start, end}` of the sentence that holds a match; offsets into the zone, as the match's are."""
        text = self._facts.zones[zone]
        first, last = (0, len(text)) if zone == "title" else self._bounds(zone, start, end)
        if last - first > LONGEST:
            first, last = max(first, _forward(text, start - WINDOW, start)), min(last, _back(text, end + WINDOW, end))
        return {"text": text[first:last], "start": first, "end": last}

    def _bounds(self, zone: str, start: int, end: int) -> tuple[int, int]:
        """Return where the sentence begins that the match begins in, and where the one ends that it ends in."""
        sentences = [each for each in self._split(zone) if each.end > start and each.start < end]
        if not sentences:
            return start, end
        return min(start, sentences[0].start), max(end, sentences[-1].end)

    def _split(self, zone: str) -> list[Sentence]:
        from streams.nlp.sentences import split_sentences  # noqa: PLC0415 - the model's runtime comes with it

        if zone not in self._sentences:
            self._sentences[zone] = split_sentences(self._facts.zones[zone], self._facts.language)
        return self._sentences[zone]


def _forward(text: str, cut: int, start: int) -> int:
    """Move a cut to the next word that begins before the match."""
    space = text.find(" ", max(cut, 0), start)
    return space + 1 if space >= 0 else max(cut, 0)


def _back(text: str, cut: int, end: int) -> int:
    """Move a cut to the end of the last whole word behind the match."""
    space = text.rfind(" ", end, cut)
    return space if space >= 0 else min(cut, len(text))
