"""What kind of file is this: by its name, else by how it begins."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

import orjson

GZIP_MAGIC = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"


class Format(StrEnum):
    """How the raw articles lie in a file."""

    TEXT = "text"
    """The whole file is one article as plain text."""
    HTML = "html"
    """The whole file is one page."""
    JSONL = "jsonl"
    """A raw article a line."""
    JSON = "json"
    """One raw article, or an array of them."""
    WARC = "warc"
    """A web archive; each HTML response is a raw article."""


SUFFIXES: dict[str, Format | None] = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": None,  # often JSON Lines in truth: look inside
    ".warc": Format.WARC,
}
"""What a file name promises, `.gz` aside. A folder is searched for these names only."""


def split_gzip(name: str) -> tuple[str, bool]:
    """Return the last suffix in lower case without `.gz`, and whether there was one."""
    path = PurePath(name.lower())
    return (path.with_suffix("").suffix, True) if path.suffix == ".gz" else (path.suffix, False)


def is_known(name: str) -> bool:
    """Return whether a folder's file of this name is read."""
    return split_gzip(name)[0] in SUFFIXES


def choose_format(name: str, head: bytes) -> Format:
    """Choose by name, else by content; `head` is how the file begins, after gunzip."""
    return SUFFIXES.get(split_gzip(name)[0]) or sniff(head)


def sniff(head: bytes) -> Format:
    """Guess from the first bytes.

    One complete JSON object on any line makes it JSON Lines, so that a broken first line stays one
    broken record; nothing at all is JSON Lines without a line.
    """
    start = head.removeprefix(BOM).lstrip()
    if start.startswith(b"WARC/"):
        return Format.WARC
    if start.startswith(b"<"):
        return Format.HTML
    lines = [line.strip() for line in start.splitlines() if line.strip()]
    if not lines or any(_is_object(line) for line in lines):
        return Format.JSONL
    if start.startswith(b"{"):
        return Format.JSON if _is_spread(lines) else Format.JSONL
    return Format.JSON if start[:1] == b"[" and start[1:].lstrip()[:1] in (b"{", b"]") else Format.TEXT


def _is_spread(lines: list[bytes]) -> bool:
    """Return whether one object is spread over lines: the second line goes on where the first stopped."""
    return lines[0] == b"{" or (len(lines) > 1 and not lines[1].startswith(b"{"))


def _is_object(line: bytes) -> bool:
    if not (line.startswith(b"{") and line.endswith(b"}")):
        return False
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False
