"""The whole way of an article, through every stage that remembers, while workers and their broker die: one outcome each, all the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from faults.clusters import cluster, scene_on
from faults.feeding import orders
from faults.network import Behind
from streams.topics import DEAD, DROPPED, ENRICHED

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(900)]
SESSION = 3
COMMAND = [sys.executable, str(Path(__file__).parents[1] / "chain_worker.py")]


@pytest.fixture
def mixed(chance: random.Random) -> list[Any]:
    """Raw records: 19,500 that come out as articles, and 500 dead ones between them."""
    values: list[Any] = orders(18_000) + orders(500, "dead", prefix="d") + orders(1_500, prefix="b")
    chance.shuffle(values)
    return values


def reckon(scene: Scene, fault: str) -> None:
    """Hold the scene to the promise: every record has its one outcome behind all stages."""
    counts = scene.reckon(fault, chained=True).counts()
    assert (counts[ENRICHED.name], counts[DEAD.name], counts.get(DROPPED.name, 0)) == (19_500, 500, 0)


def test_whole_workers_killed_again_and_again(
    make_scene: Callable[..., Scene], chance: random.Random, mixed: list[Any]
) -> None:
    scene = make_scene(command=COMMAND)
    scene.crew.supervised = True
    scene.feeder.feed(mixed)
    for _ in range(2):
        scene.crew.start()
    for kill in range(1, 5):
        scene.wait_committed(kill * 4000 + chance.randrange(500))
        with scene.fault():
            chance.choice(scene.crew.alive).kill()
        scene.crew.start(ready=False)
    reckon(scene, "two whole workers, all agents: SIGKILL of either")


def test_whole_workers_join_and_leave(make_scene: Callable[..., Scene], mixed: list[Any]) -> None:
    scene = make_scene(command=COMMAND)
    scene.feeder.feed(mixed)
    scene.crew.start()
    for change in range(1, 4):
        scene.wait_committed(change * 4000)
        with scene.fault():
            scene.crew.start()
            assert scene.crew.alive[0].stop() == 0
    reckon(scene, "whole workers, all agents: one joins, the other leaves")


def test_the_only_broker_of_whole_workers_is_killed(tmp_path: Path, mixed: list[Any]) -> None:
    with cluster(tmp_path / "cluster") as kafka, scene_on(kafka, tmp_path, "1 node", command=COMMAND) as scene:
        (node,) = kafka.nodes
        scene.crew.supervised = True
        scene.feeder.feed(mixed)
        scene.crew.start()
        for reached in (3_000, 9_000):
            scene.wait_committed(reached)
            scene.outlive(node)
        reckon(scene, "whole worker, all agents: broker killed, restarted")


def test_the_network_of_a_whole_worker_is_cut(tmp_path: Path, mixed: list[Any]) -> None:
    with (
        cluster(tmp_path / "cluster", kind=Behind) as kafka,
        scene_on(kafka, tmp_path, "1 node", command=COMMAND, session_timeout=str(SESSION)) as scene,
    ):
        scene.crew.supervised = True
        scene.feeder.feed(mixed)
        worker = scene.crew.start()
        scene.wait_committed(3_000)
        scene.outlast_cut(kafka, worker, 2 * SESSION)
        reckon(scene, "whole worker, all agents: network cut for two sessions")
