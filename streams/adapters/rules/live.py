"""The rules on the broker: read whole from their topic, published, deleted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from streams.adapters.kafka.clients import open_producer
from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.reading_to_end import broker_errors, read_topics
from streams.adapters.kafka.topic_layouts import create_missing
from streams.errors import BrokerUnavailableError
from streams.rules.alerts import topic_of
from streams.rules.boards import read_keyed
from streams.rules.faults import Fault, RuleFaultsError
from streams.topics import ALERTS, RULES, Topic

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Iterable, Mapping, Sequence

    from aiokafka import AIOKafkaProducer

    from streams.rules.model import Rule
    from streams.settings import Settings


@dataclass(slots=True)
class LiveRules:
    """What the topic of rules holds.

    Attributes:
        rules: by id.
        values: what was written of each, as plain JSON.
        faults: of the records that are no rules, by record key.
    """

    rules: dict[str, Rule] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict)

    def take(self, key: bytes | None, value: bytes | None, origin: str) -> None:
        """Take a record; a later one of the same key takes the place of an earlier one, as it does in each worker."""
        rule_id = (key or b"").decode(errors="replace")
        if value is None:
            for each in (self.rules, self.values, self.faults):
                each.pop(rule_id, None)
            return
        try:
            self.rules[rule_id], self.values[rule_id] = read_keyed(rule_id, value, origin)
        except RuleFaultsError as error:
            self.faults[rule_id] = error.faults
            return
        self.faults.pop(rule_id, None)


async def read_live(settings: Settings) -> LiveRules:
    """Read the rules that are live.

    Raises:
        NewsStreamsError: there is no broker, or no such topic.
    """
    found = LiveRules()
    async for record in read_topics(settings, (RULES.name,)):
        found.take(record.key, record.value, f"{record.topic}/{record.partition}/{record.offset}")
    return found


async def publish_rules(settings: Settings, values: Mapping[str, Any]) -> None:
    """Publish rules, or delete those whose value is None; returns when the broker has all of them.

    Raises:
        NewsStreamsError: there is no broker, no such topic, or it refuses; the text says what of it is there.
    """
    async with open_producer(settings, RULES.name) as producer:
        with broker_errors():
            sent = {each: await _send(producer, each, value) for each, value in values.items()}
        told = await asyncio.gather(*sent.values(), return_exceptions=True)
        for rule_id, error in zip(sent, told, strict=True):
            if isinstance(error, BaseException):
                msg = f"the rule {rule_id} was not taken, nor perhaps those after it: {type(error).__name__}: {error}"
                raise BrokerUnavailableError(msg) from error


async def _send(producer: AIOKafkaProducer, rule_id: str, value: Any) -> Future[object]:
    data = None if value is None else orjson.dumps(value)
    sent: Future[object] = await producer.send(RULES.name, data, key=rule_id.encode())
    return sent


async def make_topics(settings: Settings, rules: Iterable[Rule]) -> Sequence[str]:
    """Create the topics that rules have of their own, laid out as the common one; return those that were not there.

    Raises:
        NewsStreamsError: there is no broker, or it refuses.
    """
    own = [
        Topic(topic_of(rule), ALERTS.schema, ALERTS.key, ALERTS.partitions, ALERTS.retention, ALERTS.cleanup_policy)
        for rule in rules
        if rule.send_to == "own"
    ]
    if not own:
        return []
    async with administration(settings) as admin:
        return await create_missing(
            admin, own, replication=settings.replication, max_record_bytes=settings.max_record_bytes
        )
