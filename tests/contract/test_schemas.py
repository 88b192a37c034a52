"""The schemas and their check: every field described, and no change that breaks a reader of what was released."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams.contracts import ARTICLE_DROPPED, DEAD_LETTER, load_schema, schema_folder
from streams.errors import Reason, Stage
from streams.outcomes import DropReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

SCRIPT = Path(__file__).parents[2] / ".ci/check_schemas.py"
RAW, ENRICHED, MENTIONED = "article.raw.v1.json", "article.enriched.v1.json", "entity.mentioned.v1.json"
FIELD = {"title": "New", "description": "A new field.", "type": ["string", "null"], "examples": ["x"]}


def load_check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_schemas", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = load_check()


def check(folder: Path, *options: str) -> tuple[int, str]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = CHECK.main(["--schemas", str(folder), *options])
    return code, out.getvalue()


def change(folder: Path, name: str, edit: Callable[[Any], object]) -> None:
    schema = orjson.loads((folder / name).read_bytes())
    edit(schema)
    (folder / name).write_bytes(orjson.dumps(schema))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the schemas in which nothing has changed since their release, to be left as it is."""
    copy = shutil.copytree(schema_folder(), tmp_path_factory.mktemp("released") / "schemas")
    assert check(copy, "--release")[0] == 0
    return copy


@pytest.fixture
def folder(released: Path, tmp_path: Path) -> Path:
    """Give a copy of those, to be changed."""
    return shutil.copytree(released, tmp_path / "schemas")


def add(schema: Any, *, required: bool = True) -> None:
    schema["properties"]["new"] = FIELD
    for example in schema["examples"]:
        example["new"] = "x"
    if required:
        schema["required"].append("new")


def drop(schema: Any, name: str) -> None:
    del schema["properties"][name]
    schema["required"] = [each for each in schema["required"] if each != name]
    for example in schema["examples"]:
        example.pop(name, None)


def fields(*path: str) -> Callable[[Any], Any]:
    def find(schema: Any) -> Any:
        for part in path:
            schema = schema[part]
        return schema

    return find


COMPATIBLE: dict[str, tuple[str, Callable[[Any], object]]] = {
    "raw may have a new field": (RAW, lambda s: add(s, required=False)),
    "raw may admit more types": (RAW, lambda s: s["properties"]["headers"]["type"].append("array")),
    "enriched may have a new field": (ENRICHED, add),
    "enriched may have a new optional field": (ENRICHED, lambda s: add(s, required=False)),
    "enriched may promise more": (ENRICHED, lambda s: s["properties"]["id"].update(minLength=2)),
    "enriched may stop being null": (MENTIONED, lambda s: s["properties"]["snippet"].update(type=["object", "null"])),
    "words may change": (ENRICHED, lambda s: s["properties"]["text"].update(description="The text.")),
    "a reason may be added": (
        DEAD_LETTER,
        lambda s: s["properties"]["__connect.errors.reason"]["examples"].append("too_odd"),
    ),
}

LABEL, POINT = "enrichment.sentiment.v1.json", "enrichment.entities.v1.json"
BREAKING: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "raw requires a field": (RAW, lambda s: s["required"].append("url"), f"{RAW}#: refuses"),
    "raw refuses null": (
        RAW,
        lambda s: s["properties"]["language"].update(type="string"),
        f"{RAW}#/properties/language: refuses",
    ),
    "raw refuses a form": (
        RAW,
        lambda s: s["properties"]["published_at"].update(format="date-time"),
        "/properties/published_at",
    ),
    "raw forgets a field": (RAW, lambda s: drop(s, "title"), f"{RAW}#/properties/title: refuses"),
    "raw no longer reads text": (
        RAW,
        lambda s: (s["anyOf"].pop(), s.update(examples=s["examples"][1:])),
        f"{RAW}#: refuses",
    ),
    "enriched loses a field": (ENRICHED, lambda s: drop(s, "agency"), f"{ENRICHED}#/properties/agency: writes"),
    "enriched leaves a field out": (ENRICHED, lambda s: s["required"].remove("title"), f"{ENRICHED}#: writes"),
    "enriched turns null": (
        ENRICHED,
        lambda s: s["properties"]["text"].update(type=["string", "null"]),
        f"{ENRICHED}#/properties/text: writes",
    ),
    "a date may be anything": (
        ENRICHED,
        lambda s: s["properties"]["published_at"].pop("anyOf"),
        "/properties/published_at",
    ),
    "a fourth label": (LABEL, lambda s: s["properties"]["label"]["enum"].append("mixed"), f"{LABEL}#/properties/label"),
    "a label reaches who refers to it": (
        LABEL,
        lambda s: s["properties"]["label"]["enum"].append("mixed"),
        f"{MENTIONED}#",
    ),
    "a number turns string": (
        POINT,
        lambda s: fields("$defs", "entity", "properties", "count")(s).update(type=["integer", "string"]),
        f"{POINT}#/$defs/entity/properties/count",
    ),
    "dead letters lose a header": (
        DEAD_LETTER,
        lambda s: drop(s, "__connect.errors.reason"),
        f"{DEAD_LETTER}#/properties/__connect.errors.reason",
    ),
}

