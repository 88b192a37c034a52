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
    table = README.read_text().split("| exit code |", 1)[1].split("\n\n", 1)[0]
    assert len(re.findall(rf"^\| {int(code)} \|", table, re.MULTILINE)) == 1
    told = CliRunner().invoke(commands, ["worker", "--help"]).stdout
    assert re.search(rf"^ +{int(code)} ", told, re.MULTILINE)
