"""Reading without four tasks, an event and a round of the event loop for each message: Faust waits as if that always took a while.

`Consumer._drain_messages` makes a task for each message and one for the end of the flow, two more for a stop and a crash, and waits
for the four: a third of what a record cost a worker. `Conductor.on_message` decodes each into an event, and a stream sleeps before
each, so that it takes a round of the event loop. Ours are bytes and acked by us, and nearly always there is room: here a message
goes into the queue of its topic's stream itself (`PromptReading`), is taken from it (`messages`), and only one that has to wait
does so as Faust does.

Checked with faust-streaming 0.15 (`transport/consumer.py`, `transport/conductor.py`).
"""

from __future__ import annotations

import asyncio
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from faust.types import TP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, MutableMapping

    from faust.types import Message

    from streams.adapters.processing.memory import Shelf

FETCH_SECONDS: Final = 1.0
"""For how long one fetch waits where there is nothing to read."""
YIELD_EVERY: Final = 100
"""Messages after which the event loop has a turn."""


class PromptReading:
    """Reads in place of `Consumer._drain_messages`.

    Args:
        app: Faust's.
        consumer: Faust's, before it starts.
        shelf: bounds the bytes that are held.
        read_to: where the offset after the last message of each partition is noted, before it waits for room; emptied when
            partitions are assigned.
    """

    def __init__(self, app: Any, consumer: Any, shelf: Shelf, read_to: MutableMapping[TP, int]) -> None:
        self._app = app
        self._consumer = consumer
        self._shelf = shelf
        self._read_to = read_to
        self._pressure = cache(self._make_pressure)

    async def drain(self, fetcher: Any) -> None:
        """Read until the consumer or its fetcher stops."""
        consumer = self._consumer
        try:
            while not (consumer.should_stop or fetcher.should_stop):
                # A fetch that never waits must not keep the event loop.
                await asyncio.sleep(0)
                await self._read_fetch()
        except (*consumer.consumer_stopped_errors, asyncio.CancelledError):
            # A stop closes what is read from.
            if not self._app.should_stop:
                raise

    async def _read_fetch(self) -> None:
        consumer, app = self._consumer, self._app
        records, active = await consumer._wait_next_records(FETCH_SECONDS)  # noqa: SLF001 - what is replaced here calls all of these
        generation = app.consumer_generation_id
        if records and not consumer.flow_active:
            # The client has passed them already: dropped here, nobody would read them again where the assignment is the one
            # that they were read in, and a commit would go past them. Those of one before are told by the generation.
            await consumer.wait(consumer.can_resume_flow)
        if records is None or consumer.should_stop:
            return
        for number, (tp, record) in enumerate(consumer.scheduler.iterate(records), 1):
            if not consumer.flow_active or app.consumer_generation_id != generation:
                # A rebalance: what is left is read again by whoever has its partition next.
                return
            if active is None or tp in active or tp in consumer._buffered_partitions:  # noqa: SLF001
                await self._read(tp, record)
            if not number % YIELD_EVERY:
                await asyncio.sleep(0)

    async def _read(self, tp: TP, record: Any) -> None:
        consumer = self._consumer
        before, offset = consumer._read_offset[tp], record.offset  # noqa: SLF001
        if (before is not None and offset < before) or offset < self._read_to.get(tp, 0):
            # In our hands since the partitions were assigned: what was read before the flow went on is fetched again after a seek.
            return
        if before and offset - before > 1 and self._app.topics.acks_enabled_for(tp.topic):
            # What compaction or a transaction leaves out: a commit goes past it.
            await consumer._add_gap(tp, before + 1, offset - 1)  # noqa: SLF001 - the end is in it
        if consumer._commit_every is not None and consumer._n_acked >= consumer._commit_every:  # noqa: SLF001
            consumer._n_acked = 0  # noqa: SLF001
            await consumer.commit()
        await self._receive(consumer._to_message(tp, record))  # noqa: SLF001
        consumer._read_offset[tp] = offset  # noqa: SLF001

    async def _receive(self, message: Message) -> None:
        self._read_to[message.tp] = message.offset + 1
        full = any(channel.queue.full() for channel in self._readers(message))
        if not full and self._app.flow_control.is_active() and self._shelf.take(message):
            self._put(message)
        else:
            consumer = self._consumer
            await consumer.wait_first(self._put_when_room(message), consumer.suspend_flow.wait())

    async def _put_when_room(self, message: Message) -> None:
        await self._app.flow_control.acquire()
        await self._shelf.put(message)
        for channel in self._readers(message):
            if channel.queue.full():
                await _put_unless_cleared(channel.queue, message)
            else:
                self._put_into(channel.queue, message)

    def _put(self, message: Message) -> None:
        for channel in self._readers(message):
            self._put_into(channel.queue, message)

    def _readers(self, message: Message) -> Any:
        return self._app.topics._topic_name_index[message.topic]  # noqa: SLF001

    def _put_into(self, queue: Any, message: Message) -> None:
        queue.put_nowait_enhanced(message, **self._pressure(message.topic, message.partition))

    def _make_pressure(self, topic: str, partition: int) -> dict[str, Callable[[], None]]:
        """Return what holds a partition back while a queue is nearly full."""
        # Not the message's own, which is aiokafka's: Faust's consumer must be told of a TP.
        consumer, tp = self._consumer, TP(topic, partition)
        return {
            "on_pressure_high": partial(consumer.on_buffer_full, tp),
            "on_pressure_drop": partial(consumer.on_buffer_drop, tp),
        }


async def _put_unless_cleared(queue: Any, message: Message) -> None:
    """Wait for room in a queue; a rebalance clears it, with those that wait, and whoever has the partition next reads them again."""
    task = asyncio.current_task()
    try:
        await queue.put(message)
    except asyncio.CancelledError:
        if task is None or task.cancelling():
            raise


async def messages(stream: Any) -> AsyncIterator[Message]:
    """Yield the messages of a stream until its agent is stopped; acking them is left to us.

    Args:
        stream: Faust's, to which messages are delivered bare.
    """
    app, queue = stream.app, stream.channel.queue
    while True:
        try:
            message = await queue.get() if queue.empty() else queue.get_nowait()
        except StopAsyncIteration:
            # Thrown by an agent that is stopped; a generator must not let it through.
            return
        # Read before the last rebalance: whoever has its partition now reads it again.
        if app.flow_control.is_active() and message.generation_id == app.consumer_generation_id:
            message.tracked = True
            app.consumer.unacked.add(message)
            yield message
        # Between two messages no variable keeps one, and its bytes, alive.
        del message
