"""decode: the bytes of a record become a validated raw article, or a reason why not.

    value -> payloads (size, Confluent frame) -> documents (UTF-8, JSON) -> events (CloudEvents) -> fields (schema)

Accepted: plain JSON, Confluent-framed JSON, CloudEvents in binary and in structured mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.stages.decode.documents import parse_json
from streams.stages.decode.events import check_headers, open_envelope
from streams.stages.decode.fields import check_article, make_article
from streams.stages.decode.payloads import check_value, unframe

if TYPE_CHECKING:
    from streams.articles import RawArticle
    from streams.records import InboundRecord

__all__ = ["MAX_BYTES", "decode"]

MAX_BYTES: Final = 8 * 1024 * 1024
"""What a raw value may weigh unless the settings say otherwise."""


def decode(record: InboundRecord, *, max_bytes: int = MAX_BYTES) -> RawArticle:
    """Return the raw article that the record carries.

    Args:
        record: as it was read.
        max_bytes: the most its value may weigh.

    Raises:
        DecodeError: of reason tombstone, empty, too_large, bad_frame, bad_encoding, bad_json, too_deep,
            bad_event or bad_schema; the text says what was wrong and where.
    """
    value = check_value(record, max_bytes)
    event = check_headers(record)
    payload, skipped = unframe(value)
    document = parse_json(payload, skipped)
    envelope = open_envelope(event, document)
    article = check_article(envelope.article, envelope.pointer)
    return make_article(article, envelope.event)
