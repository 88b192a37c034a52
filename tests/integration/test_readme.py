"""The README's examples run as they stand: the blocks marked `run`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```(sh|python) run\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("language", "block"), BLOCKS, ids=[block.split("\n")[0][:40] for _, block in BLOCKS])
def test_example_runs(language: str, block: str) -> None:
    command = ["bash", "-euo", "pipefail", "-c", block] if language == "sh" else [sys.executable, "-c", block]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Putin" in done.stdout


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 3
