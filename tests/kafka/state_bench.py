"""What remembering costs: `python tests/kafka/state_bench.py --articles 20000` (needs Java and Maven, as `make test-kafka` does).

Articles of 400 words with 15 names each, a third of them copies, go through repeats and places with their tables kept on an
Apache Kafka; then the tables are read back as a fresh worker does it, into memory and from RocksDB. Prints a table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apache_kafka import ApacheKafka
from brokers import JARS, Topics
from streams.adapters.state.changelog import Changelog
from streams.adapters.state.keeper import Keeper
from streams.records import InboundRecord
from streams.settings import Settings
from streams.stateful.places import placing
from streams.stateful.repeats import repeating

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.adapters.state.partition import StatePartition
    from streams.stateful.work import Remembering

EXAMPLE = json.loads((Path(__file__).parents[2] / "schemas" / "examples" / "article.enriched.v1.json").read_bytes())
LAYERS = ("version", "changes", "story", "novelty")
BEGAN = datetime(2026, 11, 24, tzinfo=UTC)
BATCH = 64


def write_articles(count: int) -> Iterator[InboundRecord]:
    """Yield enriched articles, ten a second."""
    rng = random.Random(5)
    words = ["".join(rng.choices("aeioubdgklmnprst", k=rng.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    texts: list[str] = []
    for number in range(count):
        if texts and rng.random() < 1 / 3:
            text = rng.choice(texts[-500:])
        else:
            text = " ".join(rng.choices(words, weights, k=400))
            texts = [*texts[-500:], text]
        at = BEGAN + timedelta(seconds=number / 10)
        names = dict.fromkeys(f"per:{min(int(rng.paretovariate(0.6)), 50_000)}" for _ in range(15))
        entity = next(each for each in EXAMPLE["entities"])
        entities = [{**entity, "id": name, "name": name, "mentions": [], "count": 0} for name in names]
        about = {
            "id": f"{number:032x}",
            "content_hash": f"{number:032x}",
            "url": f"https://site{number % 300}.example/{number}",
        }
        value = {name: each for name, each in EXAMPLE.items() if name not in LAYERS}
        value |= about | {
            "text": text,
            "lede": None,
            "entities": entities,
            "enriched_at": f"{at:%Y-%m-%dT%H:%M:%S.000Z}",
        }
        headers = (("news_streams.input", f"news.articles.raw/0/{number}".encode()),)
        yield InboundRecord(json.dumps(value).encode(), at, value["id"].encode(), headers, offset=number)


async def fill(changelog: Changelog, stage: Remembering, count: int, folder: Path) -> dict[str, float]:
    """Let a stage answer articles, its rows kept after each batch."""
    (partition,) = await Keeper(changelog, topic_of(stage), folder).open([0])
    work = stage.open(partition.tables)
    took = kept = 0.0
    rows = size = 0
    for number, record in enumerate(write_articles(count), 1):
        start = time.process_time()
        work.take(record)
        partition.tables.settle()
        took += time.process_time() - start
        if number % BATCH == 0 or number == count:
            rows, size = rows + len(partition.tables.changes), size + partition.tables.bytes_changed
            start = time.perf_counter()
            await partition.keep()
            kept += time.perf_counter() - start
    partition.close()
    return {"answer": took / count, "keep": kept / count, "rows": rows / count, "bytes": size / count}


async def read_back(broker: str, name: str, folder: Path | None) -> None:
    """Open the tables as a fresh worker does, and print seconds and memory."""
    stage = {"repeats": repeating, "places": placing}[name]()
    changelog = Changelog(Settings.load(broker=broker))
    await changelog.start()
    before, start = memory(), time.perf_counter()
    partition: StatePartition
    (partition,) = await Keeper(changelog, topic_of(stage), folder).open([0])
    stage.open(partition.tables)
    print(json.dumps({"seconds": time.perf_counter() - start, "mb": memory() - before}))
    await changelog.stop()


def memory() -> float:
    """Return the resident memory of this process in MB; the peak that rusage tells begins with the parent's."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def topic_of(stage: Remembering) -> str:
    assert stage.changelog is not None
    return stage.changelog.name


def reopened(broker: str, name: str, folder: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--read", name, "--broker", broker, "--folder", folder]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


async def measure(broker: str, count: int, folder: Path) -> None:
    changelog = Changelog(Settings.load(broker=broker))
    await changelog.start()
    print(f"| {count} articles | CPU ms to answer | ms to keep | rows | bytes | start, in memory | start, RocksDB |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for stage in (repeating(), placing()):
        cost = await fill(changelog, stage, count, folder)
        starts = [reopened(broker, stage.name, where) for where in ("", str(folder))]
        shown = [
            f"{cost['answer'] * 1e3:.2f}",
            f"{cost['keep'] * 1e3:.2f}",
            f"{cost['rows']:.0f}",
            f"{cost['bytes']:.0f}",
        ]
        shown += [f"{each['seconds']:.1f} s, {each['mb']:.0f} MB" for each in starts]
        print("|", stage.name, "|", " | ".join(shown), "|", flush=True)
    await changelog.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--read")
    parser.add_argument("--broker")
    parser.add_argument("--folder")
    given: Any = parser.parse_args()
    if given.read:
        asyncio.run(read_back(given.broker, given.read, Path(given.folder) if given.folder else None))
        return
    with tempfile.TemporaryDirectory() as folder, ApacheKafka(Path(folder) / "kafka", JARS) as kafka:
        Topics(kafka.address).make()
        asyncio.run(measure(kafka.address, given.articles, Path(folder) / "state"))


if __name__ == "__main__":
    main()
