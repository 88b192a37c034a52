"""What one contestant's process is told, on its command line."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

import orjson

ACKS: Final = "all"
COMPRESSION: Final = "lz4"
LINGER_MS: Final = 5
BATCH_BYTES: Final = 256 * 1024
"""Of a producer of aiokafka, whose default of 16 kB halves its speed; librdkafka's own is larger still."""
FETCH_WAIT_MS: Final = 50
"""The embedded broker looks only at the end of a fetch's wait for what is new."""
SESSION_MS: Final = 6_000
HEARTBEAT_MS: Final = 750
QUIET: Final = {"log.connection.close": False}
"""For the benchmark's own clients, whose broker goes before them."""


class Workload(StrEnum):
    """What is done with a record."""

    PASS = "pass"  # noqa: S105 - no password
    ARTICLES = "articles"
    CHAIN = "chain"


BATCH: Final = {Workload.PASS: 500, Workload.ARTICLES: 16, Workload.CHAIN: 16}
"""Records that are worked on, and confirmed, together: the worker's own `batch` for articles."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a contestant has to do.

    Attributes:
        broker: `host:port[,host:port]`, as its Kafka client takes it.
        group: consumer group.
        workload: what to do with a record.
        articles: a file of articles instead of the samples; only the ideal reads it.
        count: records; only the ideal asks.
    """

    broker: str
    group: str
    workload: Workload
    articles: str | None = None
    count: int = 0

    @property
    def batch(self) -> int:
        """Records to work on together."""
        return BATCH[self.workload]

    def argument(self) -> str:
        """Return it as one argument of a command line."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def from_arguments(cls) -> Task:
        """Read it from this process's command line."""
        told = orjson.loads(sys.argv[1])
        return cls(**told | {"workload": Workload(told["workload"])})
