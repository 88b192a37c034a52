"""A clock that jumps by days while the worker runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faults import jumping_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]


def test_a_clock_that_jumps(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene(command=[sys.executable, str(Path(jumping_clock.__file__))])
    scene.feeder.flow(1000, 20_000)
    scene.crew.start()
    scene.wait_committed(10_000)
    with scene.fault():
        scene.crew.alive[0].kill()
    scene.crew.start(ready=False)
    scene.recovered()
    # The producer writes the jumping time into its records: it says nothing about the commits.
    scene.reckon("a clock that jumps by days, and a SIGKILL", timed=False)
