"""The fake worker on a machine whose clock jumps: every other second it is a day late, a day early or right."""

from __future__ import annotations

import runpy
import time
from pathlib import Path

DAY = 86_400.0
JUMPS = (0.0, DAY, 0.0, -DAY, DAY, -DAY)
right_time = time.time


def jumping_time() -> float:
    return right_time() + JUMPS[int(time.monotonic() / 2) % len(JUMPS)]


if __name__ == "__main__":
    # Before anything takes the function by its name.
    time.time = jumping_time
    runpy.run_path(str(Path(__file__).parents[1] / "fake_worker.py"), run_name="__main__")
