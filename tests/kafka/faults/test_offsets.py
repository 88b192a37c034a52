"""A group that is set to other offsets: by a person while it is stopped; while it runs, Kafka refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiokafka.errors import KafkaError

from faults.feeding import orders

if TYPE_CHECKING:
    from collections.abc import Callable

    from brokers import Topics
    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]


def test_set_back_and_forward_while_stopped(scene: Scene, apache_topics: Topics) -> None:
    scene.feeder.feed(orders(20_000))
    moves: list[Callable[[int, int], int]] = [
        lambda _, offset: max(0, offset - 700),
        lambda partition, offset: 0 if partition % 2 else offset + 300,
    ]
    for move in moves:
        then = run_until(scene, 5000)
        with scene.fault():
            apache_topics.commit(scene.group, {each: move(each, offset) for each, offset in then.items()})
    run_until(scene, 14_000)
    with scene.fault():
        # What the second move skipped now comes after what lies behind it, and that once more.
        apache_topics.commit(scene.group, then)
    scene.crew.start(ready=False)
    scene.recovered()
    ledger = scene.reckon("group: set back and forward, stopped")
    assert ledger.repeated >= 700 * 8


def test_set_back_while_it_runs(scene: Scene, apache_topics: Topics) -> None:
    scene.feeder.feed(orders(20_000))
    scene.crew.start()
    scene.wait_committed(4000)
    with scene.fault(), pytest.raises(KafkaError):
        apache_topics.commit(scene.group, dict.fromkeys(range(8), 0))
    scene.recovered()
    assert scene.reckon("group: set back while it runs (refused)").repeated == 0


def run_until(scene: Scene, committed: int) -> dict[int, int]:
    """Run a worker until so many records are committed, stop it, and return where each partition is."""
    worker = scene.crew.start()
    scene.wait_committed(committed)
    assert worker.stop() == 0
    return dict(scene.progress().committed)
