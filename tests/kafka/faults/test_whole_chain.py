"""The whole way of an article, through every stage that remembers, while workers are killed: one outcome each, all the same."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from faults.feeding import orders
from faults.ledger import read_ledger
from faults.table import ROWS, Row
from streams.topics import DEAD, DROPPED, ENRICHED

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from faults.ledger import Ledger
    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(900)]
COMMAND = [sys.executable, str(Path(__file__).parents[1] / "chain_worker.py")]
PATIENCE = 120.0


def whole(scene: Scene, count: int) -> Ledger:
    """Wait until every raw record has its outcome, or nothing moves any more."""
    deadline, last = time.monotonic() + PATIENCE, -1
    while True:
        scene.crew.tend()
        ledger = asyncio.run(read_ledger(scene.address))
        done = len(ledger.outcomes)
        if len(ledger.raw) >= count and not ledger.lost:
            return ledger
        if done != last:
            deadline, last = time.monotonic() + PATIENCE, done
        assert time.monotonic() < deadline, f"{len(ledger.lost)} of {len(ledger.raw)} left: {ledger.lost[:5]}"
        time.sleep(1)


def reckon(scene: Scene, fault: str, count: int) -> Ledger:
    scene.feeder.finish()
    ledger = whole(scene, count)
    scene.crew.stop()
    ROWS.append(
        Row(
            fault=fault,
            broker=scene.broker,
            records=len(ledger.raw),
            faults=scene.faults,
            lost=len(ledger.lost),
            different=len(ledger.different),
            repeated=ledger.repeated,
            at_most=ledger.repeated,
            seconds=scene.seconds,
        )
    )
    assert not ledger.both, f"more than one outcome of {len(ledger.both)}: {ledger.both[:10]}"
    assert not ledger.different, f"repeated with other bytes: {len(ledger.different)}: {ledger.different[:10]}"
    assert not ledger.unknown, f"{ledger.unknown} outputs name no raw record"
    return ledger


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
    ledger = reckon(scene, "two whole workers, all agents: SIGKILL of either", 20_000)
    counts = ledger.counts()
    assert (counts[ENRICHED.name], counts[DEAD.name], counts.get(DROPPED.name, 0)) == (19_500, 500, 0)
