"""What stands under deploy/ is what the code means."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from streams.cli import commands
from streams.grants import Role
from streams.settings import Settings
from streams.topics import TOPICS

if TYPE_CHECKING:
    import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_the_settings_file_holds_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_STREAMS_CONFIG", str(DEPLOY / "news-streams.toml"))
    loaded = Settings.load()
    unset = set(Settings.model_fields) - loaded.model_fields_set
    assert unset == {name for name, field in Settings.model_fields.items() if field.default is None}
    # TOML has no word for nothing: what is unset by default stands there as a comment.
    told = set(re.findall(r"^# (\w+) = ", (DEPLOY / "news-streams.toml").read_text(), re.MULTILINE))
    assert told == unset
    assert loaded.model_dump() == {name: field.default for name, field in Settings.model_fields.items()}


def test_the_grants_are_those_of_the_code() -> None:
    readme = (DEPLOY / "README.md").read_text()
    command = ["topics", "acls", "--principal", "User:news-streams"]
    printed = CliRunner().invoke(commands, command).stdout
    assert f"```sh\n{printed}```\n" in readme
    assert len(printed.splitlines()) == len(TOPICS) + 1
    for role in Role:
        assert f"`{role}`" in readme


def test_the_unit_runs_a_command_that_exists() -> None:
    unit = (DEPLOY / "systemd" / "news-streams.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).split()
    assert command[1:3] == ["--config", "/etc/news-streams.toml"]
    done = subprocess.run(
        [sys.executable, "-m", "streams.cli", *command[3:], "--help"], check=False, capture_output=True
    )
    assert done.returncode == 0