UNDESCRIBED: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "no description": (
        ENRICHED,
        lambda s: s["properties"]["text"].pop("description"),
        "#/properties/text: no description",
    ),
    "no example": (POINT, lambda s: fields("$defs", "mention")(s).update(examples=[]), "#/$defs/mention: no examples"),
    "an example that does not fit": (
        RAW,
        lambda s: s["properties"]["url"].update(examples=[5]),
        "/url/examples/0: does not fit",
    ),
    "another name": (RAW, lambda s: s.update({"$id": "https://example.com/raw.json"}), "$id is not"),
    "another dialect": (
        RAW,
        lambda s: s.update({"$schema": "http://json-schema.org/draft-07/schema#"}),
        "$schema is not",
    ),
    "no schema": (RAW, lambda s: s.update(type="text"), "no valid JSON Schema"),
}


def test_our_schemas_pass() -> None:
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("0 faults\n")


@pytest.mark.parametrize(("name", "edit"), COMPATIBLE.values(), ids=COMPATIBLE.keys())
def test_what_breaks_nobody_passes(folder: Path, name: str, edit: Callable[[Any], object]) -> None:
    change(folder, name, edit)
    code, out = check(folder)
    assert code == 0, out


@pytest.mark.parametrize(
    ("name", "edit", "words"), (BREAKING | UNDESCRIBED).values(), ids=(BREAKING | UNDESCRIBED).keys()
)
def test_what_breaks_somebody_fails_and_says_where(
    folder: Path, name: str, edit: Callable[[Any], object], words: str
) -> None:
    change(folder, name, edit)
    code, out = check(folder)
    assert code == 1
    assert words in out


def test_a_released_schema_stays(folder: Path) -> None:
    (folder / MENTIONED).unlink()
    code, out = check(folder)
    assert (code, f"{MENTIONED}: released, but gone" in out) == (1, True)


def test_a_break_is_not_taken_over_as_released(folder: Path) -> None:
    change(folder, ENRICHED, lambda s: drop(s, "agency"))
    assert check(folder, "--release")[0] == 1
    assert "agency" in orjson.loads((folder / "released" / ENRICHED).read_bytes())["properties"]


def test_a_new_schema_is_told_and_then_released(folder: Path) -> None:
    new = "enrichment.topics.v1.json"
    schema = {**load_schema(LABEL), "$id": f"https://news-streams.example/schemas/{new}"}
    (folder / new).write_bytes(orjson.dumps(schema))
    assert f"{new}: not released yet" in check(folder)[1]
    assert check(folder, "--release")[0] == 0
    assert "not released" not in check(folder)[1]


def test_the_words_of_dead_letters_are_the_codes() -> None:
    described = load_schema(DEAD_LETTER)["properties"]
    assert described["__connect.errors.stage"]["examples"] == list(Stage)
    assert described["__connect.errors.reason"]["examples"] == list(Reason)


def test_the_reasons_of_what_is_dropped_are_the_codes() -> None:
    assert load_schema(ARTICLE_DROPPED)["properties"]["reason"]["examples"] == list(DropReason)
