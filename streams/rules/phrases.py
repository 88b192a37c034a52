"""Every word and phrase of all rules in one trie of words.

An automaton over words rather than over letters: a word of a text is looked up once, together with the words that it may
be a form of, and phrases go on from there. Compared with Aho-Corasick over letters (pyahocorasick, ahocorasick-rs) it needs
no native code, finds inflected phrases (`kredit macetnya`), never stops inside a word, and takes a new rule in microseconds
where an automaton is built again as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from streams.rules.forms import find_roots
from streams.rules.model import FORMS
from streams.rules.tokens import words_of, written_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.rules.model import Phrase
    from streams.rules.tokens import Tokens

MOST_REMEMBERED: Final = 100_000
"""Words of texts, by language, whose roots are remembered: news repeats its words."""
FEWEST_CAPITALS: Final = 2
"""Capitals that make an acronym."""

Root = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _End:
    """A phrase that ends at a node.

    Attributes:
        grade: the farthest that its words may be from those of a text.
        written: which of its words must be written how: number, letters.
    """

    phrase: Phrase
    grade: int
    written: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class _Node:
    next: dict[str, _Node] = field(default_factory=dict)
    ends: list[_End] = field(default_factory=list)


class Phrases:
    """The phrases that are looked for; a phrase that was added twice is removed twice."""

    def __init__(self) -> None:
        self._root = _Node()
        self._counts: dict[Phrase, int] = {}
        self._vocabulary: dict[str, int] = {}
        self._remembered: dict[str, dict[str, tuple[Root, ...]]] = {}

    def __len__(self) -> int:
        """How many different ones."""
        return len(self._counts)

    def add(self, phrase: Phrase) -> None:
        """Look for a phrase from now on."""
        self._counts[phrase] = self._counts.get(phrase, 0) + 1
        if self._counts[phrase] > 1:
            return
        node = self._root
        for word in words_of(phrase.text):
            self._know(word)
            node = node.next.setdefault(word, _Node())
        node.ends.append(_End(phrase, FORMS.index(phrase.forms), _must_be_written(phrase)))

    def remove(self, phrase: Phrase) -> None:
        """Look for it no longer."""
        self._counts[phrase] -= 1
        if self._counts[phrase]:
            return
        del self._counts[phrase]
        path = [(self._root, "")]
        for word in words_of(phrase.text):
            path.append((path[-1][0].next[word], word))
            self._vocabulary[word] -= 1
        path[-1][0].ends = [end for end in path[-1][0].ends if end.phrase != phrase]
        for (before, _), (node, word) in zip(reversed(path[:-1]), reversed(path), strict=False):
            if not node.ends and not node.next:
                del before.next[word]

    def find(self, tokens: Tokens, language: str) -> Iterator[tuple[Phrase, int, int]]:
        """Yield each phrase and where it stands: offsets into the text of its first and behind its last word."""
        roots = self._roots(tokens, language)
        following = [*(after if joined else () for after, joined in zip(roots[1:], tokens.joined[1:], strict=True)), ()]
        first = self._root.next
        # Looked at here and not in a walk of its own: most words begin no phrase, or one that ends with the next word.
        for number, found in enumerate(roots):
            for word, grade in found:
                node = first.get(word)
                if node is not None and (node.ends or any(after[0] in node.next for after in following[number])):
                    yield from _walk(node, grade, number, tokens, following)

    def _roots(self, tokens: Tokens, language: str) -> list[tuple[Root, ...]]:
        """Return what of our vocabulary each word of the text may be a form of."""
        remembered = self._remembered.setdefault(language, {})
        if len(remembered) > MOST_REMEMBERED:
            remembered.clear()
        for word in set(tokens.words).difference(remembered):
            remembered[word] = self._known_roots(word, language)
        return [remembered[word] for word in tokens.words]

    def _known_roots(self, word: str, language: str) -> tuple[Root, ...]:
        return tuple(root for root in find_roots(word, language) if self._vocabulary.get(root[0]))

    def _know(self, word: str) -> None:
        count = self._vocabulary.get(word, 0)
        self._vocabulary[word] = count + 1
        if not count:
            self._remembered.clear()


def _walk(
    begin: _Node, nearest: int, first: int, tokens: Tokens, following: Sequence[tuple[Root, ...]]
) -> Iterator[tuple[Phrase, int, int]]:
    """Follow every row of words from its first on; a phrase that several roots lead to is told once."""
    open_ = [(begin, first, nearest)]
    seen: set[Phrase] = set()
    while open_:
        node, number, farthest = open_.pop()
        for end in node.ends:
            if end.phrase not in seen and _fits(end, farthest, tokens, first):
                seen.add(end.phrase)
                yield end.phrase, *tokens.span(first, number)
        for word, grade in following[number]:
            after = node.next.get(word)
            if after is not None:
                open_.append((after, number + 1, max(farthest, grade)))


def _must_be_written(phrase: Phrase) -> tuple[tuple[int, str], ...]:
    """Return which words of a phrase must be written as they are in it."""
    if phrase.case == "any":
        return ()
    written = enumerate(written_words(phrase.text))
    return tuple(each for each in written if phrase.case == "exact" or _is_acronym(each[1]))


def _is_acronym(word: str) -> bool:
    return word.isupper() and sum(letter.isalpha() for letter in word) >= FEWEST_CAPITALS


def _fits(end: _End, grade: int, tokens: Tokens, first: int) -> bool:
    if grade > end.grade:
        return False
    for number, letters in end.written:
        written = tokens.written(first + number)
        # An inflected word holds its root as it is written (Gojeknya); an acronym is never inflected.
        if letters not in written or (written != letters and _is_acronym(letters)):
            return False
    return True
