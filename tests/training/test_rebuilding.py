"""The one command that rebuilds the model, on a data folder that takes minutes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from small_corpora import write_corpora
from streams.nlp.model import Model

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.train, pytest.mark.timeout(1800)]
STAGES = ("deep", "shallow", "narrow")
CORPORA = {"nergrit", "idner", "nerp", "wikigold", "politics", "cnbc", "smsa", "nusax-id", "nusax-en", "newsmtsc"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_corpora(folder)
    return folder


@pytest.fixture(scope="module")
def rebuilt(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuilt")
    done = subprocess.run(command(data, folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def command(data: Path, folder: Path) -> list[str]:
    places = ["--data", str(data), "--work", str(folder / "work"), "--out", str(folder / "model")]
    return [sys.executable, "-m", "streams.training", *places]


def test_the_model_loads_and_has_learned(rebuilt: Path) -> None:
    (annotation,) = Model.load(rebuilt / "model").annotate(["Sri Mulyani bertemu PBB di Solo pada hari Selasa ."])
    assert {mention.type for mention in annotation.mentions} == {"PER", "ORG", "LOC"}
    figures = json.loads((rebuilt / "work/figures.json").read_text())
    assert set(figures["int8"]) == set(figures["float32"]) == CORPORA | {"idner, without acting places"}
    assert figures["int8"]["nergrit"] > 60, "the sentences are all alike"
    assert set(figures["calibration"]) == {"tags", "sentiment", "target"}


def test_killed_in_every_stage_it_ends_with_the_same_model(data: Path, rebuilt: Path, tmp_path: Path) -> None:
    for stage in STAGES:
        kill_after_a_round(command(data, tmp_path), tmp_path / "work" / stage / "checkpoint.pt")
    done = subprocess.run(command(data, tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for stage in STAGES:
        rounds = [json.loads(line)["round"] for line in (tmp_path / "work" / stage / "log.jsonl").open()]
        assert rounds == sorted(set(rounds)), "no round was run again"
    for name in ("model.onnx", "tokenizer.json", "model.json"):
        assert (tmp_path / "model" / name).read_bytes() == (rebuilt / "model" / name).read_bytes(), name


def test_a_folder_without_the_corpora_is_named(tmp_path: Path) -> None:
    done = subprocess.run(command(tmp_path, tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"No such file or directory: '{tmp_path}/ner/id/nergrit/train.txt'" in done.stderr


def kill_after_a_round(line: list[str], checkpoint: Path) -> None:
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
        while not checkpoint.exists():
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.02)
        process.kill()
