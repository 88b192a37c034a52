"""The whole way of an article, through every stage that remembers, while workers are killed: one outcome each, all the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from faults.feeding import orders
from streams.topics import DEAD, DROPPED, ENRICHED

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(900)]
COMMAND = [sys.executable, str(Path(__file__).parents[1] / "chain_worker.py")]


def test_whole_workers_killed_again_and_again(make_scene: Callable[..., Scene], chance: random.Random) -> None:
    scene = make_scene(command=COMMAND)
    scene.crew.supervised = True
    mixed: list[Any] = orders(18_000) + orders(500, "dead", prefix="d") + orders(1_500, prefix="b")
    chance.shuffle(mixed)
    scene.feeder.feed(mixed)
    for _ in range(2):
        scene.crew.start()
    for kill in range(1, 5):
        scene.wait_committed(kill * 4000 + chance.randrange(500))
        with scene.fault():
            chance.choice(scene.crew.alive).kill()
        scene.crew.start(ready=False)
    ledger = scene.reckon("two whole workers, all agents: SIGKILL of either", chained=True)
    counts = ledger.counts()
    assert (counts[ENRICHED.name], counts[DEAD.name], counts.get(DROPPED.name, 0)) == (19_500, 500, 0)
