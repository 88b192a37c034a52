"""The table of faults: a row for each test, printed at the end of the run and written for people to read."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

FILE = Path(__file__).parents[3] / ".kafka" / "faults.md"
"""Git ignores it."""
HEADINGS = ("fault", "broker", "records", "faults", "lost", "different", "repeated", "at most", "seconds")
NOTES = """
`records`: raw records, all of which must come out. `faults`: how often it broke. `lost`: without an outcome, or without
all of its mentions. `different`: repeated with other bytes. `repeated`: outcomes beyond the first of a record.
`at most`: assignments of partitions after the first, times the most records that were ever seen published and not yet
committed (the windows of the workers, and what they acked since their last commit, one second of work); none where
what was published goes through further stages.
`seconds`: from a fault's end until every partition with records left was committed further, the longest of the test.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What one test found."""

    fault: str
    broker: str
    records: int
    faults: int
    lost: int
    different: int
    repeated: int
    at_most: int | None
    seconds: float | None


ROWS: list[Row] = []
"""Of this run, in its order."""


def as_markdown(rows: list[Row]) -> str:
    """Return the table."""
    lines = [HEADINGS, ("---", "---", *["--:"] * (len(HEADINGS) - 2)), *(map(cell, astuple(row)) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def write(rows: list[Row]) -> None:
    """Write the file anew."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(f"{as_markdown(rows)}{NOTES}", "utf-8")
