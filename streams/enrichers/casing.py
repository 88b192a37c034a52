"""Capitals that say nothing: sentences that shout, and headlines In Title Case.

`BERTEMU PUTIN DI MOSKOW` -> the model reads `bertemu Putin di Moskow`
`Daniel Maju ke Semifinal` -> the name is `Daniel`, where no sentence of the article writes `Maju` as a name

How the article itself writes a word decides (truecasing by the document, after Lita et al., tRuEcasIng, ACL 2003). Every
character keeps its place. Titles are not recased for the model: it read them as they are in training, and a title half recased misleads
it more (739 articles: 119 names split instead of 113).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from streams.enrichers.resolution.folding import is_acronym

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOUTED: Final = 0.8
"""Share of a sentence's letters in capitals from which it shouts."""
TITLED: Final = 0.7
"""Share of a sentence's longer words with a capital from which it is a title."""
FEWEST: Final = 3
"""Words that a sentence must have to be judged."""
SHORT: Final = 3
"""Words up to this length are small in a title anyway."""
ACRONYM: Final = 4
"""Letters of the longest word that stays in capitals where nothing is known of it."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_OPENS: Final = re.compile(r"(?:^|[.!?:\n\u201c\"(]\s{0,2})\Z")
_LOOK_BACK: Final = 3


class Casing:
    """How one article writes its words.

    Args:
        text: its sentences show the case.
    """

    def __init__(self, text: str) -> None:
        self._small: set[str] = set()
        self._forms: dict[str, str] = {}
        for word in _WORD.finditer(text):
            if word[0].islower():
                self._small.add(word[0])
            elif not _OPENS.search(text, max(0, word.start() - _LOOK_BACK), word.start()):
                self._forms.setdefault(word[0].lower(), word[0])

    def is_name(self, words: Sequence[str]) -> bool:
        """Tell whether some sentence writes any of the words with a capital that its place does not explain."""
        return any(word.lower() in self._forms for word in words)

    def restore(self, sentence: str) -> str:
        """Return a sentence of capitals with the case that its words have elsewhere; as long as it was."""
        return _WORD.sub(lambda found: _of_length(self._spoken(found[0]), found[0]), sentence)

    def _spoken(self, word: str) -> str:
        """A shouted word as the article writes it; else as a name, unless it is short enough for an acronym."""
        small = word.lower()
        if small in self._small:
            return small
        if small in self._forms:
            return self._forms[small]
        return word if len(word) <= ACRONYM and is_acronym(word) else word.capitalize()


def shouts(sentence: str) -> bool:
    """Tell whether a sentence is in capitals."""
    letters = [letter for letter in sentence if letter.isalpha()]
    return sum(map(str.isupper, letters)) >= SHOUTED * len(letters) and len(_WORD.findall(sentence)) >= FEWEST


def is_titled(sentence: str) -> bool:
    """Tell whether nearly all longer words of a sentence have a capital."""
    longer = [word for word in _WORD.findall(sentence) if len(word) > SHORT]
    return len(longer) >= FEWEST and sum(word[0].isupper() for word in longer) >= TITLED * len(longer)


def _of_length(new: str, old: str) -> str:
    """A form of another length (`ß`, `İ`) is not taken."""
    return new if len(new) == len(old) else old
