"""Turn corpus tokens back into text as it stands in the news, so that what is trained is what will be read.

Corpora separate punctuation from words ("Sochi , Rusia"); articles do not. Every sentence is rendered afresh each time
it is read: spaced or joined, now and then in capitals, in title case or lower-cased.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from streams.nlp.labels import TAGS
from streams.nlp.words import word_spans
from streams.training.examples import Example, Tagged

__all__ = ["Truecaser", "render", "spaced"]

_NO_SPACE_BEFORE = frozenset(",.;:!?)]}%\u201d\u2019\u2026")
_NO_SPACE_AFTER = frozenset("([{\u201c\u2018$#@")
_JOINERS = frozenset("-/\u2013")
_QUOTES = frozenset("\"'`")
# Shares of the sentences that are rendered in each way; the rest keep their case.
_JOINED, _UPPER, _LOWER, _TITLE = 0.6, 0.03, 0.03, 0.08
_KEEP_LOWER = 0.3
# Tag index -> the tag of the following words of the same token.
_CONTINUED = tuple(TAGS.index(name.replace("B-", "I-")) for name in TAGS)


class Truecaser:
    """The usual case of a word in the middle of a sentence, counted in cased text."""

    def __init__(self, texts: Iterable[str]) -> None:
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            words = [text[start:end] for start, end in word_spans(text)]
            for before, word in pairwise(words):
                if before.isalnum():
                    forms[word.lower()][word] += 1
        self._usual = {lower: counts.most_common(1)[0][0] for lower, counts in forms.items()}

    def restore(self, sentence: Tagged) -> tuple[str, ...]:
        """The tokens of a lower-cased sentence in their likely case; entities and the first word start upper-case."""
        return tuple(
            self._cased(token, entity=0 not in tags or index == 0)
            for index, (token, tags) in enumerate(zip(sentence.tokens, sentence.tags, strict=True))
        )

    def _cased(self, token: str, *, entity: bool) -> str:
        usual = self._usual.get(token, token)
        return usual[:1].upper() + usual[1:] if entity else usual


def render(sentence: Tagged, truecaser: Truecaser, random_: random.Random) -> Example:
    """A random rendering of a tagged sentence, with its labels at their offsets."""
    tokens: Sequence[str] = sentence.tokens
    if sentence.lower_cased and random_.random() > _KEEP_LOWER:
        tokens = truecaser.restore(sentence)
    tokens = _recased(tokens, random_.random())
    return _example(tokens, sentence, joined=random_.random() < _JOINED)


def spaced(sentence: Tagged) -> Example:
    """The sentence as it is, with a space between tokens."""
    return _example(sentence.tokens, sentence, joined=False)


def _recased(tokens: Sequence[str], chance: float) -> Sequence[str]:
    if chance < _UPPER:
        return [token.upper() for token in tokens]
    if chance < _UPPER + _LOWER:
        return [token.lower() for token in tokens]
    if chance < _UPPER + _LOWER + _TITLE:
        return [token[:1].upper() + token[1:] for token in tokens]
    return tokens


def _example(tokens: Sequence[str], sentence: Tagged, *, joined: bool) -> Example:
    text, words = "", []
    separators = _separators(tokens) if joined else [" "] * len(tokens)
    for token, tags, separator in zip(tokens, sentence.tags, separators, strict=True):
        text += separator if text else ""
        for start, end in word_spans(token):
            words.append((len(text) + start, len(text) + end, tags))
            tags = frozenset(_CONTINUED[tag] for tag in tags)  # noqa: PLW2901 - what follows in this token
        text += token
    return Example(text, tuple(words))


def _separators(tokens: Sequence[str]) -> list[str]:
    """What stands before each token in running text."""
    separators, open_quotes, glue = [], set[str](), False
    for index, token in enumerate(tokens):
        closing = token in open_quotes
        join = glue or closing or token in _NO_SPACE_BEFORE
        joiner = token in _JOINERS and 0 < index < len(tokens) - 1 and _glued(tokens[index - 1], tokens[index + 1])
        separators.append("" if join or joiner else " ")
        if token in _QUOTES:
            open_quotes ^= {token}
        glue = joiner or token in _NO_SPACE_AFTER or (token in _QUOTES and not closing)
    return separators


def _glued(before: str, after: str) -> bool:
    return before.isalnum() and after.isalnum()
