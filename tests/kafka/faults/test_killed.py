"""Workers that are killed at any moment: what they had published and not committed is repeated, nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faults.crew import descendants, wait_gone
from faults.feeding import orders

if TYPE_CHECKING:
    import random

    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]


def test_one_worker_killed_again_and_again(scene: Scene, chance: random.Random) -> None:
    scene.feeder.feed(orders(20_000))
    scene.crew.start()
    for kill in range(3):
        scene.wait_uncommitted(64, published=kill * 5000 + chance.randrange(1, 3000))
        with scene.fault():
            scene.crew.alive[0].kill()
        scene.crew.start(ready=False)
        scene.recovered()
    scene.reckon("worker: SIGKILL again and again")


def test_any_of_three_workers_killed_while_records_come_in(scene: Scene, chance: random.Random) -> None:
    scene.feeder.flow(1000, 20_000)
    for _ in range(3):
        scene.crew.start(ready=False)
    for kill in range(1, 4):
        scene.wait_committed(kill * 3000 + chance.randrange(1000))
        with scene.fault():
            chance.choice(scene.crew.alive).kill()
        scene.crew.start(ready=False)
    scene.recovered()
    scene.reckon("three workers: SIGKILL of any of them")


def test_all_workers_killed_at_once_leave_no_process_behind(scene: Scene) -> None:
    scene.feeder.feed(orders(20_000))
    for _ in range(2):
        scene.crew.start()
    scene.wait_committed(2000)
    workers = scene.crew.alive
    family = {worker.process.pid for worker in workers}.union(*(descendants(each.process.pid) for each in workers))
    with scene.fault():
        for worker in workers:
            worker.kill()
        wait_gone(family)
    scene.crew.start(ready=False)
    scene.recovered()
    scene.reckon("both workers: SIGKILL at once")
