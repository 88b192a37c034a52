"""What the docs say of the code's order is what is there: the map of `streams`, and the layers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import streams

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LAYERS: list[str] = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]


def test_the_map_names_every_part_once() -> None:
    folder, told = ROOT / "streams", streams.__doc__ or ""
    for path in folder.glob("*.py"):
        assert len(re.findall(rf"(?<![\w/]){re.escape(path.name)}", told)) == 1, path.name
    packages = [path.parent.name for path in folder.glob("*/__init__.py")]
    assert sorted(packages) == sorted(re.findall(r"^    (\w+)/", told, re.MULTILINE))


def test_contributing_tells_the_layers_in_order() -> None:
    told = re.search(r"`(cli → .*) → domain`", (ROOT / "CONTRIBUTING.md").read_text())
    assert told is not None
    packages = [layer.removeprefix("streams.") for layer in LAYERS if "|" not in layer]
    assert told[1].split(" → ") == packages[: packages.index("nlp") + 1]


@pytest.mark.parametrize("text", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md"])
def test_what_the_docs_point_to_is_there(text: str) -> None:
    page = ROOT / text
    targets = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text())
    for file, anchor in targets:
        target = (page.parent / file) if file else page
        assert target.exists(), file
        headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE) if anchor else []
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("text", ["README.md", "CONTRIBUTING.md", "deploy/README.md"])
def test_make_has_the_targets_that_the_docs_name(text: str) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / text).read_text(), re.MULTILINE))
    assert named <= made
