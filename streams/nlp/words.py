"""Words as the tagger sees them: runs of letters and digits, and every other visible character by itself."""

import re
from collections.abc import Iterator

__all__ = ["word_spans"]

# An underscore separates words in handles and file names; combining marks stay with their letter.
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*|[^\w\s]|_")


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end (code points) of each word of ``text``, in order; white space belongs to none."""
    return (match.span() for match in _WORD.finditer(text))
