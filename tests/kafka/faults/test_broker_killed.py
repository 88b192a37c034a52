"""Brokers that die and come back: the only one, one of three, the one that coordinates the group."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from faults.clusters import cluster, coordinator, scene_on, wait_for_replicas
from faults.feeding import orders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apache_kafka import ApacheKafka, Node
    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    with cluster(tmp_path_factory.mktemp("three") / "cluster", size=3) as running:
        yield running


def test_the_only_broker_is_killed_and_comes_back_with_what_it_had(tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster") as kafka, scene_on(kafka, tmp_path, "1 node") as scene:
        (node,) = kafka.nodes
        scene.feeder.feed(orders(20_000))
        scene.crew.start()
        for reached in (2_000, 8_000):
            scene.wait_committed(reached)
            scene.outlive(node)
        scene.reckon("broker killed (SIGKILL), restarted on its data")


def test_one_of_three_dies_and_its_partitions_move(three: ApacheKafka, tmp_path: Path) -> None:
    with scene_on(three, tmp_path, "3 nodes") as scene:
        outlast(scene, three, coordinating=False)
        scene.reckon("one of three brokers killed, its leaders move")


def test_the_coordinator_of_the_group_dies(three: ApacheKafka, tmp_path: Path) -> None:
    with scene_on(three, tmp_path, "3 nodes") as scene:
        outlast(scene, three, coordinating=True)
        scene.reckon("the group's coordinator (one of three) killed")


def outlast(scene: Scene, kafka: ApacheKafka, *, coordinating: bool) -> None:
    """Kill a node, let the two others go on by themselves, and bring it back."""
    wait_for_replicas(kafka)
    scene.feeder.start(orders(24_000), rate=3_000)
    scene.crew.start()
    scene.wait_committed(3_000)
    chief = coordinator(kafka, scene.group)
    node = next(node for node in kafka.nodes if (node.number == chief) == coordinating)
    with scene.fault():
        node.stop(signal.SIGKILL)
    scene.recovered()
    bring_back(scene, kafka, node)


def bring_back(scene: Scene, kafka: ApacheKafka, node: Node) -> None:
    """Start a node again; its coming, and the leaders' way back to it, are faults as well."""
    with scene.fault():
        node.start()
        node.wait()
        wait_for_replicas(kafka)
