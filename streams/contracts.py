"""The schemas as validators: one per file under `schemas/`, compiled once, resolved without any network.

In a checkout the files stand at the top level; the wheel carries them inside the package. They are
open: a reader ignores fields that it does not know, so that a later v1 may add some. What we write
ourselves is held to more: the strict form of a schema refuses every field that it does not name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import orjson

BASE: Final = "https://news-streams.example/schemas/"
"""What every `$id` begins with: a name, not an address (RFC 2606 keeps `.example` from everyone).

A scheme of our own would say so better, but Python's `urljoin`, and with it the jsonschema library, resolves
references between the files only under the schemes that it knows.
"""

RAW_ARTICLE: Final = "article.raw.v1.json"
ENRICHED_ARTICLE: Final = "article.enriched.v1.json"
ENTITY_MENTIONED: Final = "entity.mentioned.v1.json"
ENTITY_TREND: Final = "entity.trend.v1.json"
ARTICLE_DROPPED: Final = "article.dropped.v1.json"
DEAD_LETTER: Final = "dead-letter.v1.json"
RULE: Final = "rule.v1.json"
ALERT: Final = "alert.v1.json"

_PACKAGE = Path(__file__).parent

Schema = dict[str, Any]


def schema_folder() -> Path:
    """Return the folder of the schemas, inside the wheel or beside the package."""
    shipped = _PACKAGE / "_schemas"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "schemas"


@cache
def load_schemas() -> dict[str, Schema]:
    """Return every schema of ours by file name, read once."""
    return read_schemas(schema_folder())


def read_schemas(folder: Path) -> dict[str, Schema]:
    """Read every schema of a folder, by file name."""
    return {path.name: orjson.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def load_schema(name: str) -> Schema:
    """Return one schema by its file name, `article.raw.v1.json`.

    Raises:
        KeyError: there is none of that name.
    """
    return load_schemas()[name]


def schema_id(name: str) -> str:
    """Return the `$id` of a schema, which the `ce_dataschema` header carries."""
    return BASE + name


@cache
def validator(name: str, *, strict: bool = False) -> jsonschema_rs.Draft202012Validator:
    """Compile the validator of one schema file; formats are checked too.

    Args:
        name: the file's name.
        strict: refuse fields that the schema does not name, as for what we write ourselves.

    Raises:
        KeyError: there is no schema of that name.
    """
    schemas = {each: close(schema) if strict else schema for each, schema in load_schemas().items()}
    return jsonschema_rs.Draft202012Validator(
        schemas[name], registry=registry(schemas), validate_formats=True, offline=True
    )


def registry(schemas: dict[str, Schema]) -> jsonschema_rs.Registry:
    """Return what resolves the references between these schemas."""
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas.values()])


def close(schema: Any) -> Any:
    """Return a copy of the schema in which every object refuses the fields that it does not name."""
    if isinstance(schema, list):
        return [close(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: close(each) for key, each in schema.items()}
    names_fields = isinstance(closed.get("properties"), dict) and "object" in _types(closed)
    return {"additionalProperties": False, **closed} if names_fields else closed


def _types(schema: Schema) -> list[str]:
    stated = schema.get("type", [])
    return [stated] if isinstance(stated, str) else list(stated)
