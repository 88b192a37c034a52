"""What every contestant does with a batch of records: the same code, loaded in each one's own process."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from streams.bench.tasks import Workload
from streams.outcomes import Published
from streams.records import InboundRecord, OutboundRecord
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.bench.tasks import Task
    from streams.outcomes import Outcome

    Work = Callable[[Sequence[InboundRecord]], list[OutboundRecord]]


class PassThrough:
    """A pipeline that publishes each record as it came."""

    def process(self, records: Sequence[InboundRecord]) -> list[Outcome]:
        """Return one outcome per record, in order."""
        return [
            Published(None, (OutboundRecord(ENRICHED.name, record.key, record.value),))  # type: ignore[arg-type] # nobody looks at the article
            for record in records
        ]


def open_work(task: Task) -> Work:
    """Load what the task needs; return what makes a batch of records into those to publish.

    Raises:
        SettingsError: the model cannot be loaded.
    """
    process = PassThrough().process if task.workload is Workload.PASS else _open_pipeline()

    def work(records: Sequence[InboundRecord]) -> list[OutboundRecord]:
        return [each for outcome in process(records) for each in outcome.records]

    return work


def _open_pipeline() -> Callable[[Sequence[InboundRecord]], list[Outcome]]:
    from streams.pipeline import Pipeline  # noqa: PLC0415 - the model's runtime is slow to import
    from streams.settings import Settings  # noqa: PLC0415
    from streams.stages.enrich import load_enrich  # noqa: PLC0415

    return Pipeline(load_enrich(Settings.load())).process


def read_message(message: Any) -> InboundRecord:
    """Return a message of confluent-kafka (and what is built on it) as a record."""
    _, milliseconds = message.timestamp()
    return InboundRecord(
        value=message.value(),
        timestamp=datetime.fromtimestamp(milliseconds / 1000, UTC),
        key=message.key(),
        headers=tuple(message.headers() or ()),
        topic=message.topic(),
        partition=message.partition(),
        offset=message.offset(),
    )


def read_consumed(record: Any) -> InboundRecord:
    """Return a record of aiokafka (and what is built on it) as one of ours."""
    return InboundRecord(
        value=record.value,
        timestamp=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        key=record.key,
        headers=tuple(record.headers),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
