"""The delivery of records: a bounded window between reading and acking that loses nothing.

    admit -> batches -> pipeline (threads) -> publish, confirmed -> ack
                                              in arrival order     in arrival order

An event is acked only when everything that came of its record is on the broker, and never before an event
that arrived earlier: Faust's consumer commits past a gap. Publishing begins in arrival order as well, so that
two versions of an article keep theirs. While one batch is published the next is computed.

When partitions are taken away or the worker stops, what has not begun is let go: the last to arrive, so that no
ack jumps over it. It is read again by whoever has its partition next.

The window halts where an outcome must not be published (the breaker) or will never come (too many threads hang):
what arrived before it still lands and is acked, it and all that follows is let go, and the worker ends.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Self

from streams.adapters.processing.breaker import TrippedError
from streams.adapters.processing.executor import TooManyHungError
from streams.adapters.processing.inbound import inbound
from streams.adapters.processing.publishing import RefusedError
from streams.agents.flights import Flight
from streams.agents.landing import bury

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from faust.types import EventT

    from streams.adapters.supervision.metrics import Metrics
    from streams.agents.flights import Partition, Ports, Window
    from streams.outcomes import Outcome

HALTS = (TooManyHungError, TrippedError)


class Delivery:
    """The window of one agent; work goes on from `__aenter__` to `__aexit__`.

    Args:
        ports: what it calls.
        window: its bounds.
        metrics: where records are counted.
    """

    def __init__(self, ports: Ports, window: Window, metrics: Metrics) -> None:
        self._ports = ports
        self._window = window
        self._metrics = metrics
        metrics.tally.in_flight = lambda: (flight.record.partition for flight in self._unacked)
        self._room = asyncio.Semaphore(window.in_flight)
        self._lanes = asyncio.Semaphore(window.lanes)
        self._waiting: asyncio.Queue[Flight] = asyncio.Queue()
        self._to_publish: asyncio.Queue[Flight] = asyncio.Queue()
        self._to_ack: asyncio.Queue[Flight] = asyncio.Queue()
        self._unacked: dict[Flight, None] = {}
        self._next_offset: dict[Partition, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._times_let_go = 0
        self._halted = False
        self.acked = 0

    @property
    def in_flight(self) -> int:
        """Records read and not yet acked."""
        return len(self._unacked)

    def next_offset(self, partition: Partition) -> int | None:
        """Return the offset after the last one acked of a partition, None before the first."""
        return self._next_offset.get(partition)

    def oldest(self, partition: Partition) -> float | None:
        """Return when (seconds since 1970) the oldest record in flight of a partition was produced."""
        times = (
            each.record.timestamp for each in self._unacked if (each.record.topic, each.record.partition) == partition
        )
        first = next(times, None)
        return None if first is None else first.timestamp()

    async def admit(self, event: EventT[bytes]) -> None:
        """Take an event into the window; waits while the window is full."""
        before = self._times_let_go
        await self._room.acquire()
        if self._halted or self._times_let_go != before:
            # It waited while those before it were let go: in it would be acked over them.
            self._ports.forget(event)
            self._room.release()
            return
        loop = asyncio.get_running_loop()
        flight = Flight(event, inbound(event.message), loop.create_future(), loop.create_future())
        self._unacked[flight] = None
        self._metrics.tally.read(flight.record.partition)
        for queue in (self._waiting, self._to_publish, self._to_ack):
            queue.put_nowait(flight)

    def let_go(self) -> None:
        """Forget every record that has not begun, those waiting in `admit` as well: they are never acked."""
        self._times_let_go += 1
        while not self._waiting.empty():
            flight = self._waiting.get_nowait()
            flight.computed.set_result(None)
            self._let_go(flight)

    async def __aenter__(self) -> Self:
        """Start working."""
        # A step at a time: between two of them no variable keeps a message, and its bytes, alive.
        for step in (self._make_batch, self._publish_next, self._ack_next):
            self._begin(_for_ever(step))
        return self

    async def __aexit__(self, *reason: object) -> None:
        """Let go of what is in flight: it is not acked, so that it is read again."""
        del reason
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for flight in tuple(self._unacked):
            self._leave(flight, "let_go")

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._ports.on_defect(error)

    async def _make_batch(self) -> None:
        """Fill a batch for as long as the pipeline is busy anyway, and a moment longer."""
        batch = [await self._waiting.get()]
        await self._lanes.acquire()
        await self._fill(batch)
        if not self._halted:
            self._begin(self._work(batch))

    async def _fill(self, batch: list[Flight]) -> None:
        # One deadline for all: it is looked at only where there is something to wait for.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._window.batch_wait):
                while len(batch) < self._window.batch:
                    batch.append(await self._waiting.get())

    async def _work(self, batch: Sequence[Flight]) -> None:
        """Compute a batch; its lane is free again before anything is published."""
        self._metrics.batch_size.observe(len(batch))
        waiting = iter(batch)
        try:
            async for outcome in self._ports.process([flight.record for flight in batch]):
                next(waiting).computed.set_result(outcome)
        except TooManyHungError as error:
            for flight in waiting:
                flight.computed.set_result(error)
        self._lanes.release()

    async def _publish_next(self) -> None:
        flight = await self._to_publish.get()
        found = None if self._halted else await flight.computed
        try:
            outcome = self._judged(found)
        except HALTS as error:
            self._halt(error)
        if self._halted:
            self._let_go(flight)
        elif outcome is not None:
            landing = await self._ports.hand_over(outcome.records)
            landing.add_done_callback(partial(self._note_landing, flight, outcome))

    def _judged(self, found: Outcome | TooManyHungError | None) -> Outcome | None:
        if isinstance(found, TooManyHungError):
            raise found
        if found is not None:
            self._ports.judge(found)
        return found

    def _let_go(self, flight: Flight) -> None:
        if not flight.landed.done():
            flight.landed.set_result(None)
            self._ports.forget(flight.event)

    def _halt(self, error: Exception) -> None:
        self._halted = True
        self._ports.on_halt(error)

    def _note_landing(self, flight: Flight, outcome: Outcome, landing: asyncio.Future[None]) -> None:
        if landing.cancelled() or flight.landed.done():
            # We are ending: it is not acked, so that it is read again.
            return
        error = landing.exception()
        if error is None:
            flight.landed.set_result(outcome)
        else:
            self._begin(self._bury(flight, outcome, error))

    async def _bury(self, flight: Flight, outcome: Outcome, error: BaseException) -> None:
        if not isinstance(error, RefusedError):
            raise error
        flight.landed.set_result(await bury(flight.record, outcome, error, self._ports.publish))

    async def _ack_next(self) -> None:
        flight = await self._to_ack.get()
        outcome = await flight.landed
        if outcome is not None:
            self._ack(flight, outcome)
        self._leave(flight, "let_go" if outcome is None else outcome.name)
        self._room.release()

    def _ack(self, flight: Flight, outcome: Outcome) -> None:
        flight.event.ack()
        record = flight.record
        self.acked += 1
        self._next_offset[record.topic, record.partition] = record.offset + 1
        self._metrics.count(outcome, time.time() - record.timestamp.timestamp())

    def _leave(self, flight: Flight, end: str) -> None:
        del self._unacked[flight]
        self._metrics.tally.end(flight.record.partition, end)


async def _for_ever(step: Callable[[], Awaitable[None]]) -> None:
    while True:
        await step()
