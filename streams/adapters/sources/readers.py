"""One reader per format: a byte stream in, the raw articles in it out, each with its place.

A reader holds one article at a time and none larger than its limit. What cannot be made a raw
article is an `Unreadable` in its place; lines of JSON Lines are passed on as they are, broken or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import orjson

from streams.adapters.sources.archives import HTML_TYPES, read_warc
from streams.adapters.sources.charsets import MARKS, decode_page
from streams.adapters.sources.formats import BOM, Format
from streams.adapters.sources.readings import Entry, Reading, Unreadable, bounded, make_article, too_large
from streams.errors import Reason

MAX_ARRAY_BYTES = 64 * 1024 * 1024
"""The largest JSON array that is read; it must be held as a whole. JSON Lines have no such end."""

Reader = Callable[[BinaryIO, str, int], Iterator[Reading]]


def read_lines(stream: BinaryIO, origin: str, limit: int) -> Iterator[Reading]:
    """Read JSON Lines; blank lines hold no record and are passed over."""
    number = 0
    while line := stream.readline(limit + 2):
        number += 1
        place = f"{origin}:{number}"
        if number == 1:
            line = line.removeprefix(BOM)
        if len(line.rstrip(b"\r\n")) > limit:
            _skip_line(stream, line, limit)
            yield too_large(place, limit)
        elif line.strip():
            yield Entry(place, line.rstrip(b"\r\n"))


def _skip_line(stream: BinaryIO, line: bytes, limit: int) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(limit)


def read_json(stream: BinaryIO, origin: str, limit: int) -> Iterator[Reading]:
    """Read one JSON document: an article as it is, or each element of an array."""
    data = stream.read(MAX_ARRAY_BYTES + 1)
    try:
        loaded = orjson.loads(data) if len(data) <= MAX_ARRAY_BYTES else None
    except orjson.JSONDecodeError:
        loaded = None
    if isinstance(loaded, list):
        for number, element in enumerate(loaded):
            yield bounded(f"{origin}[{number}]", orjson.dumps(element), limit)
    else:
        yield bounded(origin, data.removeprefix(BOM), limit)


def read_text(stream: BinaryIO, origin: str, limit: int) -> Iterator[Reading]:
    """Read plain text, UTF-8 or with a byte order mark, as one article."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        yield too_large(origin, limit)
        return
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        yield make_article(origin, limit, text=data.decode(encoding))
    except UnicodeDecodeError as error:
        yield Unreadable(origin, Reason.BAD_ENCODING, f"not {encoding}: {error.reason} at byte {error.start}")


def read_html(stream: BinaryIO, origin: str, limit: int) -> Iterator[Reading]:
    """Read a page as one article."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        yield too_large(origin, limit)
    else:
        yield make_article(origin, limit, html=decode_page(data), content_type=HTML_TYPES[0])


READERS: dict[Format, Reader] = {
    Format.TEXT: read_text,
    Format.HTML: read_html,
    Format.JSONL: read_lines,
    Format.JSON: read_json,
    Format.WARC: read_warc,
}
