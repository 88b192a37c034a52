"""Commands as processes of their own, read while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """Return what the process printed until these words came; fails where it ends before."""
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if wanted in line:
            return seen
    pytest.fail(f"ended before {wanted!r}: {seen}")
