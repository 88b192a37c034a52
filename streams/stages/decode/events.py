"""CloudEvents 1.0: binary mode (attributes in `ce_` headers) and structured mode (an envelope around the article).

Follows the Kafka protocol binding, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from streams.errors import DecodeError, Reason
from streams.stages.decode.documents import parse_json
from streams.stages.quoting import name_kind, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.records import InboundRecord

SPEC_VERSION: Final = "1.0"
REQUIRED: Final = ("specversion", "id", "source", "type")
STRUCTURED: Final = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Event:
    """What an event says of its article.

    Attributes:
        id: of the event.
        source: who sent it, a URI reference.
        time: RFC 3339; None where it is missing or no such time.
    """

    id: str
    source: str
    time: str | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """An article and what it came in.

    Attributes:
        article: the document, not yet checked.
        event: None where there was none.
        pointer: where the article stands in the value's document.
    """

    article: Any
    event: Event | None = None
    pointer: tuple[str, ...] = ()


def check_headers(record: InboundRecord) -> Event | str:
    """Tell by the headers how the record carries its article.

    Returns:
        The event of binary mode, else the content type (blank where there is none).

    Raises:
        DecodeError: bad_event.
    """
    media = _media_type((record.header("content-type") or b"").decode(errors="replace"))
    if media.startswith("application/cloudevents"):
        if media not in {STRUCTURED, "application/cloudevents"}:
            raise DecodeError(
                Reason.BAD_EVENT,
                f"the content type is {quote(media)}, expected {STRUCTURED}: one event a record, in JSON",
            )
        return STRUCTURED
    if all(record.header(f"ce_{name}") is None for name in REQUIRED):
        return media
    if not _is_json(media):
        raise DecodeError(Reason.BAD_EVENT, f"the event's content type is {quote(media)}, expected application/json")
    return _make_event(lambda name: _header(record, f"ce_{name}") or None, "header ce_{}")


def open_envelope(mode: Event | str, document: Any) -> Envelope:
    """Take the article out of whatever surrounds it.

    Raises:
        DecodeError: bad_event, and what `parse_json` raises for `data_base64`.
    """
    if isinstance(mode, Event):
        return Envelope(document, mode)
    if mode == STRUCTURED or _looks_like_event(document):
        return _open_structured(document)
    return Envelope(document)


def _looks_like_event(document: Any) -> bool:
    """Return whether it is an envelope by its fields; an article alone has no `specversion`."""
    return isinstance(document, dict) and document.keys() >= {*REQUIRED} and bool(document.keys() & _DATA.keys())


def _open_structured(document: Any) -> Envelope:
    if not isinstance(document, dict):
        raise DecodeError(Reason.BAD_EVENT, f"a structured event is a JSON object, not {name_kind(document)}")
    event = _make_event(document.get, "attribute {}")
    if not _is_json(_media_type(str(document.get("datacontenttype") or ""))):
        raise DecodeError(
            Reason.BAD_EVENT,
            f"attribute datacontenttype is {quote(str(document['datacontenttype']))}, expected application/json",
        )
    present = [name for name in _DATA if document.get(name) is not None]
    if len(present) != 1:
        raise DecodeError(
            Reason.BAD_EVENT,
            f"the event has {'both' if present else 'neither'} data {'and' if present else 'nor'} data_base64",
        )
    name = present[0]
    return Envelope(_DATA[name](document[name]), event, (name,))


def _make_event(attribute: Callable[[str], Any], wording: str) -> Event:
    """Check the attributes that every event must have; `wording` names one to a person."""
    for name in REQUIRED:
        value = attribute(name)
        if not isinstance(value, str) or not value:
            what = "is missing" if value is None else f"is {name_kind(value)}, expected a string that is not empty"
            raise DecodeError(Reason.BAD_EVENT, f"{wording.format(name)} {what}")
    if attribute("specversion") != SPEC_VERSION:
        raise DecodeError(
            Reason.BAD_EVENT,
            f"{wording.format('specversion')} is {quote(attribute('specversion'))}, expected {SPEC_VERSION}",
        )
    return Event(attribute("id"), attribute("source"), _time(attribute("time")))


def _decode_base64(data: Any) -> Any:
    try:
        return parse_json(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise DecodeError(
            Reason.BAD_EVENT, f"data_base64 is not base64: {error if isinstance(data, str) else name_kind(data)}"
        ) from None


_DATA: Final[dict[str, Callable[[Any], Any]]] = {"data": lambda data: data, "data_base64": _decode_base64}
"""Where an envelope keeps its article, and how to read it."""


def _time(value: Any) -> str | None:
    """Return the value if it is a time with an offset: a time is no reason to lose an article."""
    try:
        return value if datetime.fromisoformat(value).tzinfo else None
    except (TypeError, ValueError):
        return None


def _header(record: InboundRecord, name: str) -> str:
    try:
        return (record.header(name) or b"").decode()
    except UnicodeDecodeError as error:
        raise DecodeError(Reason.BAD_EVENT, f"header {name} is not UTF-8, at its byte {error.start}") from None


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _is_json(media: str) -> bool:
    return media in {"", "application/json", "text/json"} or media.endswith("+json")
