"""The worker as it is shipped, with its model, on real articles: what is repeated has the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faults.articles import article
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]

ARTICLES = 300
WORKER = [str(Path(sys.executable).with_name("news-streams")), "worker"]


def test_killed_while_the_model_works(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene(command=WORKER)
    scene.feeder.feed(map(article, range(ARTICLES)))
    scene.crew.start()
    for published in (40, 140):
        scene.wait_uncommitted(8, published)
        with scene.fault():
            scene.crew.alive[0].kill()
        scene.crew.start(ready=False)
        scene.recovered()
    ledger = scene.reckon("worker with its model: SIGKILL", records=ARTICLES, chained=True)
    assert ledger.counts() == {ENRICHED.name: ARTICLES}
    assert "Traceback" not in scene.crew.logs
