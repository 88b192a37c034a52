"""The topics of alerts, read with a group, whose commits the caller makes, or outside of any; and which are wanted."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from streams.adapters.kafka.access import require_access
from streams.adapters.kafka.clients import FETCH_BYTES, FETCH_WAIT_MS, REQUEST_TIMEOUT_MS, open_reader, start_client
from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.credentials import client_options
from streams.adapters.kafka.reading_to_end import find_starts
from streams.adapters.workarounds.lenient_records import read_leniently
from streams.contracts import ALERT, validator
from streams.grants import Grant, Operation, topic_grants
from streams.rules.alerts import COMMON
from streams.rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Sequence

    from aiokafka import ConsumerRecord

    from streams.rules.alerts import Alert
    from streams.rules.model import Severity
    from streams.settings import Settings

logger = logging.getLogger(__name__)

Start = Literal["earliest", "latest"] | datetime
"""Where to begin; a group begins there only where it has no place yet."""
HEARTBEATS_PER_SESSION: Final = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts are.

    Attributes:
        rules: ids; all where empty.
        severity: the least; all where None.
    """

    rules: frozenset[str] = frozenset()
    severity: Severity | None = None

    def takes(self, alert: Alert) -> bool:
        """Tell whether an alert is wanted."""
        if self.rules and alert["rule"]["id"] not in self.rules:
            return False
        least = SEVERITIES.index(self.severity) if self.severity else 0
        # A severity that we do not know is one that a later version has: rather too much than too little.
        known = alert["severity"] in SEVERITIES
        return not known or SEVERITIES.index(alert["severity"]) >= least


def read_alert(record: ConsumerRecord) -> Alert | None:
    """Return what a record says, None where it is no alert: anyone may have written it."""
    try:
        alert: Alert = orjson.loads(record.value or b"null")
    except orjson.JSONDecodeError:
        return None
    return alert if validator(ALERT).is_valid(alert) else None


async def find_topics(settings: Settings, rules: Collection[str]) -> list[str]:
    """Return the common topic, and those that rules have of their own.

    Args:
        settings: of the broker.
        rules: ids; a rule without a topic of its own is found in the common one.

    Raises:
        NewsStreamsError: there is no broker, or it refuses us.
    """
    if not rules:
        return [COMMON]
    async with administration(settings) as admin:
        there = set(await admin.list_topics())
    return [COMMON, *sorted({f"{COMMON}.{rule}" for rule in rules} & there)]


@asynccontextmanager
async def open_alerts(settings: Settings, topics: Sequence[str], start: Start) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect outside of any group: nothing is committed.

    Raises:
        NewsStreamsError: there is no broker, it refuses us, or a topic is not there.
    """
    async with open_reader(settings, topics, "earliest" if isinstance(start, datetime) else start) as reader:
        if isinstance(start, datetime):
            for partition, offset in (await find_starts(reader, start) or {}).items():
                reader.seek(partition, offset)
        yield reader


@asynccontextmanager
async def join_alerts(
    settings: Settings, topics: Sequence[str], start: Start, group: str, most_seconds: float
) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect as a member of a group.

    Args:
        settings: of the broker.
        topics: that exist.
        start: where partitions begin that the group has never committed.
        group: whose members share the partitions.
        most_seconds: that the caller may take for one record.

    Raises:
        NewsStreamsError: there is no broker, it refuses us, or a topic is not there.
    """
    read_leniently()
    options = client_options(settings)
    consumer = AIOKafkaConsumer(
        **options,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_wait_ms=FETCH_WAIT_MS,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        session_timeout_ms=int(settings.session_timeout * 1000),
        heartbeat_interval_ms=int(settings.session_timeout * 1000) // HEARTBEATS_PER_SESSION,
        max_poll_interval_ms=int(most_seconds * 1000) + REQUEST_TIMEOUT_MS,
    )
    try:
        client = consumer._client  # noqa: SLF001 - as in `open_reader`
        await start_client(consumer, client, settings.broker, options, topic_grants(Operation.READ, topics))
        await require_access(
            client, (*topic_grants(Operation.READ, topics), Grant("group", group, Operation.READ)), settings.broker
        )
        consumer.subscribe(list(topics), listener=_Beginning(consumer, start))
        yield consumer
    finally:
        await consumer.stop()


class _Beginning(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """Gives partitions that the group never committed their first place, and keeps it.

    Without, a member that ends before its first commit leaves nothing: `latest` would be later the next time.
    """

    def __init__(self, consumer: AIOKafkaConsumer, start: Start) -> None:
        self._consumer = consumer
        self._start = start

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Do nothing: what was taken is committed at once."""

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Look what the group knows of each."""
        new = [each for each in assigned if await self._consumer.committed(each) is None]
        places = await self._places(new)
        for partition, offset in places.items():
            self._consumer.seek(partition, offset)
        if places:
            await commit(self._consumer, places)

    async def _places(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        if not partitions:
            return {}
        if self._start == "earliest":
            return dict(await self._consumer.beginning_offsets(partitions))
        ends = await self._consumer.end_offsets(partitions)
        if not isinstance(self._start, datetime):
            return dict(ends)
        found = await self._consumer.offsets_for_times(dict.fromkeys(partitions, int(self._start.timestamp() * 1000)))
        return {each: at.offset if (at := found.get(each)) and at.timestamp >= 0 else ends[each] for each in partitions}


async def commit(consumer: AIOKafkaConsumer, places: dict[TopicPartition, int]) -> None:
    """Commit; where the group has given a partition to another, that one gets the record again."""
    try:
        await consumer.commit({each: OffsetAndMetadata(offset, "") for each, offset in places.items()})
    except KafkaError as error:
        logger.warning("not committed (%s): another member gets it again", type(error).__name__)
