"""A worker whose pipeline does what each record's value tells it to: `python fake_worker.py`, set by the environment.

{"id": "a", "do": "publish"}   one enriched record and one mention
"dead_at_first"  a dead letter, published when it is replayed
"dead"    a dead letter            "drop"   dropped           "slow"   published after SECONDS
"raise_"  the pipeline raises      "exit"   it raises SystemExit
"defect"  an outcome that raises where nothing may
"stick"   it never comes back, out of a library where no exception reaches it
"eat"     it allocates without end, in pieces of SIZE
"freeze"  the event loop is blocked
"lock"    it holds the interpreter's lock and never comes back
"hang"    it never comes back      "large"  an enriched record over every limit
"""

from __future__ import annotations

import ctypes
import json
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from streams.adapters.dead_letters.letters import REPLAY_OF
from streams.app import create_app, create_worker
from streams.articles import RawArticle
from streams.errors import DecodeError, Reason, Stage
from streams.outcomes import DropReason, Outcome, Published
from streams.records import InboundRecord, OutboundRecord
from streams.settings import Settings
from streams.stages.dead_letter import dead_letter
from streams.stages.drop import drop
from streams.stages.extract import extract
from streams.stages.route.headers import carry_trace, name_input
from streams.times import rfc3339
from streams.topics import ENRICHED, MENTIONED

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Sequence

    from streams.adapters.supervision.metrics import Metrics

SECONDS = 0.02
SIZE = 16_000_000
LOOPS: list[asyncio.AbstractEventLoop] = []
"""Of the worker."""


class Trap(tuple[OutboundRecord, ...]):
    """Records that cannot be looked at."""

    __slots__ = ()

    def __iter__(self) -> Iterator[OutboundRecord]:
        msg = f"in it stands {super().__getitem__(0)}"
        raise ValueError(msg)


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
            OutboundRecord(MENTIONED.name, key, value, name_input(record)),
        )
        return Published(None, records)  # type: ignore[arg-type] # the article itself is not looked at

    def defect(self, record: InboundRecord, name: str) -> Outcome:
        return Published(None, Trap(self.publish(record, name).records))  # type: ignore[arg-type] # as above

    def slow(self, record: InboundRecord, name: str) -> Outcome:
        time.sleep(SECONDS)
        return self.publish(record, name)

    def large(self, record: InboundRecord, name: str) -> Outcome:
        return self.publish(record, name, "x" * 40_000_000)

    def dead(self, record: InboundRecord, name: str) -> Outcome:
        return dead_letter(record, DecodeError(Reason.BAD_SCHEMA, f"{name} is not fit"), Stage.DECODE)

    def dead_at_first(self, record: InboundRecord, name: str) -> Outcome:
        return self.publish(record, name) if record.header(REPLAY_OF) else self.dead(record, name)

    def drop(self, record: InboundRecord, name: str) -> Outcome:
        article = extract(RawArticle(text=name))
        told = {"id": article.id, "url": None, "source": None, "enriched_at": rfc3339(record.timestamp)}
        return drop(told, DropReason.UNCHANGED, f"{name} is as it was", name_input(record) + carry_trace(record))

    def hang(self, record: InboundRecord, name: str) -> Outcome:
        del record, name
        while True:
            time.sleep(1)

    def stick(self, record: InboundRecord, name: str) -> Outcome:
        threading.Event().wait()
        return self.publish(record, name)

    def freeze(self, record: InboundRecord, name: str) -> Outcome:
        LOOPS[0].call_soon_threadsafe(time.sleep, 1_000)
        return self.publish(record, name)

    def lock(self, record: InboundRecord, name: str) -> Outcome:
        # A library loaded so keeps the lock, as a regular expression that runs away does.
        ctypes.PyDLL(None).pause()
        return self.publish(record, name)

    def eat(self, record: InboundRecord, name: str) -> Outcome:
        eaten = [bytes(SIZE)]
        while True:
            eaten.append(b"x" * SIZE + name.encode() + b"%d" % record.offset)

    def exit(self, record: InboundRecord, name: str) -> Outcome:
        sys.exit(f"{name} {record.offset}")

    def raise_(self, record: InboundRecord, name: str) -> Outcome:
        msg = f"{name} {record.offset}"
        raise MemoryError(msg)


def load(settings: Settings, metrics: Metrics) -> type[FakePipeline]:
    del settings
    metrics.name_models({"fake": "1"})
    return FakePipeline


if __name__ == "__main__":
    worker = create_worker(create_app(Settings.load(agents="articles", stories=False), load))
    LOOPS.append(worker.loop)
    worker.execute_from_commandline()
