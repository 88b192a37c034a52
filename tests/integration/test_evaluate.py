"""`news-streams evaluate` on small labelled files and on files that are none."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from streams.cli import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELLED = Path(__file__).parents[1] / "data" / "labelled"


def evaluate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["evaluate", *map(str, arguments)])


@pytest.mark.parametrize(
    ("kind", "file"), [("ner", "ner.conll"), ("sentiment", "sentiment.csv"), ("target", "target.jsonl")]
)
def test_a_labelled_file_gives_figures_by_type_and_over_all(kind: str, file: str) -> None:
    done = evaluate(kind, "--json", LABELLED / file)
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert {"micro", "macro"} < set(figures)
    for row in figures.values():
        assert all(0 <= row[measure] <= 1 for measure in ("precision", "recall", "f1"))


def test_plain_sentences_are_read_right() -> None:
    figures = json.loads(evaluate("ner", "--json", LABELLED / "ner.conll").stdout)
    assert figures["PER"]["count"] == 2
    assert figures["micro"]["f1"] > 0.7


def test_tabs_iob1_and_gzip_read_the_same_file(tmp_path: Path) -> None:
    rewritten = (LABELLED / "ner.conll").read_text().replace(" B-", "\tI-").replace(" I-", "\tI-").replace(" O", "\tO")
    packed = tmp_path / "ner.conll.gz"
    packed.write_bytes(gzip.compress(rewritten.encode()))
    assert evaluate("ner", packed).stdout == evaluate("ner", LABELLED / "ner.conll").stdout


def write_countries(path: Path, labels: Sequence[str]) -> Path:
    path.write_text("".join(f"Israel {label}\nmenyatakan O\nsiap O\n. O\n\n" for label in labels))
    return path


def test_a_file_that_leaves_countries_unmarked_is_told_apart(tmp_path: Path) -> None:
    unmarked = evaluate("ner", write_countries(tmp_path / "a", ["O"] * 9 + ["B-LOC"]))
    marked = evaluate("ner", write_countries(tmp_path / "b", ["B-LOC"] * 10))
    assert "--acting" in unmarked.stderr
    assert "--acting" not in marked.stderr


@pytest.mark.parametrize(
    ("kind", "content", "named"),
    [
        ("sentiment", "text,label\nSaya senang.,gembira\n", "gembira"),
        ("target", '{"targets": []}\n', "sentence_normalized"),
        ("target", "no json\n", "bad"),
        ("ner", "\n\n", "nothing"),
        ("sentiment", "", "nothing"),
    ],
)
def test_what_cannot_be_read_is_one_line_that_names_it(tmp_path: Path, kind: str, content: str, named: str) -> None:
    file = tmp_path / "bad"
    file.write_text(content)
    done = evaluate(kind, file)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert str(file) in done.stderr
    assert named in done.stderr


def test_a_missing_file_is_a_usage_error() -> None:
    assert evaluate("ner", "nowhere.conll").exit_code == 2
