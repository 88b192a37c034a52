"""A worker whose pipeline does what each record's value tells it to: `python fake_worker.py`, set by the environment.

{"id": "a", "do": "publish"}   one enriched record and one mention
"dead"    a dead letter            "drop"   dropped           "slow"   published after SECONDS
"raise"   the pipeline raises      "exit"   it raises SystemExit
"hang"    it never comes back      "large"  an enriched record over every limit
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from streams.app import create_app, create_worker
from streams.errors import DecodeError, Reason, Stage
from streams.outcomes import Dropped, Outcome, Published
from streams.records import InboundRecord, OutboundRecord
from streams.settings import Settings
from streams.stages.dead_letter import dead_letter
from streams.stages.route.headers import name_input
from streams.topics import ENRICHED, MENTIONED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.adapters.metrics import Metrics

SECONDS = 0.02


class FakePipeline:
    def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        return [self.one(record) for record in records]

    def one(self, record: InboundRecord) -> Outcome:
        try:
            order: dict[str, Any] = json.loads(record.value or b"")
            do = order["do"]
        except (ValueError, TypeError, KeyError):
            return dead_letter(record, DecodeError(Reason.BAD_JSON, "no JSON"), Stage.DECODE)
        return getattr(self, do)(record, order["id"])

    def publish(self, record: InboundRecord, name: str, body: str = "") -> Outcome:
        value = json.dumps({"id": name, "offset": record.offset, "body": body}).encode()
        key = name.encode()
        records = (
            OutboundRecord(ENRICHED.name, key, value, (("language", b"id"), *name_input(record))),
            OutboundRecord(MENTIONED.name, key, value),
        )
        return Published(None, records)  # type: ignore[arg-type] # the article itself is not looked at

    def slow(self, record: InboundRecord, name: str) -> Outcome:
        time.sleep(SECONDS)
        return self.publish(record, name)

    def large(self, record: InboundRecord, name: str) -> Outcome:
        return self.publish(record, name, "x" * 40_000_000)

    def dead(self, record: InboundRecord, name: str) -> Outcome:
        return dead_letter(record, DecodeError(Reason.BAD_SCHEMA, f"{name} is not fit"), Stage.DECODE)

    def drop(self, record: InboundRecord, name: str) -> Outcome:
        return Dropped(f"unchanged {record.offset} {name}")

    def hang(self, record: InboundRecord, name: str) -> Outcome:
        del record, name
        while True:
            time.sleep(1)

    def exit(self, record: InboundRecord, name: str) -> Outcome:
        sys.exit(f"{name} {record.offset}")

    def raise_(self, record: InboundRecord, name: str) -> Outcome:
        msg = f"{name} {record.offset}"
        raise MemoryError(msg)


def load(settings: Settings, metrics: Metrics) -> FakePipeline:
    del settings
    metrics.name_models({"fake": "1"})
    return FakePipeline()


if __name__ == "__main__":
    create_worker(create_app(Settings.load(), load)).execute_from_commandline()
