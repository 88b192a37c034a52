"""Document to raw article: checked against its schema, blank fields absent, unknown ones kept aside.

jsonschema-rs checks in 0.3 microseconds whatever the article's size, where fastjsonschema took 1.3 and
orjson's parse of 5 kB takes 7 (one run, one core).
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from streams.articles import RawArticle
from streams.contracts import RAW_ARTICLE, validator
from streams.errors import DecodeError, Reason
from streams.stages.quoting import name_kind, point

if TYPE_CHECKING:
    import jsonschema_rs

    from streams.stages.decode.events import Event

KNOWN: Final = frozenset(field.name for field in fields(RawArticle)) - {"extra"}
EMPTIED: Final[dict[type, Any]] = {dict: {}, list: [], str: ""}


def check_article(document: Any, pointer: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the document if it is a raw article.

    Args:
        document: as parsed.
        pointer: where it stands in the record's document.

    Raises:
        DecodeError: bad_schema, naming the JSON pointer and what was expected there.
    """
    checker = validator(RAW_ARTICLE)
    if not checker.is_valid(document):
        errors = list(checker.iter_errors(_outline(document))) or checker.iter_errors(document)
        # The deepest error says most: a text that is a number also leaves the article without a text.
        error = max(errors, key=lambda each: len(each.instance_path))
        place = point([*pointer, *error.instance_path])
        raise DecodeError(Reason.BAD_SCHEMA, f"{place}: {_expected(error)}")
    article: dict[str, Any] = document
    return article


def _outline(document: Any) -> Any:
    """Return the document with its fields emptied: an error copies its instance, which took seconds for 8 MB of list."""
    if isinstance(document, dict):
        return {name: EMPTIED.get(type(document[name]), document[name]) for name in KNOWN & document.keys()}
    return EMPTIED.get(type(document), document)


def _expected(error: jsonschema_rs.ValidationError) -> str:
    if error.kind.name == "type":
        types = error.kind.value
        wanted = types if isinstance(types, str) else " or ".join(sorted(types, key="null".__eq__))
        hint = "; one record holds one article" if isinstance(error.instance, list) and not error.instance_path else ""
        return f"expected {wanted}, got {name_kind(error.instance)}{hint}"
    return "expected html or text, got neither as a string"


def make_article(document: dict[str, Any], event: Event | None) -> RawArticle:
    """Make the article; what the event knows fills what the article lacks.

    An event's source is often a crawler's name, so it stands in only where no URL tells the publisher.

    Raises:
        DecodeError: empty, where html and text are both blank.
    """
    known = {name: document[name] for name in KNOWN & document.keys() if not _is_blank(document[name])}
    if not known.keys() & {"html", "text"}:
        raise DecodeError(Reason.EMPTY, "html and text hold nothing but white space")
    if event is not None:
        source = event.source if "url" not in known else None
        stated = {"id": event.id, "fetched_at": event.time, "source": source}
        known = {name: value for name, value in stated.items() if value is not None} | known
    return RawArticle(**known, extra={name: value for name, value in document.items() if name not in KNOWN})


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))
