"""The edges of a mention: no bracket or quotation mark that is not part of it."""

from collections.abc import Sequence

__all__ = ["trimmed"]

_PAIRS = {"(": ")", "[": "]", "{": "}", "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb"}
_OPENING = frozenset(_PAIRS)
_CLOSING = frozenset(_PAIRS.values())
_EITHER = frozenset("\"'`")
_NEVER = frozenset(",;:-/|*\u2013\u2014")


def trimmed(words: Sequence[str]) -> tuple[int, int]:
    """First and past-the-last of the words that belong to the mention; equal where none does.

    "Bursa Efek Indonesia (" and "BEI)" lose their bracket, "Bursa Efek Indonesia (BEI)" keeps both.
    """
    first, past = 0, len(words)
    while first < past and _loose(words[first], words[first + 1 : past], _OPENING, _CLOSING):
        first += 1
    while first < past and _loose(words[past - 1], words[first : past - 1], _CLOSING, _OPENING):
        past -= 1
    return first, past


def _loose(word: str, others: Sequence[str], mates: frozenset[str], strangers: frozenset[str]) -> bool:
    """Whether an edge word is punctuation without its other half among the other words."""
    if word in _NEVER or word in strangers:
        return True
    if word in mates:
        partner = _PAIRS.get(word) or next(key for key, value in _PAIRS.items() if value == word)
        return partner not in others
    return word in _EITHER and word not in others
