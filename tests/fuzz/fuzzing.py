"""Fuzz decode, extract and the whole pipeline: every record must end with a known reason, in bounded time and memory.

    python tests/fuzz/fuzzing.py --count 100000 --seed 1 [--target decode|extract|pipeline]

Each record is made of the seed and its number. A process of its own works through them under a memory limit, and is
watched: one that dies (a crash in C code) or stands still over a record costs that record alone, and names it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mutations import make_article, make_json, make_random, make_value
from streams.articles import CleanArticle, RawArticle
from streams.errors import DecodeError, ExtractError, Reason
from streams.outcomes import DeadLettered
from streams.pipeline import Pipeline
from streams.records import InboundRecord
from streams.stages.decode import decode
from streams.stages.extract import extract

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from random import Random

TIME: Final = datetime(2026, 1, 2, tzinfo=UTC)
STALL_SECONDS: Final = 60.0
"""A record that takes longer counts as hanging; the machine may be busy with other things."""
SLOW_SECONDS: Final = 5.0
"""CPU seconds above which a record is reported as slow."""
MEMORY_BYTES: Final = 1536 * 1024 * 1024
"""Address space of the process above what it has when it begins."""
REPORT_EVERY: Final = 500


class FaultError(Exception):
    """A record that did not end as one of the outcomes with a known reason."""


def fuzz_decode(random: Random) -> str:
    """Decode one record."""
    value, headers = make_value(random)
    try:
        article = decode(InboundRecord(value, TIME, headers=headers), max_bytes=1_000_000)
    except DecodeError as error:
        return check_reason(error)
    if not isinstance(article, RawArticle):
        raise FaultError(type(article))
    return "decoded"


def fuzz_extract(random: Random) -> str:
    """Extract one article."""
    try:
        article = extract(make_article(random, lone=True))
    except ExtractError as error:
        return check_reason(error)
    if not isinstance(article, CleanArticle) or not article.text.strip():
        raise FaultError(article)
    return "extracted"


def check_reason(error: DecodeError | ExtractError) -> str:
    """Return the reason if it is one that a person can act on, told on one line."""
    text = str(error)
    if not isinstance(error.reason, Reason) or error.reason is Reason.INTERNAL or not 0 < len(text) < 300:
        raise FaultError(error.reason, text)
    if not text.isprintable():
        raise FaultError(text)
    return str(error.reason)


class NothingEnrich:
    """An enrich stage that adds nothing; the model has tests of its own."""

    def __call__(self, articles: Any, at: Any) -> Any:
        """Enrich the articles."""
        from streams.articles import EnrichedArticle, Language  # noqa: PLC0415

        shared = (
            "id",
            "content_hash",
            "text",
            "title",
            "lede",
            "url",
            "source",
            "raw_id",
            "published_at",
            "fetched_at",
        )
        return [
            EnrichedArticle(
                **{name: getattr(article, name) for name in (*shared, "byline", "agency", "dateline", "images")},
                language=Language("und", 0.0, supported=False),
                entities=(),
                sentiment=None,
                sentiment_reason="language",
                models={},
                enriched_at=time_,
            )
            for article, time_ in zip(articles, at, strict=True)
        ]


PIPELINE: Final = Pipeline(NothingEnrich())


def fuzz_pipeline(random: Random) -> str:
    """Put one record through the pipeline."""
    value = make_json(random) if random.random() < 0.7 else make_value(random)[0]
    (outcome,) = PIPELINE.process([InboundRecord(value, TIME)])
    if isinstance(outcome, DeadLettered):
        if outcome.reason in {Reason.INTERNAL, Reason.BAD_OUTPUT}:
            raise FaultError(outcome.stage, outcome.reason, outcome.message)
        return f"{outcome.stage}/{outcome.reason}"
    return outcome.name


TARGETS: Final[dict[str, Callable[[Random], str]]] = {
    "decode": fuzz_decode,
    "extract": fuzz_extract,
    "pipeline": fuzz_pipeline,
}


@dataclass
class Findings:
    """What came of the records: how many of each kind, and which were faults."""

    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)


def work(target: str, seed: int, numbers: range, told: Connection) -> None:
    """Work through the numbers; tells the next number before it begins and the findings at every stop."""
    limit = memory_now() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    kinds: Counter[str] = Counter()
    for number in numbers:
        told.send(("begin", number))
        began = time.process_time()
        try:
            kinds[TARGETS[target](make_random(seed, number))] += 1
        except BaseException as error:  # noqa: BLE001 - the search is for any
            frame = traceback.extract_tb(error.__traceback__)[-1]
            told.send(
                ("fault", f"{number}: {type(error).__name__}: {str(error)[:300]} ({frame.filename}:{frame.lineno})")
            )
        spent = time.process_time() - began
        told.send(("spent", (spent, number)))
        if len(kinds) and number % REPORT_EVERY == 0:
            told.send(("kinds", kinds))
            kinds = Counter()
    told.send(("kinds", kinds))
    told.send(("end", 0))


def memory_now() -> int:
    """Return the address space of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def fuzz(target: str, seed: int, count: int, start: int = 0) -> Findings:
    """Fuzz one target, starting the process again behind a record that ended it."""
    findings, number = Findings(), start
    while number < start + count:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(
            target=work, args=(target, seed, range(number, start + count), theirs), daemon=True
        )
        process.start()
        theirs.close()
        number = watch(ours, findings, number) + 1
        process.kill()
        process.join()
        ours.close()
    return findings


def watch(told: Connection, findings: Findings, number: int) -> int:
    """Note what the process tells until it ends; return the number of the last record that it began."""
    while True:
        if not told.poll(STALL_SECONDS):
            findings.faults.append(f"{number}: nothing for {STALL_SECONDS:g} s")
            return number
        try:
            kind, content = told.recv()
        except EOFError:
            findings.faults.append(f"{number}: the process died")
            return number
        if kind == "begin":
            number = content
        elif kind == "fault":
            findings.faults.append(content)
        elif kind == "kinds":
            findings.kinds += content
        elif kind == "spent":
            findings.slowest = max(findings.slowest, content)
            if content[0] > SLOW_SECONDS:
                findings.faults.append(f"{number}: {content[0]:.1f} s of CPU")
        else:
            return number


def main() -> int:
    """Fuzz and print; 1 where anything was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000, help="records for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first record, to make one again")
    parser.add_argument("--target", choices=sorted(TARGETS), action="append", help="default: all")
    options = parser.parse_args()
    failed = False
    for target in options.target or TARGETS:
        began = time.monotonic()
        found = fuzz(target, options.seed, options.count, options.start)
        seconds = time.monotonic() - began
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in found.kinds.most_common())
        print(f"{target}: {options.count:,} records of seed {options.seed} in {seconds:.0f} s: {kinds}")  # noqa: T201
        print(f"  slowest: number {found.slowest[1]}, {found.slowest[0]:.2f} s of CPU; faults: {len(found.faults)}")  # noqa: T201
        for line in found.faults[:50]:
            print(f"  {line}")  # noqa: T201
        failed |= bool(found.faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
