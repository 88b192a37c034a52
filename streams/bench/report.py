"""What a benchmark came to, as JSON for machines and as a Markdown table for people."""

from __future__ import annotations

from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from streams.bench.costs import FORMULA, RATES, cost_of
from streams.bench.figures import paired, spread
from streams.bench.roster import PLAIN
from streams.bench.tasks import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.bench.figures import Row
    from streams.bench.meeting import Table

TITLES: Final = {
    Workload.PASS: "2 kB records that pass through",
    Workload.ARTICLES: "articles: decode, extract, enrich",
    Workload.CHAIN: "articles through the whole chain: repeats, stories, trends, alerts as well",
}
HEAD: Final = (
    *("", "records/s median (min to max)", "to aiokafka", "of the ideal", "p50 / p95 / p99 ms at half load"),
    *("CPU s per 1,000", "peak MB", "first output s", "missing / repeated / early"),
)


def as_json(tables: Sequence[Table], machine: str, load: float) -> dict[str, Any]:
    """Return all figures, and the ratios that the tables show."""
    return {"machine": machine, "load_before": load, "tables": [_table(table) for table in tables]}


def _table(table: Table) -> dict[str, Any]:
    rows = [asdict(row) | _ratios(table, row) for row in table.rows]
    return {"course": asdict(table.course), "ideal": table.ideal, "rows": rows}


def _ratios(table: Table, row: Row) -> dict[str, float | None]:
    return {"to_plain": _to_plain(table, row), "of_ideal": paired(row.rates, table.ideal)}


def _to_plain(table: Table, row: Row) -> float | None:
    plain = next((each for each in table.rows if each.name == PLAIN.name and each.processes == row.processes), None)
    return paired(row.rates, plain.rates) if plain is not None else None


def as_markdown(tables: Sequence[Table], machine: str, load: float) -> str:
    """Return a heading and a table for each workload."""
    lines = [f"Measured on {machine}; load before {load:.1f}."]
    for table in tables:
        lines += ["", *_describe(table), "", _line(HEAD), _line(["---"] + ["--:"] * (len(HEAD) - 1))]
        lines += [_line(_cells(table, row)) for row in table.rows if row.runs]
        lines += [f"\n{row.name} x{row.processes}: {row.failure}" for row in table.rows if row.failure]
    return "\n".join([*lines, ""])


def _describe(table: Table) -> Iterator[str]:
    course = table.course
    ground = "the broker of --broker" if course.broker else "an embedded broker for each run"
    yield f"**{TITLES[course.workload]}**: {course.count:,} records, {len(table.ideal)} rounds, {ground}."
    low, middle, high = spread(table.ideal)
    yield f"The ideal, in memory on one thread: {middle:,.1f} ({low:,.1f} to {high:,.1f}) records/s."


def _cells(table: Table, row: Row) -> list[str]:
    low, middle, high = spread(row.rates)
    name = f"{row.name} {row.version}" + (f" x{row.processes}" if row.processes > 1 else "")
    late = row.latency
    waits = " / ".join(f"{each * 1000:,.0f}" for each in (late.p50, late.p95, late.p99)) if late else ""
    return [
        name,
        f"{middle:,.1f} ({low:,.1f} to {high:,.1f})",
        _ratio(_to_plain(table, row)),
        _ratio(paired(row.rates, table.ideal)),
        waits,
        f"{median(run.cpu for run in row.runs):.3g}",
        f"{max(run.peak for run in row.runs) / 1e6:.0f}",
        f"{median(run.first_output for run in row.runs):.1f}",
        " / ".join(str(sum(each)) for each in zip(*_promises(row), strict=True)),
    ]


def _promises(row: Row) -> list[tuple[int, int, int]]:
    return [(run.kept.missing, run.kept.repeated, run.kept.early) for run in row.runs]


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def scale_markdown(table: Table, price: float) -> str:
    """Return how workers of one kind add up, and what a million articles cost with one of them."""
    first = table.rows[0]
    pinned = ["Each worker on one core of its own.\n"] if table.course.pinned else []
    lines = [
        *pinned,
        _line(("workers and partitions", "records/s median", "times one", "CPU s per 1,000")),
        "|--:|--:|--:|--:|",
    ]
    for row in table.rows:
        if row.runs:
            cpu = median(run.cpu for run in row.runs)
            cells = (
                str(row.processes),
                f"{median(row.rates):,.1f}",
                _ratio(paired(row.rates, first.rates)),
                f"{cpu:.3g}",
            )
            lines.append(_line(cells))
    if first.runs:
        lines += ["", *_costs(median(run.cpu for run in first.runs), price)]
    return "\n".join([*lines, ""])


def _costs(cpu: float, price: float) -> Iterator[str]:
    yield f"A million articles on paper, at {cpu / 1000:.3g} CPU seconds each and {price:g} for a core-hour:\n"
    yield FORMULA + "\n"
    yield _line(("articles/s", "cores", "core-seconds per million", "cost per million"))
    yield "|--:|--:|--:|--:|"
    for rate in RATES:
        cost = cost_of(rate, cpu, price)
        yield _line((f"{rate:,}", f"{cost.cores:,}", f"{cost.core_seconds:,.0f}", f"{cost.money:,.2f}"))
