"""Workers that are told to stop, join and leave: they finish what they began, so that nothing is even repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faults.feeding import orders

if TYPE_CHECKING:
    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]


def test_stopped_in_the_middle_of_batches(scene: Scene) -> None:
    scene.feeder.feed(orders(40_000))
    for stop in range(1, 4):
        worker = scene.crew.start()
        scene.wait_committed(stop * 5000)
        with scene.fault():
            assert worker.stop() == 0
    scene.crew.start(ready=False)
    scene.recovered()
    ledger = scene.reckon("worker: SIGTERM during batches")
    assert ledger.repeated == 0


def test_a_second_and_a_third_worker_join_and_leave(scene: Scene) -> None:
    scene.feeder.flow(700, 20_000)
    scene.crew.start()
    joined = []
    for _ in range(2):
        with scene.fault():
            joined.append(scene.crew.start())
        scene.recovered()
    for leaving in joined:
        with scene.fault():
            assert leaving.stop() == 0
        scene.recovered()
    scene.reckon("workers: a second and a third join and leave")
