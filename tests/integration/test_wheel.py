"""The wheel, built and installed where nothing else is: `enrich` works with what it carries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parents[2]
REPUBLIKA = ROOT / "tests" / "data" / "seed-republika.txt"
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    scripts = folder / "venv" / "bin"
    install = [scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--constraint", CONSTRAINTS, wheel], check=True)
    return scripts


def test_enrich_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [installed / "news-streams", "enrich", REPUBLIKA], cwd=tmp_path, capture_output=True, check=False, env={}
    )
    assert run.returncode == 0, run.stderr
    article = orjson.loads(run.stdout)
    assert article["title"] == "Belarusia Usulkan Kerja Sama Tiga Arah dengan Rusia dan Korea Utara"
    assert article["published_at"] == "2023-09-16T17:42:00+07:00"
    assert {"Vladimir Putin", "Alexander Lukashenko"} <= {entity["name"] for entity in article["entities"]}
    assert article["sentiment"]["label"] in ("positive", "neutral", "negative")


def test_schemas_model_and_samples_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = (
        "import streams, streams.contracts as c, streams.samples as s\n"
        "print(c.schema_folder(), len(s.load_samples()), c.validator('article.enriched.v1.json').is_valid({}))"
    )
    run = subprocess.run([installed / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    folder, samples, valid = run.stdout.split()
    assert Path(folder).is_relative_to(installed.parent)
    assert (samples, valid) == ("9", "False")


def test_the_commands_are_there_and_the_missing_extra_is_named(installed: Path, tmp_path: Path) -> None:
    version = subprocess.run([installed / "news-streams", "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("news-streams, version ")
    demo = subprocess.run(
        [installed / "news-streams", "demo", "--once"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert demo.returncode == 1
    assert "news-streams[embedded]" in demo.stderr
    assert len(demo.stderr.splitlines()) == 1


def test_the_live_page_comes_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    show = "from streams.web.files import load_files; print(*sorted(load_files()))"
    done = subprocess.run([installed / "python", "-c", show], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert {"index.html", "main.js", "style.css", "uplot.min.js"} <= set(done.stdout.split())
