"""Payload to JSON document: orjson parses, and only where it refuses is the cause looked for."""

from __future__ import annotations

from typing import Any, Final

import orjson

from streams.errors import DecodeError, Reason
from streams.stages.quoting import quote

UTF8_BOM: Final = b"\xef\xbb\xbf"

FOREIGN: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32 (little-endian byte order mark)"),
    (b"\xff\xfe", "UTF-16 (little-endian byte order mark)"),
    (b"\xfe\xff", "UTF-16 (big-endian byte order mark)"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
"""How a payload begins that is no UTF-8, and what it is then."""

TOO_DEEP: Final = ("depth limit", "recursion limit")
"""Words of orjson's message for more than 1024 levels (they changed over its versions)."""

HINTS: Final = (
    ("surrogate", "half of a surrogate pair (\\ud800 to \\udfff) is no character"),
    ("end of data", "it is cut short"),
    ("infinity", "a number is too large for a double"),
    ("control character", "it must be escaped"),
)
"""Words of orjson's message, and what they mean to the one who wrote the record."""

NEAR: Final = 24
"""Characters of the payload that a message quotes."""


def parse_json(payload: bytes, skipped: int = 0) -> Any:
    """Parse a payload; a UTF-8 byte order mark is passed over.

    Args:
        payload: UTF-8 JSON.
        skipped: how many bytes of the value stood before it, so that offsets are those of the value.

    Raises:
        DecodeError: empty, bad_encoding (with the byte's offset), too_deep or bad_json (with line and column).
    """
    text = payload.removeprefix(UTF8_BOM)
    if not text or text.isspace():
        raise DecodeError(Reason.EMPTY, "there is nothing but white space in the payload")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        decoded = _decode(text, skipped + len(payload) - len(text))
        raise _explain(error, decoded) from None


def _decode(text: bytes, skipped: int) -> str:
    """Return the text, or raise for the first byte that is not UTF-8."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        found = next((f"; it begins like {name}" for magic, name in FOREIGN if text.startswith(magic)), "")
        raise DecodeError(
            Reason.BAD_ENCODING,
            f"not UTF-8: byte 0x{text[error.start]:02x} at offset {skipped + error.start}: {error.reason}{found}",
        ) from None


def _explain(error: orjson.JSONDecodeError, text: str) -> DecodeError:
    words = error.msg.lower()
    if any(sign in words for sign in TOO_DEEP):
        return DecodeError(Reason.TOO_DEEP, f"the JSON nests too deeply, at line {error.lineno} column {error.colno}")
    hint = next((f" ({meaning})" for sign, meaning in HINTS if sign in words), "")
    near = f", near {quote(text[error.pos : error.pos + NEAR])}" if error.pos < len(text) else ""
    place = f"line {error.lineno} column {error.colno} (character {error.pos})"
    return DecodeError(Reason.BAD_JSON, f"not JSON: {place}: {error.msg}{hint}{near}")
