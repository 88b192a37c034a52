"""The contestants: who they are, and what they need."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from streams.bench.tasks import Workload


@dataclass(frozen=True, slots=True)
class Contestant:
    """One of them.

    Attributes:
        name: as on the command line and in the table.
        module: under `streams.bench.contestants`.
        distribution: what must be installed; its version stands in the table.
        commits: whether it commits offsets to its group; Bytewax keeps its own.
        shares: whether several processes of it share the work.
    """

    name: str
    module: str
    distribution: str
    commits: bool = True
    shares: bool = True

    @property
    def version(self) -> str | None:
        """Of its distribution; None where it is not installed."""
        try:
            return version(self.distribution)
        except PackageNotFoundError:
            return None

    def does(self, workload: Workload) -> bool:
        """Tell whether it can do this work: the whole chain is ours alone."""
        return workload is not Workload.CHAIN or self is WORKER


WORKER: Final = Contestant("news-streams", "worker", "news-streams")
PLAIN: Final = Contestant("aiokafka", "aiokafka_loop", "aiokafka")
"""What all others are compared with."""
CONTESTANTS: Final = (
    PLAIN,
    WORKER,
    Contestant("confluent-kafka", "confluent_loop", "confluent-kafka"),
    Contestant("quixstreams", "quix", "quixstreams"),
    Contestant("faststream", "faststream_batches", "faststream"),
    Contestant("bytewax", "bytewax_flow", "bytewax", commits=False, shares=False),
)
