"""Compressed batches within bounds: 100 kB of them can hold gigabytes, and Kafka bounds only what is compressed.

aiokafka decompresses a batch at once, whatever comes out of it: a batch of zeros that a broker took would end every
worker of the group for lack of memory, one after the other. Here the decoders stop at a limit.

Checked with aiokafka 0.14 (`codec.py`, and the names that both of its parsers take from there).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import cramjam
from aiokafka.codec import _detect_xerial_stream
from aiokafka.record import default_records
from aiokafka.record._crecords import default_records as compiled

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Buffer = bytes | memoryview

MOST_BYTES: Final = 128 * 1024 * 1024
"""What the records of one batch may weigh; producers fill a batch to a megabyte or so, or with one record."""

LIKELY_RATIO: Final = 16
"""Room for the first try, to the size of what is compressed; text comes to 3 to 8 times."""
LEAST_ROOM: Final = 64 * 1024
XERIAL_HEADER: Final = 16
GZIP_FRAMES: Final = 31
"""`wbits` of zlib for gzip with the largest window."""


class BatchTooLargeError(Exception):
    """A compressed batch that holds more than anyone should read into memory."""


def gunzip(payload: Buffer) -> bytes:
    """Decompress gzip, of several members perhaps.

    Raises:
        BatchTooLargeError: at the limit.
        zlib.error: what is there is no gzip.
    """
    pieces, room, rest = [], MOST_BYTES, bytes(payload)
    while rest:
        member = zlib.decompressobj(GZIP_FRAMES)
        pieces.append(member.decompress(rest, room + 1))
        room -= len(pieces[-1])
        if room < 0:
            raise BatchTooLargeError
        if not member.eof:
            msg = "the gzip data is cut short"
            raise zlib.error(msg)
        rest = member.unused_data
    return b"".join(pieces)


def unsnap(payload: Buffer) -> bytes:
    """Decompress Snappy, in the blocks of the Java library or bare; each block begins with its length.

    Raises:
        BatchTooLargeError: the blocks state more than the limit.
    """
    blocks = list(_blocks(memoryview(payload)[XERIAL_HEADER:])) if _detect_xerial_stream(payload) else [payload]
    if sum(cramjam.snappy.decompress_raw_len(block) for block in blocks) > MOST_BYTES:
        raise BatchTooLargeError
    return b"".join(bytes(cramjam.snappy.decompress_raw(block)) for block in blocks)


def _blocks(stream: memoryview) -> list[memoryview]:
    found, at = [], 0
    while at < len(stream):
        end = at + 4 + int.from_bytes(stream[at : at + 4], "big", signed=True)
        found.append(stream[at + 4 : end])
        at = max(end, at + 4)
    return found


def bounded(decompress_into: Callable[[Any, Any], int]) -> Callable[[Buffer], bytes]:
    """Return a decoder that gives a codec of cramjam no more room than the limit.

    Args:
        decompress_into: fills a buffer and returns how far; fails where it is too small.
    """

    def decode(payload: Buffer) -> bytes:
        room = min(MOST_BYTES, max(LEAST_ROOM, LIKELY_RATIO * len(payload)))
        while True:
            buffer = bytearray(room)
            try:
                return bytes(memoryview(buffer)[: decompress_into(payload, buffer)])
            except cramjam.DecompressionError as error:
                if TOO_SMALL not in str(error):
                    raise
            if room == MOST_BYTES:
                raise BatchTooLargeError
            room = min(MOST_BYTES, 4 * room)

    return decode


TOO_SMALL: Final = "failed to write whole buffer"
"""How cramjam says that the room was not enough; a test holds it to that."""


def read_within_bounds() -> None:
    """Make both parsers of this process decompress so."""
    for parser in (compiled, default_records):
        parser.gzip_decode = gunzip
        parser.snappy_decode = unsnap
        parser.lz4_decode = bounded(cramjam.lz4.decompress_into)
        parser.zstd_decode = bounded(cramjam.zstd.decompress_into)
