"""A subscription's course: read an alert, give it to its sink, commit."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import orjson
from aiokafka import TopicPartition

from streams.adapters.kafka.clients import open_producer
from streams.adapters.kafka.reading_to_end import broker_errors
from streams.adapters.subscriptions.commands import Command
from streams.adapters.subscriptions.delivering import Patience, Sink, deliver, set_aside
from streams.adapters.subscriptions.reading import Wanted, commit, find_topics, join_alerts, open_alerts, read_alert
from streams.adapters.subscriptions.webhooks import Target, Webhook, read_secrets
from streams.allowed_addresses import Allowed
from streams.cli.printing import standard_output, tolerate_any_text
from streams.cli.rules_view import print_alert
from streams.settings import Settings
from streams.topics import ALERTS_DEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

    from streams.adapters.subscriptions.reading import Start
    from streams.rules.alerts import Alert
    from streams.rules.model import Severity


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for; the options of the command have the same names.

    Attributes:
        start: where to begin.
        line: a command for the shell.
        timeout: seconds of an attempt.
        limit: alerts after which to leave.
    """

    broker: str | None
    rules: tuple[str, ...]
    severity: Severity | None
    start: Start
    group: str | None
    as_json: bool
    line: str | None
    webhook: str | None
    timeout: float
    attempts: int
    limit: int | None


class Printed:
    """The sink that is a terminal or a pipe.

    Args:
        as_json: a line of JSON each, rather than what a person reads.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        tolerate_any_text()

    async def send(self, id_: str, value: bytes) -> None:
        """Print it."""
        del id_
        alert: Alert = orjson.loads(value)
        if self._as_json:
            out = standard_output()
            out.write(orjson.dumps(alert) + b"\n")
            out.flush()
        else:
            print_alert(alert)


def subscribe(asked: Asked) -> None:
    """Receive alerts until there is no reason to go on.

    Raises:
        NewsStreamsError: no broker, no such topic, a setting that cannot be used, or a webhook that is gone.
    """
    asyncio.run(_until_told(_Subscription(asked, Settings.load(broker=asked.broker)).run()))


async def _until_told(course: Any) -> None:
    """Run until it ends or a signal comes; both are an end in order."""
    task = asyncio.ensure_future(course)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


class _Subscription:
    def __init__(self, asked: Asked, settings: Settings) -> None:
        self._asked = asked
        self._settings = settings
        self._patience = Patience(asked.attempts)
        self._wanted = Wanted(frozenset(asked.rules), asked.severity)
        self._taken = 0

    async def run(self) -> None:
        topics = await find_topics(self._settings, self._asked.rules)
        async with AsyncExitStack() as stack:
            sink = await self._open_sink(stack)
            dead = None if isinstance(sink, Printed) else open_producer(self._settings, ALERTS_DEAD.name)
            producer = await stack.enter_async_context(dead) if dead is not None else None
            consumer = await self._open_reader(stack, topics)
            click.echo(f"reading {', '.join(topics)}", err=True)
            async for record in consumer:
                await self._take(record, sink, producer)
                if self._asked.group:
                    await commit(consumer, {_partition(record): record.offset + 1})
                if self._taken == self._asked.limit:
                    return

    async def _open_sink(self, stack: AsyncExitStack) -> Sink:
        asked, settings = self._asked, self._settings
        if asked.line:
            return Command(asked.line, asked.timeout)
        if not asked.webhook:
            return Printed(as_json=asked.as_json)
        secrets = read_secrets(settings.webhook_secrets())
        target = Target(asked.webhook, secrets, Allowed.read(settings.webhook_allow), asked.timeout)
        return await stack.enter_async_context(Webhook(target))

    async def _open_reader(self, stack: AsyncExitStack, topics: Sequence[str]) -> AIOKafkaConsumer:
        asked = self._asked
        if not asked.group:
            return await stack.enter_async_context(open_alerts(self._settings, topics, asked.start))
        most = self._patience.most_seconds + asked.attempts * asked.timeout
        return await stack.enter_async_context(join_alerts(self._settings, topics, asked.start, asked.group, most))

    async def _take(self, record: ConsumerRecord, sink: Sink, producer: AIOKafkaProducer | None) -> None:
        alert = read_alert(record)
        place = f"{record.topic}/{record.partition}/{record.offset}"
        if alert is None:
            click.echo(f"{place} is no alert: passed over", err=True)
            return
        if not self._wanted.takes(alert):
            return
        error = await deliver(sink, alert["id"], record.value, self._patience)
        self._taken += 1
        if error is None or producer is None:
            return
        letter = set_aside(record, error, self._asked.attempts)
        with broker_errors():
            await producer.send_and_wait(letter.topic, letter.value, key=letter.key, headers=list(letter.headers))
        click.echo(f"{place} set aside in {ALERTS_DEAD.name}: {error}", err=True)


def _partition(record: ConsumerRecord) -> TopicPartition:
    return TopicPartition(record.topic, record.partition)
