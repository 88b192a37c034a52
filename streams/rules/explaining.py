"""What a schema refuses, said as a person would: what was expected, what was found, what was perhaps meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from streams.contracts import RULE, load_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import jsonschema_rs

LONGEST: Final = 60
"""Code points of a value that a fault quotes."""

TYPES: Final = {
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}
PATTERNS: Final = {
    "^[1-9][0-9]{0,4}[smhdw]$": "a number and s, m, h, d or w, such as 90m or 6h",
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": "a time of day such as 06:30",
    "^(?:([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$": "a time of day such as 06:30, or 24:00",
    "^[a-z]{2,3}$": "a language code such as id or en",
    "^[A-Z][A-Z_]*$": "an entity type such as PER, ORG or LOC",
    "^[a-z][a-z_]*:.+$": "an entity id such as org:bank-central-asia",
    "^(positive|neutral|negative)$": "positive, neutral or negative",
    "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$": "small letters, digits and hyphens, at most 63",
}


def show(value: Any) -> str:
    """Return a value as a fault quotes it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = " ".join(str(value).split()) if isinstance(value, str) else str(value)
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return repr(cut) if isinstance(value, str) else f"the number {cut}"


def explain(error: jsonschema_rs.ValidationError) -> Iterator[tuple[str | None, str]]:
    """Yield what one refusal means: the name of the field that is too much, if that is it, and a sentence."""
    kind: Any = error.kind
    if kind.name == "additionalProperties":
        known = _known(error)
        yield from ((name, _unknown(name, known)) for name in kind.unexpected)
    else:
        say = _SENTENCES.get(kind.name, lambda kind, _: f"fails {kind.name}")
        yield None, say(kind, error.instance)


def _type(kind: Any, value: Any) -> str:
    types = " or ".join(TYPES[each] for each in sorted(kind.types, key=list(TYPES).index))
    quotes = ": write it in quotes" if "string" in kind.types and isinstance(value, bool | int | float) else ""
    return f"expected {types}, found {show(value)}{quotes}"


def _enum(kind: Any, value: Any) -> str:
    known = [each for each in kind.options if isinstance(each, str)]
    return f"expected one of {', '.join(known)}; found {show(value)}{_meant(value, known)}"


def _few(kind: Any, value: Any) -> str:
    return f"expected at least {kind.limit}, found {show(value) if value else 'nothing'}"


def _many(kind: Any, value: Any) -> str:
    return f"expected at most {kind.limit:,} {'letters' if isinstance(value, str) else 'entries'}, found {len(value):,}"


_SENTENCES: Final[dict[str, Callable[[Any, Any], str]]] = {
    "required": lambda kind, _: f"lacks {kind.property!r}",
    "type": _type,
    "enum": _enum,
    "pattern": lambda kind, value: f"expected {PATTERNS.get(kind.pattern, kind.pattern)}, found {show(value)}",
    "minItems": _few,
    "minLength": _few,
    "minProperties": _few,
    "maxItems": _many,
    "maxLength": _many,
    "minimum": lambda kind, value: f"expected at least {kind.limit:g}, found {show(value)}",
    "maximum": lambda kind, value: f"expected at most {kind.limit:g}, found {show(value)}",
}
"""What a refusal says, by the keyword of the schema; given what jsonschema-rs tells of it, and the value."""


def _unknown(name: str, known: list[str]) -> str:
    return f"unknown field {show(name)}" + (_meant(name, known) or f"; expected one of {', '.join(known)}")


def _meant(given: Any, known: list[str]) -> str:
    near = get_close_matches(str(given).lower(), known, n=1) if isinstance(given, str) else []
    return f": did you mean {near[0]!r}?" if near else ""


def _known(error: jsonschema_rs.ValidationError) -> list[str]:
    """Return the fields that the schema names where the refusal happened, found by the path through the schema."""
    node: Any = load_schema(RULE)
    root = node
    for part in error.schema_path[:-1]:
        node = root["$defs"][node["$ref"].rsplit("/", 1)[1]] if part == "$ref" else node[part]
    return list(node["properties"])
