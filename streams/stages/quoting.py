"""How a message names a part of a record: short, on one line, and nothing that a terminal would obey."""

from __future__ import annotations

from typing import Any, Final

LONGEST: Final = 60
"""Characters of a record that one message quotes at most."""

KINDS: Final = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}


def quote(text: str) -> str:
    """Quote a piece of user content: ASCII, escaped and bounded."""
    # A character escapes to ten at most (\U0001f600): cut before as well as after.
    escaped = ascii(text[:LONGEST])
    return escaped if len(escaped) <= LONGEST and len(text) <= LONGEST else f"{escaped[: LONGEST - 3]}..."


def name_kind(value: Any) -> str:
    """Name a parsed value's type as JSON does."""
    return KINDS.get(type(value), type(value).__name__)


def point(path: list[str | int]) -> str:
    """Format a path as an RFC 6901 JSON pointer, bounded; the root is `the article`."""
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return quote(pointer).strip("'\"") if pointer else "the article"
