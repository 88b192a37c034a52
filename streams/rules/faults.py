"""What is wrong with a rule, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.errors import NewsStreamsError

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 20
"""Faults that an error's text holds; the rest is counted."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault.

    Attributes:
        origin: the file, or the record, `news.alerts.rules/0/17`.
        line: from 1.
        column: from 1, in code points.
        message: what was expected and what was found.
    """

    origin: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Return it as compilers do, so that editors jump there."""
        return f"{self.origin}:{self.line}:{self.column}: {self.message}"


class RuleFaultsError(NewsStreamsError):
    """Rules that cannot be understood.

    Args:
        faults: all of them, at least one.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        more = len(faults) - SHOWN
        lines = [str(fault) for fault in self.faults[:SHOWN]]
        super().__init__("; ".join([*lines, f"and {more} more"] if more > 0 else lines))
