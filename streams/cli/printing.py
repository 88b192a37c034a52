"""Printing: bytes to stdout, and text of strangers without anything that a terminal would obey."""

from __future__ import annotations

import sys
import unicodedata
from typing import BinaryIO

from streams.errors import SourceError

_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
_SPACES = {ord(mark): " " for mark in "\n\r\t\v\f\x85\u2028\u2029"}


def harmless(text: str) -> str:
    """Return the text on one line, without control codes (escape sequences) and without direction marks.

    Text of an article is anyone's: printed as it is, it could recolour, retitle or rewrite the screen.
    """
    spaced = text.translate(_SPACES).translate(_BIDI)
    return "".join(mark for mark in spaced if unicodedata.category(mark) != "Cc")


def tolerate_any_text() -> None:
    """Let stdout print what its encoding cannot say as question marks rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def standard_output() -> BinaryIO:
    """Return stdout for bytes.

    Raises:
        SourceError: it is closed.
    """
    if sys.stdout is None:
        msg = "standard output is closed"
        raise SourceError(msg)
    return sys.stdout.buffer
