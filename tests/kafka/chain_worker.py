"""A whole worker whose articles are made up at once instead of read by the model: `python chain_worker.py`.

What a record says is done as by the fake worker; "publish" gives an article for the desk: text of its own, two names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fake_worker import FakePipeline
from streams.app import create_app, create_worker
from streams.outcomes import Published
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.stages.route.headers import name_input
from streams.times import rfc3339
from streams.topics import READ

if TYPE_CHECKING:
    from streams.adapters.supervision.metrics import Metrics
    from streams.outcomes import Outcome
    from streams.records import InboundRecord

EXAMPLE: Final = json.loads(
    (Path(__file__).parents[2] / "schemas" / "examples" / "article.enriched.v1.json").read_bytes()
)
DESKS: Final = ("version", "changes", "story", "novelty")


class ChainPipeline(FakePipeline):
    def publish(self, record: InboundRecord, name: str, body: str = "") -> Outcome:
        del body
        value: dict[str, Any] = {field: each for field, each in EXAMPLE.items() if field not in DESKS}
        words = " ".join(f"{name}w{number}" for number in range(30))
        names = (f"Ani {hash_of(name) % 50}", f"Budi {hash_of(name) % 7}")
        at = [words.__len__() + 1, words.__len__() + 2 + len(names[0])]
        entities = [
            {**{k: v for k, v in EXAMPLE["entities"][0].items() if k != "novelty"}, "id": f"per:{each}", "name": each}
            | {"mentions": [{"text": each, "start": start, "end": start + len(each), "zone": "body"}], "count": 1}
            for each, start in zip(names, at, strict=True)
        ]
        value |= {"id": name, "content_hash": name, "url": f"https://a.example/{name}", "entities": entities}
        value |= {"text": f"{words} {names[0]} {names[1]}", "lede": None, "enriched_at": rfc3339(record.timestamp)}
        sent = OutboundRecord(READ.name, name.encode(), json.dumps(value).encode(), name_input(record))
        return Published(None, (sent,))  # type: ignore[arg-type] # the article itself is not looked at


def hash_of(name: str) -> int:
    return int.from_bytes(name.encode(), "big") * 2_654_435_761


def load(settings: Settings, metrics: Metrics) -> type[ChainPipeline]:
    del settings
    metrics.name_models({"fake": "1"})
    return ChainPipeline


if __name__ == "__main__":
    create_worker(create_app(Settings.load(), load)).execute_from_commandline()
