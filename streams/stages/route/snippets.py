"""The sentence around a mention, so that an alert can say why without fetching the article."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from streams.nlp.sentences import Sentence, split_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST: Final = 400
"""Code points of a sentence that is quoted whole."""
WINDOW: Final = 160
"""Code points on either side of the mention in a longer one."""


class Snippets:
    """Quotes one article; its sentences are found once, and only if they are asked for."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language

    def around(self, mentions: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
        """Return `{text, start, end}` of the first of an entity's mentions, or None where the text has none."""
        if not mentions:
            return None
        first, last = mentions[0]["start"], mentions[0]["end"]
        start, end = self._bounds(first, last)
        return {"text": self._text[start:end], "start": first - start, "end": last - start}

    def _bounds(self, first: int, last: int) -> tuple[int, int]:
        """Return the sentence's bounds; a mention that runs over its end takes it along."""
        index = bisect_right(self._starts, first) - 1
        sentence = self._sentences[index] if index >= 0 else None
        start = sentence.start if sentence else first
        end = max(sentence.end if sentence else 0, last)
        if end - start <= LONGEST:
            return start, end
        return self._cut_left(max(start, first - WINDOW), start, first), self._cut_right(
            min(end, last + WINDOW), end, last
        )

    def _cut_left(self, cut: int, sentence: int, mention: int) -> int:
        """Move a cut right to the next word, where there is one before the mention."""
        space = self._text.find(" ", cut, mention) if cut > sentence else -1
        return space + 1 if space >= 0 else cut

    def _cut_right(self, cut: int, sentence: int, mention: int) -> int:
        """Move a cut left to the last word's end, where there is one behind the mention."""
        space = self._text.rfind(" ", mention, cut) if cut < sentence else -1
        return space if space >= 0 else cut

    @cached_property
    def _sentences(self) -> list[Sentence]:
        return split_sentences(self._text, self._language)

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self._sentences]
