"""Articles to bytes: every field present in its order, floats rounded, the result checked against its schema."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from streams.contracts import validator
from streams.errors import Reason, RouteError
from streams.records import OutboundRecord
from streams.stages.quoting import point, quote
from streams.stages.route.headers import make_headers

if TYPE_CHECKING:
    from streams.records import Headers
    from streams.stages.route.events import Event

DIGITS: Final = 4
"""Decimals of a float on the wire: below that a model's last bits differ from machine to machine."""

PLAIN: Final = frozenset({str, int, bool, type(None)})


def to_wire(value: Any) -> Any:
    """Return the value as plain JSON: dataclasses as objects in field order, mappings by sorted name.

    Raises:
        RouteError: bad_output for what JSON cannot carry, NaN among it.
    """
    # Most values are plain and are asked for first: an article's thousands of mentions pass here.
    if type(value) in PLAIN:
        return value
    if isinstance(value, float):
        return _round(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_wire(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Mapping):
        return {name: to_wire(value[name]) for name in sorted(value)}
    if isinstance(value, tuple | list):
        return [to_wire(each) for each in value]
    raise RouteError(Reason.BAD_OUTPUT, f"JSON cannot carry a {type(value).__name__}")


def encode(value: dict[str, Any], schema: str) -> bytes:
    """Return a value's bytes if it fits its schema; the check costs microseconds, a broken reader hours.

    Raises:
        RouteError: bad_output, naming schema and JSON pointer.
    """
    try:
        encoded = orjson.dumps(value)
    except TypeError as refusal:  # a lone surrogate, say
        raise RouteError(Reason.BAD_OUTPUT, f"{schema}: not to be written as JSON: {refusal}") from None
    checker = validator(schema)
    if not checker.is_valid(value):
        error = next(checker.iter_errors(value))
        raise RouteError(Reason.BAD_OUTPUT, f"{schema}: {point(error.instance_path)} fails {error.kind.name}")
    return encoded


def make_record(event: Event, carried: Headers) -> OutboundRecord:
    """Return the record of an event.

    Args:
        event: what happened.
        carried: headers behind its own.

    Raises:
        RouteError: bad_output where the value does not fit its schema.
    """
    # The value first: it is checked against its schema, and with it what key and headers repeat.
    value = encode(event.value, event.schema)
    return OutboundRecord(event.topic, event.subject.encode(), value, make_headers(event) + carried)


def check_offsets(article: Mapping[str, Any]) -> None:
    """Hold the promise that no schema can state: each mention's text stands at its offsets.

    Raises:
        RouteError: bad_output, naming the mention.
    """
    text = article["text"]
    for entity in article["entities"]:
        for mention in entity["mentions"]:
            start, end = mention["start"], mention["end"]
            if text[start:end] != mention["text"]:
                place = f"{start}:{end} of the text"
                raise RouteError(Reason.BAD_OUTPUT, f"mention {quote(mention['text'])} does not stand at {place}")


def _round(value: float) -> float:
    if not math.isfinite(value):
        raise RouteError(Reason.BAD_OUTPUT, f"JSON cannot carry the number {value}")
    # Adding zero makes one zero of both.
    return round(value, DIGITS) + 0.0


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.metadata.get("wire", True))
