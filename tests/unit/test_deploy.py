"""What stands under deploy/ is what the code means."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from streams.settings import Settings

if TYPE_CHECKING:
    import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_the_settings_file_holds_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_STREAMS_CONFIG", str(DEPLOY / "news-streams.toml"))
    loaded = Settings.load()
    unset = set(Settings.model_fields) - loaded.model_fields_set
    assert unset == {"model"}
    assert loaded.model_dump() == {name: field.default for name, field in Settings.model_fields.items()}


def test_the_unit_runs_a_command_that_exists() -> None:
    unit = (DEPLOY / "systemd" / "news-streams.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).split()
    assert command[1:3] == ["--config", "/etc/news-streams.toml"]
    done = subprocess.run(
        [sys.executable, "-m", "streams.cli", *command[3:], "--help"], check=False, capture_output=True
    )
    assert done.returncode == 0
