"""The network to the broker: cut for longer than the session, and slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faults.clusters import cluster, scene_on
from faults.feeding import orders
from faults.network import Behind, Distant, may_make_namespaces

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]

SESSION = 3
BIG = 10_000
"""Bytes of a raw record: enough that an unbounded window would be seen."""
ROOM = 100_000_000
"""Bytes that a worker may take in addition while its broker is slow; what is fed is twice as much."""
IN_FLIGHT = 64
PUBLISHED = 'news_streams_records_total{outcome="published"}'
RESIDENT = "process_resident_memory_bytes"


def test_the_network_is_cut_for_longer_than_the_session(tmp_path: Path) -> None:
    kind, way = (Distant, "cable of a namespace unplugged") if may_make_namespaces() else (Behind, "line gone silent")
    with (
        cluster(tmp_path / "cluster", kind=kind) as kafka,
        scene_on(kafka, tmp_path, "1 node", session_timeout=str(SESSION)) as scene,
    ):
        scene.feeder.feed(orders(20_000))
        worker = scene.crew.start()
        scene.wait_committed(2_000)
        scene.outlast_cut(kafka, worker, 2 * SESSION)
        scene.reckon(f"network cut for two sessions ({way})")


def test_a_slow_broker_is_waited_for_within_bounds(tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster", kind=Behind) as kafka, scene_on(kafka, tmp_path, "1 node") as scene:
        scene.feeder.feed(orders(20_000, pad="x" * BIG))
        worker = scene.crew.start()
        scene.wait_committed(500)
        memory = [worker.metric(RESIDENT)]
        with scene.fault():
            kafka.line.delay = 0.25
            goal = worker.metric(PUBLISHED) + 500

            def is_far_enough() -> bool:
                memory.append(worker.metric(RESIDENT))
                assert worker.metric("news_streams_in_flight_records") <= IN_FLIGHT
                return worker.metric(PUBLISHED) >= goal

            worker.wait_for(is_far_enough)
            kafka.line.delay = 0.0
        scene.recovered()
        assert max(memory) - memory[0] < ROOM, memory
        scene.reckon("broker slow (0.25 s a piece, both ways)")
