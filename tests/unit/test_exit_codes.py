"""Every exit code of a worker is told where somebody looks for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from streams.adapters.supervision.exit_codes import ExitCode
from streams.cli import commands

README = Path(__file__).parents[2] / "deploy" / "README.md"


@pytest.mark.parametrize("code", list(ExitCode), ids=lambda code: code.name)
def test_an_exit_code_is_in_the_table_and_in_the_help(code: ExitCode) -> None:
    table = [int(number) for number in re.findall(r"^\| (\d+) \|", README.read_text(), re.MULTILINE)]
    assert table.count(code) == 1
    told = CliRunner().invoke(commands, ["worker", "--help"]).stdout
    assert re.search(rf"^ +{int(code)} ", told, re.MULTILINE)


def test_the_table_has_no_other_code() -> None:
    table = {int(number) for number in re.findall(r"^\| (\d+) \|", README.read_text(), re.MULTILINE)}
    assert table == set(ExitCode)
