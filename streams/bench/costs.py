"""What a million articles cost on paper: cores that so many articles a second need, and their price."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

RATES: Final = (10, 100, 1_000)
"""Articles a second."""
MILLION: Final = 1_000_000
SECONDS_IN_HOUR: Final = 3_600
FILLED: Final = 0.5
"""Share of its capacity that a worker is planned for: the rest is for bursts, and for catching up after a stop."""
FORMULA: Final = """\
    c     = CPU seconds per article, as measured: the worker's processes alone, not the broker
    cores = max(1, ceil(rate * c / filled))      whole cores that are paid for, of which `filled` are at work
    cost of a million = cores * price of a core-hour / 3600 * (1,000,000 / rate)"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one rate.

    Attributes:
        rate: articles a second.
        cores: that are paid for.
        core_seconds: of them per million articles.
        money: per million articles, in the currency of the price.
    """

    rate: float
    cores: int
    core_seconds: float
    money: float


def cost_of(rate: float, cpu_per_thousand: float, price: float) -> Cost:
    """Return what a million articles cost at a rate, by `FORMULA`.

    Args:
        rate: articles a second.
        cpu_per_thousand: seconds of CPU per 1,000 articles.
        price: of a core for an hour.
    """
    cores = max(1, ceil(rate * cpu_per_thousand / 1000 / FILLED))
    core_seconds = cores * MILLION / rate
    return Cost(rate, cores, core_seconds, core_seconds / SECONDS_IN_HOUR * price)
