"""All runs of a benchmark, interleaved: what slows the machine for a while slows everybody a little."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from streams.bench.children import ContestantError
from streams.bench.figures import Row
from streams.bench.running import measure_capacity, measure_ideal, measure_latency
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from streams.bench.roster import Contestant
    from streams.bench.running import Course

    Say = Callable[[str], None]


@dataclass(slots=True)
class Table:
    """What a meeting came to.

    Attributes:
        course: what all ran.
        rows: a contestant with a number of processes each.
        ideal: records a second in memory, a figure a round; none where nothing is worked out.
    """

    course: Course
    rows: list[Row]
    ideal: list[float] = field(default_factory=list)


def hold(course: Course, entries: Sequence[tuple[Contestant, int, int]], rounds: int, say: Say) -> Table:
    """Run everybody once a round, then everybody's latency.

    Args:
        course: what they run.
        entries: contestant, processes, and partitions that are filled.
        rounds: how often.
        say: told of each run.
    """
    rows = [Row(contestant.name, contestant.version or "", processes) for contestant, processes, _ in entries]
    table = Table(course, rows)
    for number in range(1, rounds + 1):
        table.ideal.append(measure_ideal(course))
        say(f"round {number} of {rounds}: ideal {table.ideal[-1]:,.1f}/s")
        for (contestant, processes, partitions), row in zip(entries, rows, strict=True):
            _run(course, contestant, processes, partitions, row)
            say(f"round {number} of {rounds}: {_told(row)}")
    if course.seconds:
        _measure_latencies(course, ((each[0], row) for each, row in zip(entries, rows, strict=True)), say)
    return table


def _run(course: Course, contestant: Contestant, processes: int, partitions: int, row: Row) -> None:
    if row.failure is None:
        try:
            row.runs.append(measure_capacity(course, contestant, processes, partitions))
        except ContestantError as error:
            row.failure = str(error)


def _measure_latencies(course: Course, entries: Iterable[tuple[Contestant, Row]], say: Say) -> None:
    for contestant, row in entries:
        if row.failure is not None:
            continue
        try:
            row.latency = measure_latency(course, contestant, row.processes, median(row.rates) / 2)
        except ContestantError as error:
            row.failure = str(error)
            say(f"latency: {row.name}: {error}")
        else:
            say(
                f"latency: {row.name} x{row.processes}: p99 {row.latency.p99 * 1000:.0f} ms at {row.latency.rate:,.1f}/s"
            )


def _told(row: Row) -> str:
    name = f"{row.name} x{row.processes}"
    return f"{name}: {row.failure}" if row.failure else f"{name}: {row.rates[-1]:,.1f}/s"


def enter(contestants: Iterable[Contestant], processes: Iterable[int]) -> list[tuple[Contestant, int, int]]:
    """Return the entries of contestants over all partitions, each with each number of processes that it can."""
    alone = list(contestants)
    return [(each, count, RAW.partitions) for count in processes for each in alone if count == 1 or each.shares]
