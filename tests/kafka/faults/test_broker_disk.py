"""A broker whose disk is full: it ends, and comes back when there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faults.clusters import cluster, scene_on, wait_until
from faults.disk import SmallDisk
from faults.feeding import orders

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]


@pytest.mark.parametrize("mounts", ["allowed", "refused"])
def test_the_disk_is_full_until_someone_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounts: str
) -> None:
    if mounts == "refused":
        monkeypatch.setenv("PATH", "/nonexistent")
    (tmp_path / "disk").mkdir()
    with SmallDisk(tmp_path / "disk") as disk:
        monkeypatch.undo()
        with cluster(disk.folder / "cluster") as kafka, scene_on(kafka, tmp_path, "1 node") as scene:
            (node,) = kafka.nodes
            scene.feeder.feed(orders(20_000))
            scene.crew.start()
            scene.wait_committed(2_000)
            with scene.fault():
                disk.fill(node)
                # Kafka ends itself when its only folder has failed.
                wait_until(lambda: node.process is not None and node.process.poll() is not None)
                node.stop()
                disk.make_room()
                node.start()
                node.wait()
            scene.recovered()
            scene.reckon(f"the broker's disk full ({disk.way}), room made")
