"""Metric objects made of the catalogue's words, each label set that is closed begun at zero.

A series that appears only with its first event hides that event from `rate()` and `increase()`.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, disable_created_metrics

from streams.adapters.supervision.catalogue import PREFIX

if TYPE_CHECKING:
    from prometheus_client.metrics import MetricWrapperBase

    from streams.adapters.supervision.catalogue import Family

    M = TypeVar("M", bound=MetricWrapperBase)

# One more series for every counter and histogram that nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Families:
    """Makes the metrics of one registry.

    Args:
        registry: where they are shown.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def counter(self, family: Family) -> Counter:
        """Return a counter."""
        return _begun(Counter(PREFIX + family.name, family.told, family.label_names, registry=self._registry), family)

    def gauge(self, family: Family) -> Gauge:
        """Return a gauge."""
        return _begun(Gauge(PREFIX + family.name, family.told, family.label_names, registry=self._registry), family)

    def histogram(self, family: Family) -> Histogram:
        """Return a histogram."""
        made = Histogram(
            PREFIX + family.name, family.told, family.label_names, buckets=family.buckets, registry=self._registry
        )
        return _begun(made, family)

    def info(self, family: Family) -> Info:
        """Return an info; its version is no label to prometheus-client, but the value that it is given."""
        names = [name for name in family.label_names if name != "version"]
        return Info(PREFIX + family.name, family.told, names, registry=self._registry)


def _begun(metric: M, family: Family) -> M:
    sets = [label.values for label in family.labels]
    if sets and all(values is not None for values in sets):
        for values in product(*(values or () for values in sets)):
            metric.labels(*values)
    return metric
