"""The real pipeline in a real worker, started both ways, on both brokers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from brokers import both_brokers
from streams.contracts import validator
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180), both_brokers]

BIN = Path(sys.executable).parent
SEED = Path(__file__).parents[1] / "data" / "seed-republika.txt"


@pytest.mark.parametrize(
    "command",
    [["news-streams", "worker"], ["faust", "-A", "streams.app", "worker", "-l", "info"]],
    ids=["news-streams", "faust"],
)
def test_an_article_and_a_broken_record(
    produce: Callable[..., None], start_worker: Any, outputs: Any, command: list[str]
) -> None:
    article = {"text": SEED.read_text(), "url": "https://republika.co.id/berita/s11abc", "id": "seed"}
    worker = start_worker([str(BIN / command[0]), *command[1:]])
    produce([orjson.dumps(article), b"{broken"])
    outputs.wait_counts(enriched=1, dead=1)
    (value,) = outputs.values[ENRICHED.name]
    enriched = json.loads(value)
    assert ENRICHED.schema is not None
    validator(ENRICHED.schema).validate(enriched)
    assert enriched["published_at"] == "2023-09-16T17:42:00+07:00"
    people = {entity["name"] for entity in enriched["entities"] if entity["type"] == "PER"}
    assert "Vladimir Putin" in people
    assert outputs.dead[0].value == b"{broken"
    worker.wait_for(lambda: worker.metric("news_streams_in_flight_records") == 0)
    assert worker.metric('news_streams_stage_duration_seconds_count{stage="enrich"}') >= 1
    assert worker.stop() == 0
    assert "Putin" not in worker.log, "no text of an article in the log"
    assert "Traceback" not in worker.log
