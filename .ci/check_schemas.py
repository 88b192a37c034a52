"""Checks the schemas: that each describes itself, and that none breaks a reader of what was released.

`schemas/released/` holds the schemas as the last release had them. What we write and others read (enriched,
mentioned, dead letters) may only narrow: the released schema must admit every document that the new one
admits. What others write (raw) may only widen: the new schema must admit every document of the released
one's fields. Both are proven by jsonschema-rs (`CanonicalSchema.covers`), not guessed from a diff; what it
cannot prove counts as a break. `--release` takes the schemas over as released, if they break nobody.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from streams.contracts import BASE, RAW_ARTICLE, RULE, Schema, close, read_schemas, registry, schema_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DESCRIBED = ("title", "description", "examples")
WRITTEN_BY_OTHERS = {RAW_ARTICLE, RULE}


def main(arguments: list[str] | None = None) -> int:
    """Check; print what is wrong, one line each; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schemas", type=Path, default=schema_folder(), help="the folder to check")
    parser.add_argument("--release", action="store_true", help="take the schemas over as released")
    options = parser.parse_args(arguments)
    schemas, released = read_schemas(options.schemas), read_schemas(options.schemas / "released")
    faults = list(check_identities(schemas)) or [
        *check_descriptions(schemas),
        *check_compatibility(released, schemas),
    ]
    if not faults and options.release:
        for name in schemas:
            shutil.copy(options.schemas / name, options.schemas / "released" / name)
    unreleased = sorted(schemas.keys() - released.keys())
    notes = [f"{name}: not released yet" for name in unreleased if not options.release]
    sys.stdout.write("".join(f"{line}\n" for line in [*faults, *notes]))
    sys.stdout.write(f"{len(schemas)} schemas, {len(faults)} faults\n")
    return 1 if faults else 0


def check_identities(schemas: dict[str, Schema]) -> Iterator[str]:
    """Yield what makes a file no schema of ours: another dialect or name, or none that is valid."""
    for name, schema in schemas.items():
        if schema.get("$schema") != DIALECT:
            yield f"{name}: $schema is not {DIALECT}"
        elif schema.get("$id") != BASE + name:
            yield f"{name}: $id is not {BASE + name}"
        elif not jsonschema_rs.meta.is_valid(schema):
            yield f"{name}: no valid JSON Schema"


def check_descriptions(schemas: dict[str, Schema]) -> Iterator[str]:
    """Yield which field lacks a title, a description or examples, and which example does not fit."""
    closed = registry(_close(schemas))
    for name, schema in schemas.items():
        for pointer, field in [("", schema), *find_fields(schema)]:
            yield from (f"{name}#{pointer}: no {word}" for word in DESCRIBED if not field.get(word))
            yield from _check_examples(name, pointer, field, closed)


def find_fields(schema: Any, pointer: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield every field that a schema describes with its pointer; one that is only a reference is described there."""
    if isinstance(schema, list):
        for index, each in enumerate(schema):
            yield from find_fields(each, f"{pointer}/{index}")
    if not isinstance(schema, dict):
        return
    # What stands under anyOf and if is a condition on fields that are described elsewhere.
    for key in ("properties", "$defs"):
        for name, field in schema.get(key, {}).items():
            if field.keys() != {"$ref"}:
                yield f"{pointer}/{key}/{name}", field
            yield from find_fields(field, f"{pointer}/{key}/{name}")
    yield from find_fields(schema.get("items"), f"{pointer}/items")


def _check_examples(name: str, pointer: str, field: Schema, closed: jsonschema_rs.Registry) -> Iterator[str]:
    # The base is the whole schema, so that references inside the field mean what they mean there.
    located = {"$schema": DIALECT, "$ref": f"{BASE}{name}#{pointer}"}
    checker = jsonschema_rs.Draft202012Validator(located, registry=closed, validate_formats=True, offline=True)
    for number, example in enumerate(field.get("examples", [])):
        if not checker.is_valid(example):
            yield f"{name}#{pointer}/examples/{number}: does not fit"


def check_compatibility(released: dict[str, Schema], schemas: dict[str, Schema]) -> Iterator[str]:
    """Yield every released schema that is gone, or changed so that somebody breaks."""
    for name in released:
        if name not in schemas:
            yield f"{name}: released, but gone"
        elif name in WRITTEN_BY_OTHERS:
            # Only the named fields are promised: what others call theirs may become ours, what was ours must stay.
            yield from _explain(name, _close(schemas), _close(released), "refuses")
        else:
            yield from _explain(name, released, schemas, "writes")


def _explain(name: str, wide: dict[str, Schema], narrow: dict[str, Schema], verb: str) -> Iterator[str]:
    """Yield where `narrow` admits what `wide` does not; `verb` says what the new schema does there."""
    if covers(wide, narrow, name, ""):
        return
    released = narrow if verb == "refuses" else wide
    places = [pointer for pointer, _ in find_fields(released[name]) if not _agrees(wide, narrow, name, pointer)]
    deepest = [place for place in places if not any(other.startswith(f"{place}/") for other in places)]
    what = f"{verb} what the released one {'admitted' if verb == 'refuses' else 'did not'}"
    for place in deepest or [""]:
        yield f"{name}#{place}: {what}"


def _close(schemas: dict[str, Schema]) -> dict[str, Schema]:
    return {name: close(schema) for name, schema in schemas.items()}


def _agrees(wide: dict[str, Schema], narrow: dict[str, Schema], name: str, pointer: str) -> bool:
    in_both = all(pointer in dict(find_fields(schemas[name])) for schemas in (wide, narrow))
    return in_both and covers(wide, narrow, name, pointer)


def covers(wide: dict[str, Schema], narrow: dict[str, Schema], name: str, pointer: str) -> bool:
    """Return whether it is proven that `wide` admits every document that `narrow` admits."""
    one, other = (_canonical(schemas, name, pointer) for schemas in (wide, narrow))
    return one.covers(other) == jsonschema_rs.canonical.Containment.YES


def _canonical(schemas: dict[str, Schema], name: str, pointer: str) -> jsonschema_rs.CanonicalSchema:
    """Return a field's schema with all references put in place: both sides use the same names for other things."""
    whole = jsonschema_rs.dereference(schemas[name], registry=registry(schemas), offline=True)
    field = reduce(lambda node, part: node[part], pointer.split("/")[1:], whole)
    alone = {key: value for key, value in field.items() if key not in {"$id", "$defs"}}
    return jsonschema_rs.canonicalize({"$schema": DIALECT, **_cut_circles(alone)}, validate_formats=True, offline=True)


def _cut_circles(node: Any) -> Any:
    """Put a constant for each reference that leads back to where it stands (a condition within a condition).

    Nothing else is left of references here. What lies behind it was put in place once above it and is compared there;
    taking it for equal below is then proof by induction over the depth of a document.
    """
    if isinstance(node, list):
        return [_cut_circles(each) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"const": node["$ref"]}
    return {key: _cut_circles(each) for key, each in node.items()}


if __name__ == "__main__":
    sys.exit(main())
