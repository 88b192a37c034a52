"""From `apply` to the first alert: `python tests/bench/bench_alerts.py [kafka://HOST:PORT]`, on the embedded broker without.

A worker's desk runs; a rule is published, and articles that it fits come fifty times a second. What is measured is the time
from the broker's word that it has the rule to the arrival of the first alert, and from an article to its alert after that.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from streams.adapters.broker import EmbeddedBroker, free_port
from streams.adapters.kafka.clients import open_producer, open_reader
from streams.adapters.rules.live import publish_rules
from streams.cli.topics import create
from streams.cli.worker_process import run_worker
from streams.contracts import schema_folder
from streams.settings import Settings
from streams.topics import ALERTS, ENRICHED

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

EXAMPLE: dict[str, Any] = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())
ROUNDS = 20
PAUSE = 0.02
PATIENCE = 120.0


async def publish(producer: AIOKafkaProducer, times: dict[str, float]) -> None:
    """Publish articles for ever, each a story of its own; remember when."""
    for number in range(1_000_000):
        name = f"{time.time_ns()}-{number}"
        story = {"id": name, "duplicate_of": None, "copies": 0, "original": None}
        article = EXAMPLE | {"id": name, "story": story, "enriched_at": datetime.now(UTC).isoformat()}
        times[name] = time.perf_counter()
        await producer.send_and_wait(ENRICHED.name, orjson.dumps(article), key=name.encode())
        await asyncio.sleep(PAUSE)


async def measure(settings: Settings) -> None:
    """Apply one rule after the other, and print how long it took."""
    firsts, laters, times = [], [], dict[str, float]()
    async with open_reader(settings, (ALERTS.name,), "latest") as reader, open_producer(settings, ENRICHED.name) as out:
        publishing = asyncio.create_task(publish(out, times))
        for number in range(ROUNDS):
            rule: dict[str, Any] = {"rule": f"r{number}-{time.time_ns()}", "when": {"words": "tiba"}}
            await publish_rules(settings, {rule["rule"]: rule})
            known = time.perf_counter()
            async for record in reader:
                alert: dict[str, Any] = orjson.loads(record.value)
                name = alert["article"]["id"]
                if alert["rule"]["id"] == rule["rule"]:
                    firsts.append(time.perf_counter() - known)
                    break
                laters.append(time.perf_counter() - times.get(name, time.perf_counter()))
            await publish_rules(settings, {rule["rule"]: None})
        publishing.cancel()
    for what, seconds in (("rule known to first alert", firsts), ("article to alert", laters)):
        if seconds:
            middle, most = statistics.median(seconds), max(seconds)
            print(f"{what}: median {middle * 1000:,.0f} ms, most {most * 1000:,.0f} ms, of {len(seconds)}")


def main() -> None:
    """Run a desk, and measure."""
    os.environ |= {"NEWS_STREAMS_AGENTS": "desk", "NEWS_STREAMS_STORIES": "false"}
    with contextlib.ExitStack() as stack:
        address = sys.argv[1] if len(sys.argv) > 1 else stack.enter_context(EmbeddedBroker(free_port())).address
        settings = Settings.load(broker=address)
        asyncio.run(create(settings))
        stack.enter_context(run_worker(settings)).wait_until_ready(PATIENCE)
        asyncio.run(measure(settings))


if __name__ == "__main__":
    main()
