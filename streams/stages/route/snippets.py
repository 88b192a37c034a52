"""The sentence around a mention, so that an alert can say why without fetching the article."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from streams.nlp.sentences import Sentence, split_sentences

if TYPE_CHECKING:
    from streams.articles import Entity, EntityMention

LONGEST: Final = 400
"""Code points of a sentence that is quoted whole."""
WINDOW: Final = 160
"""Code points on either side of the mention in a longer one."""


class Snippets:
    """Quotes one article; its sentences are found once, and only if they are asked for."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language

    def around(self, entity: Entity) -> dict[str, Any] | None:
        """Return `{text, start, end}` of the entity's first mention, or None where the text has none."""
        if not entity.mentions:
            return None
        mention = entity.mentions[0]
        start, end = self._bounds(mention)
        return {"text": self._text[start:end], "start": mention.start - start, "end": mention.end - start}

    def _bounds(self, mention: EntityMention) -> tuple[int, int]:
        """Return the sentence's bounds; a mention that runs over its end takes it along."""
        index = bisect_right(self._starts, mention.start) - 1
        sentence = self._sentences[index] if index >= 0 else None
        start = sentence.start if sentence else mention.start
        end = max(sentence.end if sentence else 0, mention.end)
        if end - start <= LONGEST:
            return start, end
        return self._cut_left(max(start, mention.start - WINDOW), start, mention.start), self._cut_right(
            min(end, mention.end + WINDOW), end, mention.end
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
