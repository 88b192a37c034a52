"""`bench model`: the figures are there, and what is missing is said in a line."""

from pathlib import Path

from click.testing import CliRunner

from streams.cli.bench import command
from streams.errors import SettingsError


def test_it_prints_a_line_per_batch_size(tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("Presiden Putin tiba di Minsk. Ia bertemu Lukashenko.\n\nSaham naik.\n", encoding="utf-8")
    result = CliRunner().invoke(command, ["model", "--seconds", "0.05", "--texts", str(texts)], catch_exceptions=False)
    assert result.output.startswith("2 articles, 5 words each\n")
    lines = result.output.splitlines()[2:]
    assert [line.split()[-4] for line in lines[:3]] == ["1", "4", "16"]
    assert all(float(line.split()[-3]) > 0 for line in lines)


def test_a_pipeline_that_is_not_installed(tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("Saham naik.\n", encoding="utf-8")
    arguments = ["model", "--seconds", "0.05", "--texts", str(texts), "--spacy", "no_such_pipeline"]
    result = CliRunner().invoke(command, arguments)
    assert isinstance(result.exception, SettingsError)
    assert "no_such_pipeline" in str(result.exception)
