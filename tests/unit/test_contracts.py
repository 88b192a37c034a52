"""The schemas as validators: found, resolved without a network, strict where asked."""

from __future__ import annotations

from typing import Any

import jsonschema
import orjson
import pytest
import referencing

from streams.contracts import BASE, close, load_schema, load_schemas, schema_folder, schema_id, validator
from streams.topics import TOPICS

NAMES = sorted(load_schemas())


def example(name: str) -> Any:
    return orjson.loads((schema_folder() / "examples" / name).read_bytes())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("strict", [False, True])
def test_each_schema_has_an_example_that_fits(name: str, *, strict: bool) -> None:
    validator(name, strict=strict).validate(example(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_consumers_own_validator_agrees(name: str) -> None:
    resources = [(schema["$id"], referencing.Resource.from_contents(schema)) for schema in load_schemas().values()]
    registry = referencing.Registry().with_resources(resources)
    other = jsonschema.Draft202012Validator(load_schema(name), registry=registry)
    other.check_schema(load_schema(name))
    other.validate(example(name))
    assert not other.is_valid("no such thing")


def test_a_schema_is_found_by_its_file_name() -> None:
    assert load_schema("article.raw.v1.json")["$id"] == schema_id("article.raw.v1.json") == f"{BASE}article.raw.v1.json"
    with pytest.raises(KeyError, match=r"no\.such"):
        validator("no.such.v1.json")


def test_every_topics_schema_is_there() -> None:
    assert {topic.schema for topic in TOPICS} - {None} <= set(NAMES)


def test_readers_ignore_what_they_do_not_know_and_we_write_nothing_of_the_kind() -> None:
    article = example("article.enriched.v1.json")
    article["language"]["script"] = "Latn"
    assert validator("article.enriched.v1.json").is_valid(article)
    assert not validator("article.enriched.v1.json", strict=True).is_valid(article)


def test_references_into_other_files_are_followed() -> None:
    article = example("article.enriched.v1.json")
    article["entities"][0]["mentions"][0]["start"] = -1
    (error,) = validator("article.enriched.v1.json").iter_errors(article)
    assert error.instance_path == ["entities", 0, "mentions", 0, "start"]


def test_closing_leaves_maps_open_and_the_original_alone() -> None:
    schema = {"type": ["object", "null"], "properties": {"a": {"type": "object"}}, "anyOf": [{"properties": {"a": {}}}]}
    closed = close(schema)
    assert closed == {**schema, "additionalProperties": False}
    assert "additionalProperties" not in schema
