"""The value before its text: is there one, is it of a size to work on, does a Confluent frame surround it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.errors import DecodeError, Reason
from streams.records import VALUE_LEFT

if TYPE_CHECKING:
    from streams.records import InboundRecord

FRAME_MAGIC: Final = 0
FRAME_BYTES: Final = 5
"""Magic byte 0 and a big-endian schema id of four bytes: the wire format of Confluent's Schema Registry."""


def check_value(record: InboundRecord, max_bytes: int) -> bytes:
    """Return the value if it is worth reading.

    Raises:
        DecodeError: tombstone, too_large or empty.
    """
    value = record.value
    if value is None and record.header(VALUE_LEFT):
        raise DecodeError(
            Reason.TOO_LARGE, "its compressed batch holds more than fits into memory; it stays where it is"
        )
    if value is None:
        raise DecodeError(Reason.TOMBSTONE, "the value is null (a tombstone): there is no article in it")
    if len(value) > max_bytes:
        raise DecodeError(Reason.TOO_LARGE, f"the value has {len(value)} bytes, more than the {max_bytes} allowed")
    if not value or value.isspace():
        raise DecodeError(Reason.EMPTY, f"the value is empty ({len(value)} bytes, nothing but white space)")
    return value


def unframe(value: bytes) -> tuple[bytes, int]:
    """Take off a Confluent frame; return the payload and how many bytes stood before it.

    No JSON text begins with a zero byte, so the magic byte alone tells. The schema id is not looked up.

    Raises:
        DecodeError: bad_frame where it is cut short or holds nothing.
    """
    if value[0] != FRAME_MAGIC:
        return value, 0
    if len(value) <= FRAME_BYTES:
        what = "has no payload" if len(value) == FRAME_BYTES else "is cut short"
        raise DecodeError(
            Reason.BAD_FRAME,
            f"the Confluent frame {what}: {len(value)} bytes, expected 0x00, 4 bytes of schema id and JSON",
        )
    return value[FRAME_BYTES:], FRAME_BYTES
