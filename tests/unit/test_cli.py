"""The group: lazily loaded commands, exit codes, one line for what goes wrong."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from streams.cli import COMMANDS, commands, exit_codes
from streams.errors import SourceError

HEAVY = ("faust", "onnxruntime", "tokenizers", "trafilatura", "lingua")


def code_of(error: BaseException, *, debug: bool = False) -> int:
    def work() -> None:
        raise error

    with pytest.raises(click.exceptions.Exit) as caught:
        exit_codes(work, debug=debug)
    return caught.value.exit_code


def test_an_error_of_ours_is_one_line_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(SourceError("a.txt:\nno such file")) == 1
    assert capsys.readouterr().err == "news-streams: a.txt: no such file\n"


def test_a_defect_is_one_line_too_and_names_debug(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(ZeroDivisionError("oops")) == 1
    assert capsys.readouterr().err == "news-streams: unexpected ZeroDivisionError: oops (--debug shows where)\n"


def test_an_interrupt_is_130() -> None:
    assert code_of(KeyboardInterrupt()) == 130


def test_debug_lets_it_out() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_codes(lambda: 1 // 0, debug=True)


def test_usage_errors_stay_clicks() -> None:
    def work() -> None:
        msg = "wrong"
        raise click.UsageError(msg)

    with pytest.raises(click.UsageError):
        exit_codes(work, debug=False)


def test_help_lists_every_command_and_loads_none() -> None:
    code = (
        "import sys\nfrom streams.cli import commands\n"
        "try: commands.main(['--help'])\nexcept SystemExit: pass\n"
        "assert not [name for name in sys.modules if name.startswith('streams.cli.')], sys.modules\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name, summary in COMMANDS.items():
        assert name in run.stdout
        assert summary in run.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_shows_an_example_and_loads_nothing_heavy(name: str) -> None:
    code = (
        "import sys\nfrom streams.cli import commands\n"
        f"try: commands.main([{name!r}, '--help'])\nexcept SystemExit: pass\n"
        f"assert not set({HEAVY!r}) & set(sys.modules), set({HEAVY!r}) & set(sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"$ news-streams {name}" in run.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_names_what_the_files_define(name: str) -> None:
    assert import_module(f"streams.cli.{name}").command.name == name


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["enrich"], "Missing argument"),
        (["enrich", "--format", "pdf", "-"], "'pdf' is not one of"),
        (["produce", "--rate", "0", "-"], "0.0 is not in the range"),
        (["tail", "--limit", "none"], "'none' is not a valid integer"),
        (["tail", "--from", "yesterday"], "'yesterday' is not one of"),
        (["--config", "nowhere.toml", "enrich", "-"], "'nowhere.toml' does not exist"),
        (["demo", "--speed", "-3"], "is not in the range"),
    ],
)
def test_bad_arguments_are_exit_code_2_with_the_reason(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize("command", ["produce streams", "tail", "demo"])
def test_a_broker_address_that_is_none_is_named(command: str, tmp_path: object) -> None:
    del tmp_path
    arguments = command.replace("streams", __file__.replace(".py", ".json")).split()
    result = CliRunner().invoke(commands, [*arguments, "--broker", "localhost"])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_the_version_is_the_packages() -> None:
    assert "news-streams, version 0." in CliRunner().invoke(commands, ["--version"]).output


def test_a_config_file_that_is_wrong_names_its_setting(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_STREAMS_CONFIG", "")  # so that what --config sets is undone after the test
    path = f"{tmp_path}/c.toml"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - a plain name is what --config gets
        file.write("batch = 0\n")
    result = CliRunner().invoke(commands, ["--config", path, "tail"])
    assert result.exit_code == 1
    assert "setting batch" in result.stderr
