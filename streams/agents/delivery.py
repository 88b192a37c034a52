"""The delivery of records: a bounded window between reading and acking that loses nothing.

    admit -> batches -> pipeline (threads) -> publish, confirmed -> ack
                                              in arrival order     in arrival order

A message is acked only when everything that came of its record is on the broker, and never before one
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
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Self

from streams.adapters.processing.breaker import TrippedError
from streams.adapters.processing.executor import TooManyHungError
from streams.adapters.processing.inbound import inbound
from streams.adapters.processing.publishing import RefusedError
from streams.agents.flights import ENDS, Flight, State
from streams.agents.landing import bury

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from faust.types import Message

    from streams.adapters.supervision.metrics import Metrics
    from streams.agents.flights import Partition, Ports, Window
    from streams.outcomes import Outcome

HALTS = (TooManyHungError, TrippedError)


class Delivery:
    """The window of one agent; work goes on from `__aenter__` to `__aexit__`.

    Three queues in arrival order (not begun, not published, not acked) and an event each that tells their task when to look:
    a future and a wake-up for every step of every record was half of what passing one on cost.

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
        self._lanes = asyncio.Semaphore(window.lanes)
        self._waiting: deque[Flight] = deque()
        self._to_publish: deque[Flight] = deque()
        self._unacked: deque[Flight] = deque()
        self._arrived, self._computed, self._landed, self._room = (asyncio.Event() for _ in range(4))
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

    async def admit(self, message: Message) -> None:
        """Take a message into the window; waits while the window is full."""
        before = self._times_let_go
        while len(self._unacked) >= self._window.in_flight:
            self._room.clear()
            await self._room.wait()
        if self._halted or self._times_let_go != before:
            # It waited while those before it were let go: in it would be acked over them.
            self._ports.forget(message)
            return
        flight = Flight(message, inbound(message))
        self._metrics.tally.read(flight.record.partition)
        for queue in (self._waiting, self._to_publish, self._unacked):
            queue.append(flight)
        self._arrived.set()

    def let_go(self) -> None:
        """Forget every record that has not begun, those waiting in `admit` as well: they are never acked."""
        self._times_let_go += 1
        while self._waiting:
            self._let_go(self._waiting.popleft())

    def _let_go(self, flight: Flight) -> None:
        if flight.state is not State.LET_GO:
            flight.state = State.LET_GO
            self._ports.forget(flight.message)
            self._computed.set()
            self._landed.set()

    async def __aenter__(self) -> Self:
        """Start working."""
        # A step at a time: between two of them no variable keeps a message, and its bytes, alive.
        for step in (self._make_batch, self._publish_next, self._ack_landed):
            self._begin(_for_ever(step))
        return self

    async def __aexit__(self, *reason: object) -> None:
        """Let go of what is in flight: it is not acked, so that it is read again."""
        del reason
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while self._unacked:
            self._metrics.tally.end(self._unacked.popleft().record.partition, "let_go")

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
        await self._lanes.acquire()
        await self._wait_for(1)
        if len(self._waiting) < self._window.batch:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._window.batch_wait):
                    await self._wait_for(self._window.batch)
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._window.batch))]
        if batch and not self._halted:
            self._begin(self._work(batch))
        else:
            # All that waited was let go meanwhile.
            self._lanes.release()

    async def _wait_for(self, count: int) -> None:
        while len(self._waiting) < count:
            self._arrived.clear()
            await self._arrived.wait()

    async def _work(self, batch: Sequence[Flight]) -> None:
        """Compute a batch; its lane is free again before anything is published."""
        self._metrics.batch_size.observe(len(batch))
        waiting = iter(batch)
        try:
            async for outcome in self._ports.process([flight.record for flight in batch]):
                next(waiting).compute(outcome)
                self._computed.set()
        except TooManyHungError as error:
            for flight in waiting:
                flight.compute(error)
            self._computed.set()
        self._lanes.release()

    async def _publish_next(self) -> None:
        """Publish what is computed up to the first record that is not."""
        await self._computed.wait()
        self._computed.clear()
        while self._to_publish and (self._halted or self._to_publish[0].state is not State.READ):
            await self._publish(self._to_publish.popleft())

    async def _publish(self, flight: Flight) -> None:
        if flight.state is State.LET_GO:
            return
        try:
            outcome = None if self._halted else self._judged(flight)
        except HALTS as error:
            self._halted = True
            self._ports.on_halt(error)
            outcome = None
        if outcome is None:
            self._let_go(flight)
        else:
            await self._ports.hand_over(outcome.records, partial(self._note_landing, flight, outcome))

    def _judged(self, flight: Flight) -> Outcome | None:
        if isinstance(flight.outcome, TooManyHungError):
            raise flight.outcome
        if flight.outcome is not None:
            self._ports.judge(flight.outcome)
        return flight.outcome

    def _note_landing(self, flight: Flight, outcome: Outcome, error: BaseException | None) -> None:
        if error is None:
            self._land(flight, outcome)
        else:
            self._begin(self._bury(flight, outcome, error))

    async def _bury(self, flight: Flight, outcome: Outcome, error: BaseException) -> None:
        if not isinstance(error, RefusedError):
            raise error
        self._land(flight, await bury(flight.record, outcome, error, self._ports.publish))

    def _land(self, flight: Flight, outcome: Outcome) -> None:
        flight.outcome = outcome
        flight.state = State.LANDED
        self._landed.set()

    async def _ack_landed(self) -> None:
        """Ack what has landed up to the first record that has not; what was let go leaves in its turn."""
        await self._landed.wait()
        self._landed.clear()
        while self._unacked and self._unacked[0].state in ENDS:
            self._leave(self._unacked.popleft())
        self._room.set()

    def _leave(self, flight: Flight) -> None:
        outcome, record = flight.outcome, flight.record
        if flight.state is State.LET_GO or outcome is None or isinstance(outcome, Exception):
            self._metrics.tally.end(record.partition, "let_go")
            return
        self._ports.ack(flight.message)
        self.acked += 1
        self._next_offset[record.topic, record.partition] = record.offset + 1
        self._metrics.count(outcome, time.time() - record.timestamp.timestamp())
        self._metrics.tally.end(record.partition, outcome.name)


async def _for_ever(step: Callable[[], Awaitable[None]]) -> None:
    while True:
        await step()
