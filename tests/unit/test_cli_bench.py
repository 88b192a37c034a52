"""`bench model`: every contestant has its rows, and what is missing is said in a line."""

import os
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streams.cli import bench
from streams.cli.contestants import Contestant, Race, run
from streams.errors import SettingsError


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.txt"
    path.write_text("Presiden Putin tiba di Minsk. Ia bertemu Lukashenko.\n\nSaham naik.\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_cores", lambda: [first_core()])


def first_core() -> int:
    return min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0


def measured(texts: Path, *arguments: str | Path) -> Result:
    options = ["model", "--seconds", "0.05", "--texts", str(texts), *map(str, arguments)]
    return CliRunner().invoke(bench.command, options)


def test_it_prints_a_line_per_batch_size_and_names_the_row_that_is_missing(
    texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "TORCH", ("no_such_torch",))
    result = measured(texts)
    assert result.exception is None
    assert result.output.startswith("2 articles, 5 words each\n")
    lines = result.output.splitlines()[2:]
    assert [line.split()[-4] for line in lines[:3]] == ["1", "4", "16"]
    assert all(float(line.split()[-3]) > 0 for line in lines[:3])
    assert all(50 < float(line.split()[-1]) < 500 for line in lines[:3])
    assert "not measured, no_such_torch not installed" in lines[3]


@pytest.mark.parametrize(
    ("option", "value"),
    [("--spacy", "no_such_pipeline"), ("--spacy", "blank:no_such"), ("--compare", "empty"), ("--model", "empty")],
)
def test_what_cannot_be_opened_names_its_option(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str
) -> None:
    monkeypatch.setattr(bench, "TORCH", ("no_such_torch",))
    (tmp_path / "empty").mkdir()
    result = measured(texts, option, tmp_path / value if value == "empty" else value)
    assert isinstance(result.exception, SettingsError)
    assert option in str(result.exception)


def lengths() -> tuple[str, object]:
    return "lengths", lambda bodies: [len(body) for body in bodies]


def broken() -> tuple[str, object]:
    message = "not today"
    raise OSError(message)


def killed() -> tuple[str, object]:
    os.abort()


RACE = Race(["a b", "c"], [1, 2], 0.05)


def test_each_core_has_a_process_and_the_sums_are_given() -> None:
    core = first_core()
    (one, other) = run(Contestant("x", lengths), RACE, [core, core])
    assert (one.name, one.cores, one.batch, other.batch) == ("lengths", 2, 1, 2)
    assert one.words_per_second > one.articles_per_second > 0
    # Two interpreters, each with its own memory.
    assert one.memory > 10_000_000


@pytest.mark.parametrize("cores", [1, 2])
def test_a_contestant_that_cannot_open_ends_them_all(cores: int) -> None:
    with pytest.raises(OSError, match="not today"):
        run(Contestant("x", broken), RACE, [first_core()] * cores)


def test_a_process_that_dies_ends_them_all() -> None:
    with pytest.raises(Exception, match="terminated abruptly"):
        run(Contestant("x", partial(killed)), RACE, [first_core()] * 2)
