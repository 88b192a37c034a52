"""`news-streams diff`: what two models made of the same articles."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from streams.cli import commands
from streams.cli.differences import compare

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).parents[2] / "schemas" / "examples" / "article.enriched.v1.json"
Article = dict[str, Any]


def article(number: int = 0) -> Article:
    made: Article = json.loads(EXAMPLE.read_text())
    made["id"] = f"{number:032x}"
    return made


def write(path: Path, articles: list[Article]) -> str:
    path.write_bytes(b"".join(json.dumps(each).encode() + b"\n" for each in articles))
    return str(path)


def test_the_same_is_no_difference() -> None:
    found = compare([article(0), article(1)], [article(1), article(0)])
    assert (found.common, found.share, +found.counts, found.differences) == (2, 0.0, {}, [])
    assert found.models[0] == found.models[1] != ()


def remove_entity(made: Article) -> None:
    made["entities"].pop()


def add_entity(made: Article) -> None:
    made["entities"].append(made["entities"][0] | {"id": "another"})


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda made: made.update(content_hash="f" * 64), "text"),
        (lambda made: made["language"].update(code="nl"), "language"),
        (lambda made: made.update(sentiment=None), "sentiment"),
        (remove_entity, "entity_only_old"),
        (add_entity, "entity_only_new"),
        (lambda made: made["entities"][0].update(type="NOR"), "entity_type"),
        (lambda made: made["entities"][0].update(sentiment=None), "entity_sentiment"),
    ],
)
def test_each_kind_of_difference_is_counted(change: Callable[[Article], Any], kind: str) -> None:
    old, new = article(), article()
    change(new)
    found = compare([old, article(1)], [new, article(1)])
    assert +found.counts == {kind: 1}
    assert (found.share, [each.id for each in found.differences]) == (0.5, [old["id"]])


def test_what_only_one_of_them_has_is_counted_and_no_difference() -> None:
    found = compare([article(0), article(1)], [article(1), article(2), article(3)])
    assert +found.counts == {"only_old": 1, "only_new": 2}
    assert (found.common, found.share) == (1, 0.0)


def test_nothing_in_common_divides_by_nothing() -> None:
    assert compare([], []).share == 0.0
    assert compare([article(0)], [article(1)]).share == 0.0


def test_the_command_tells_models_counts_and_articles(tmp_path: Path) -> None:
    changed = copy.deepcopy(article())
    changed["models"] = dict.fromkeys(changed["models"], "9.9")
    remove_entity(changed)
    old = write(tmp_path / "old.jsonl", [article(), article(1)])
    new = write(tmp_path / "new.jsonl", [changed, article(1)])
    result = CliRunner().invoke(commands, ["diff", old, new])
    assert result.exit_code == 0, result.stderr
    assert "50.0% of 2 articles differ" in result.stdout
    assert "9.9" in result.stdout
    assert article()["id"] in result.stdout
    told = json.loads(CliRunner().invoke(commands, ["diff", "--json", old, new]).stdout)
    assert told["counts"]["entity_only_old"] == 1
    assert told["examples"][0]["id"] == article()["id"]
    assert CliRunner().invoke(commands, ["diff", "--most", "0.5", old, new]).exit_code == 0
    assert CliRunner().invoke(commands, ["diff", "--most", "0.4", old, new]).exit_code == 1


def test_files_may_be_gzipped_and_hold_dead_letters(tmp_path: Path) -> None:
    letter = json.dumps({"dead_letter": {"stage": "decode", "reason": "bad_json", "message": "", "source": "x"}})
    path = tmp_path / "old.jsonl.gz"
    path.write_bytes(gzip.compress(f"{letter}\n{json.dumps(article())}\n".encode()))
    result = CliRunner().invoke(commands, ["diff", str(path), str(path)])
    assert "0.0% of 1 articles differ" in result.stdout


@pytest.mark.parametrize("content", ["no json\n", "{}\n", "[1]\n"])
def test_a_line_that_is_no_article_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(content)
    result = CliRunner().invoke(commands, ["diff", str(path), str(path)])
    assert result.exit_code == 1
    assert "bad.jsonl:1: " in result.stderr


def test_a_title_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    old, new = article(), article()
    old["title"] = "\x1b[2Jhalo\x07"
    remove_entity(new)
    paths = [write(tmp_path / "old.jsonl", [old]), write(tmp_path / "new.jsonl", [new])]
    shown = CliRunner().invoke(commands, ["diff", *paths]).stdout
    assert "halo" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown
