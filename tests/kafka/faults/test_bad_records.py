"""Records that should not be: bad ones amid good ones, nothing but bad ones, and of every size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from faults.feeding import Feeder, orders
from streams.topics import DEAD, DROPPED, ENRICHED
from workers import order

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]

LARGEST = 8 * 1024 * 1024
IN_FLIGHT = 64


def test_some_make_the_pipeline_raise(scene: Scene, chance: random.Random) -> None:
    values = orders(20_000)
    values += [*orders(150, "raise_", prefix="r"), *orders(150, "exit", prefix="e"), *orders(200, "drop", prefix="d")]
    chance.shuffle(values)
    scene.feeder.feed(values)
    scene.crew.start()
    scene.wait_committed(5000)
    ledger = scene.reckon("records that make the pipeline raise")
    assert ledger.counts() == {ENRICHED.name: 20_000, DEAD.name: 300, DROPPED.name: 200}
    assert ledger.repeated == 0


def test_some_make_the_pipeline_hang(make_scene: Callable[..., Scene], chance: random.Random) -> None:
    # One that is stuck in a library keeps its thread: with the fourth the worker ends itself, for a fresh process.
    scene = make_scene(article_timeout="2", stall_timeout="30")
    scene.crew.supervised = True
    values = [*orders(20_000), *orders(2, "hang", prefix="h"), *orders(4, "stick", prefix="s")]
    chance.shuffle(values)
    scene.feeder.feed(values)
    scene.crew.start()
    ledger = scene.reckon("records that make the pipeline hang")
    assert ledger.counts() == {ENRICHED.name: 20_000, DEAD.name: 6}
    assert scene.crew.restarts >= 1


def test_some_eat_all_memory(make_scene: Callable[..., Scene], chance: random.Random) -> None:
    scene = make_scene(memory_limit=str(700 * 1024 * 1024))
    scene.crew.supervised = True
    values = [*orders(20_000), *orders(4, "eat", prefix="e")]
    chance.shuffle(values)
    scene.feeder.feed(values)
    scene.crew.start()
    ledger = scene.reckon("records that make the pipeline eat memory")
    # A good one that needs memory at the wrong moment is a dead letter as well: not lost, and to be replayed.
    counts = ledger.counts()
    assert sum(counts.values()) == len(values)
    assert 4 <= counts[DEAD.name] <= 4 * IN_FLIGHT


def test_nothing_but_bad_ones(scene: Scene, chance: random.Random) -> None:
    junk = [chance.randbytes(chance.randrange(200)) for _ in range(10_000)]
    scene.feeder.feed([*junk, *orders(10_000, "dead", prefix="d"), *orders(500)])
    scene.crew.start()
    ledger = scene.reckon("a burst of nothing but bad records")
    assert ledger.counts() == {DEAD.name: 20_000, ENRICHED.name: 500}
    assert ledger.repeated == 0


def test_from_one_byte_to_more_than_the_dead_letter_topic_takes(scene: Scene, chance: random.Random) -> None:
    sizes = [1, 2, 1000, 100_000, 1_000_000, LARGEST // 2, LARGEST - 100]
    readable = [order(f"size{size}", pad="x" * size) for size in sizes]
    unreadable = [chance.randbytes(size) for size in sizes]
    # The first is compressed on its way in and so passes; the second, not compressed, just fits, but not together with
    # its reason.
    too_large = [b"\xff" * 30_000_000, chance.randbytes(LARGEST * 3 // 2 + 1024 * 1024 - 300)]
    values = [*orders(20_000), *readable, *unreadable, too_large[0]]
    chance.shuffle(values)
    scene.feeder.feed(values)
    plain = Feeder(scene.address, compression_type=None)
    plain.feed(too_large[1:])
    scene.feeder.acknowledged |= plain.acknowledged
    scene.crew.start()
    scene.wait_committed(2000)
    with scene.fault():
        scene.crew.alive[0].kill()
    scene.crew.start(ready=False)
    scene.recovered()
    ledger = scene.reckon("records of 1 byte to 30 MB, and a SIGKILL")
    assert ledger.counts() == {ENRICHED.name: 20_000 + len(readable), DEAD.name: len(unreadable) + len(too_large)}
    assert len(ledger.left) == len(too_large)
