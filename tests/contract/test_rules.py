"""The schemas of rules and alerts: what the code reads and writes is what they describe."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from referencing import Registry, Resource

from streams.contracts import ALERT, RULE, load_schema, schema_folder, validator
from streams.rules import checking, durations, explaining, model
from streams.rules.loading import Rules, read_rule
from streams.rules.trial import try_rules
from streams.samples.rules import read_examples

ARTICLE = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())


def example(name: str) -> Any:
    return orjson.loads((schema_folder() / "examples" / name).read_bytes())


@pytest.mark.parametrize("name", [RULE, ALERT])
def test_the_examples_fit_for_python_too(name: str) -> None:
    schemas = [(load_schema(each)["$id"], Resource.from_contents(load_schema(each))) for each in (RULE, ALERT)]
    checker = jsonschema.Draft202012Validator(load_schema(name), registry=Registry().with_resources(schemas))
    for each in (example(name), *load_schema(name)["examples"]):
        checker.validate(each)
        validator(name, strict=True).validate(each)


def test_every_example_in_the_rule_schema_is_a_rule_that_is_read() -> None:
    for each in (example(RULE), *load_schema(RULE)["examples"]):
        assert read_rule(orjson.dumps(each), "example").id == each["rule"]
    conditions = load_schema(RULE)["$defs"]["condition"]
    for when in conditions["examples"]:
        read_rule(orjson.dumps({"rule": "a", "when": when}), "example")
    for name, field in conditions["properties"].items():
        described = load_schema(RULE)["$defs"].get(name, field)
        for value in described["examples"]:
            beside = {"entity": "x"} if name == "novelty" else {}
            read_rule(orjson.dumps({"rule": "a", "when": {name: value, **beside}}), "example")


def test_the_code_reads_every_condition_that_the_schema_names() -> None:
    properties = load_schema(RULE)["$defs"]["condition"]["properties"]
    assert set(checking._READERS) == set(properties)
    assert set(load_schema(RULE)["properties"]) == {
        *(
            "rule",
            "title",
            "description",
            "owner",
            "enabled",
            "severity",
            "when",
            "count",
            "cooldown",
            "quiet",
            "send_to",
        )
    }
    assert tuple(load_schema(RULE)["properties"]["severity"]["enum"]) == model.SEVERITIES
    assert tuple(load_schema(RULE)["$defs"]["words"]["properties"]["forms"]["enum"]) == model.FORMS


@pytest.mark.parametrize(
    ("edit", "faults"),
    [
        (lambda forms: forms.append("stem"), 0),  # deep in a condition, which is described by itself
        (lambda forms: forms.remove("exact"), 1),
    ],
)
def test_the_check_of_schemas_sees_through_conditions_in_conditions(tmp_path: Path, edit: Any, faults: int) -> None:
    check = [
        sys.executable,
        str(Path(__file__).parents[2] / ".ci/check_schemas.py"),
        "--schemas",
        str(tmp_path / "schemas"),
    ]
    shutil.copytree(schema_folder(), tmp_path / "schemas")
    assert subprocess.run([*check, "--release"], check=False, capture_output=True).returncode == 0
    schema = orjson.loads(orjson.dumps(load_schema(RULE)))
    edit(schema["$defs"]["words"]["properties"]["forms"]["enum"])
    (tmp_path / "schemas" / RULE).write_bytes(orjson.dumps(schema))
    done = subprocess.run(check, check=False, capture_output=True, text=True)
    assert done.returncode == faults
    assert (f"{RULE}#/$defs/words/properties/forms: refuses" in done.stdout) == bool(faults)


def test_every_pattern_is_explained_in_words() -> None:
    patterns = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                patterns.add(node["pattern"])
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(load_schema(RULE))
    assert patterns == set(explaining.PATTERNS)


def test_durations_are_read_as_the_schema_has_them() -> None:
    for text in ("90m", "6h", "7d", "1w", "86400s"):
        assert durations.read_duration(durations.write_duration(durations.read_duration(text)))
    assert durations.write_duration(durations.read_duration("48h")) == "2d"


def test_what_rules_send_fits_the_alert_schema_and_its_example_is_such_an_alert() -> None:
    wanted = example(ALERT)
    rule = {
        "rule": "putin-minsk",
        "title": "Putin di Belarus",
        "owner": "Desk internasional",
        "severity": "high",
        "when": {"entity": "Vladimir Putin", "words": "tiba"},
        "cooldown": "6h",
        "send_to": "own",
    }
    (alert,) = try_rules([read_rule(orjson.dumps(rule), "example")], [ARTICLE])
    validator(ALERT, strict=True).validate(alert)
    assert orjson.loads(orjson.dumps(alert)) == wanted


def test_the_shipped_rules_are_in_order() -> None:
    found = Rules()
    found.read(read_examples().encode(), "examples")
    assert len(found.done()) == 10
