"""A worker at work on the embedded broker, and a Prometheus that watches it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from brokers import Topics
from monitoring.prometheus import Prometheus
from streams.adapters.broker import EmbeddedBroker
from streams.records import OutboundRecord
from streams.topics import RAW
from workers import Worker, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apache_kafka import ApacheKafka

COMMAND = [str(Path(sys.executable).with_name("news-streams")), "worker"]
TEXT = (
    "Presiden Prabowo Subianto bertemu Vladimir Putin di Moskow, Selasa. Pertemuan nomor {number} itu membahas "
    "kerja sama energi antara Pertamina dan Rosneft. Menteri Luar Negeri Sugiono menyambut hasilnya dengan baik."
)


@dataclass(frozen=True)
class Watched:
    """What a test looks at.

    Attributes:
        topics: of the broker.
        worker: the process.
        prometheus: watches it.
    """

    topics: Topics
    worker: Worker
    prometheus: Prometheus

    def feed(self, first: int, count: int, *, broken: int = 0) -> None:
        """Publish articles, and records that are none."""
        values = [article(number) for number in range(first, first + count)] + [b"{broken"] * broken
        self.topics.publish(
            [OutboundRecord(RAW.name, str(number).encode(), value) for number, value in enumerate(values, first)]
        )

    def wait_value(self, query: str, least: float) -> None:
        """Wait until Prometheus has seen so much."""
        self.prometheus.wait_for(lambda: (self.prometheus.value(query) or 0) >= least)

    def wait_exactly(self, query: str, value: float) -> None:
        """Wait until Prometheus has seen this, on a machine where a scrape may fail."""
        self.prometheus.wait_for(lambda: self.prometheus.value(query) == value)


def article(number: int) -> bytes:
    """A raw article, each another one."""
    return orjson.dumps(
        {"text": TEXT.format(number=number), "url": f"https://example.org/{number}", "source": "example.org"}
    )


@contextmanager
def watch(folder: Path, kafka: ApacheKafka | None = None, **settings: str) -> Iterator[Watched]:
    """Start a broker (the embedded one unless another is given), a worker and Prometheus for the length of a `with`."""
    with kafka or EmbeddedBroker(free_port()) as broker:
        worker = Worker(COMMAND, broker.address, folder / "worker.log", settings)
        try:
            with Prometheus(folder, free_port(), [f"127.0.0.1:{worker.port}"]) as prometheus:
                worker.wait_ready()
                yield Watched(Topics(broker.address), worker, prometheus)
        finally:
            worker.kill()
