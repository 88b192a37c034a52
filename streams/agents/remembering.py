"""The agent of a stage that remembers: records in small batches, one after the other, each partition with its tables.

    admit -> answered in order -> published, confirmed -> changed rows kept, confirmed -> acked in order

The order is the promise. Rows are kept after what came of a record is on the broker, and before it is acked; those of one
partition in one atomic batch. A worker that is killed between any two of these steps leaves each record with
its tables as they were before it, and then it gets the same answer again, or as they were after it, and then the stage
knows it. While partitions are opened records wait; when they are taken away, those that have not begun are let go.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from aiokafka.errors import KafkaError

from streams.adapters.processing.breaker import TrippedError
from streams.adapters.processing.inbound import inbound
from streams.adapters.processing.publishing import RefusedError
from streams.adapters.state.partition import FencedError
from streams.adapters.workarounds.prompt_reading import messages
from streams.agents.landing import land
from streams.agents.rooms import Rooms
from streams.errors import NewsStreamsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from faust.types import Message, StreamT

    from streams.adapters.state.keeper import Keeper
    from streams.adapters.supervision.agent_metrics import AgentMetrics
    from streams.agents.flights import Publish
    from streams.agents.rooms import Told
    from streams.outcomes import DeadLettered
    from streams.records import InboundRecord
    from streams.stateful.work import Answer, Remembering

logger = logging.getLogger(__name__)

BATCH: Final = 64
"""Records whose rows are kept together, at most."""
BATCH_BYTES: Final = 1024 * 1024
"""Bytes of changed rows after which a batch ends."""
TICK_SECONDS: Final = 1.0
TURN_SECONDS: Final = 0.005
"""Time at a stretch that answering may take from the event loop, unless one record takes more."""


@dataclass(frozen=True, slots=True)
class StagePorts:
    """What the agent calls.

    Attributes:
        publish: confirms or raises RefusedError.
        judge: told of each answer in order, before it is published; raises TrippedError where it must not be.
        ack: told of a message all of whose outcome is on the broker; the consumer may commit past it.
        forget: told of a message that will never be acked; the consumer must not wait for it.
        on_halt: told of the error after which nothing more is acked; must end the worker.
        on_defect: told of an exception that should not be possible; must end the worker.
        count: told of each record that is done, and of the seconds since its raw record.
        metrics: of this agent.
    """

    publish: Publish
    judge: Callable[[Answer | DeadLettered], None]
    ack: Callable[[Message], object]
    forget: Callable[[Message], None]
    on_halt: Callable[[Exception], None]
    on_defect: Callable[[BaseException], None]
    count: Callable[[Answer | DeadLettered, float], None]
    metrics: AgentMetrics


class RememberingAgent:
    """Reads one topic for a stage.

    Args:
        stage: answers records.
        keeper: of its partitions; None for a stage without tables.
        ports: what is called.
        in_flight: records read and not yet acked, at most.
        ready: awaited before the first record: what the stage must have read first.
    """

    def __init__(
        self,
        stage: Remembering,
        keeper: Keeper | None,
        ports: StagePorts,
        in_flight: int,
        ready: Callable[[], Awaitable[object]],
    ) -> None:
        self.stage = stage
        self.rooms = Rooms(stage, keeper)
        self.acked = 0
        self._ports = ports
        self._ready = ready
        self._space = asyncio.Semaphore(in_flight)
        self._waiting: deque[Message] = deque()
        self._arrived = asyncio.Event()
        self._times_let_go = 0
        self._next_offset: dict[int, int] = {}
        self._begun: list[Message] = []
        self._settled = False
        self._opening: asyncio.Task[None] | None = None
        self._alone = asyncio.Lock()
        """Held while partitions are opened, and while a batch is under way."""

    @property
    def in_flight(self) -> int:
        """Records read and not yet acked."""
        return len(self._waiting) + len(self._begun)

    @property
    def recovered(self) -> bool:
        """Whether the tables of all partitions that the group gave us are there."""
        return self._settled and (self._opening is None or self._opening.done())

    def next_offset(self, partition: int) -> int | None:
        """Return the offset after the last one acked of a partition, None before the first."""
        return self._next_offset.get(partition)

    def oldest(self, partition: int) -> float | None:
        """Return when (seconds since 1970) the oldest record in flight of a partition was produced."""
        all_ = (*self._begun, *self._waiting)
        return next((message.timestamp for message in all_ if message.partition == partition), None)

    async def read(self, stream: StreamT[bytes]) -> None:
        """Run as Faust's agent."""
        working = asyncio.create_task(self._work())
        try:
            async for message in messages(stream):
                await self._admit(message)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    def assign(self, numbers: Iterable[int]) -> None:
        """Take the partitions that the group gave us; all others are another's."""
        self._opening = asyncio.create_task(self._open(frozenset(numbers), self._opening))
        self._settled = True

    def let_go(self) -> None:
        """Forget every record that has not begun: it is never acked, and read again."""
        self._settled = False
        self._times_let_go += 1
        while self._waiting:
            self._forget(self._waiting.popleft())

    def _forget(self, message: Message) -> None:
        self._ports.forget(message)
        self._space.release()

    async def _admit(self, message: Message) -> None:
        before = self._times_let_go
        await self._space.acquire()
        if self._times_let_go != before:
            # It waited while those before it were let go: acked, it would jump over them.
            self._forget(message)
            return
        self._waiting.append(message)
        self._arrived.set()

    async def _open(self, wanted: frozenset[int], before: asyncio.Task[None] | None) -> None:
        try:
            if before is not None:
                await asyncio.gather(before, return_exceptions=True)
            async with self._alone:
                self.rooms.close(wanted)
                self._ports.metrics.recovering.set(len(self.rooms.missing(wanted)))
                self._ports.metrics.recovery.set(await self.rooms.open(wanted))
                self._ports.metrics.recovering.set(0)
        except (NewsStreamsError, KafkaError) as error:
            self._ports.on_halt(error)
        except Exception as error:  # noqa: BLE001 - a task that nobody awaits
            self._ports.on_defect(error)

    async def _work(self) -> None:
        """Work for ever; what should not be possible ends the worker."""
        try:
            await self._ready()
            while True:
                await self._next_batch()
        except (FencedError, KafkaError, TrippedError) as error:
            self._ports.on_halt(error)
        except Exception as error:  # noqa: BLE001 - the order is lost, and going on could lose a record
            self._ports.on_defect(error)

    async def _next_batch(self) -> None:
        if not self._waiting:
            self._arrived.clear()
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    await self._arrived.wait()
            except TimeoutError:
                await self._tick()
                return
        if self._opening is not None:
            await self._opening
        async with self._alone:
            told = await self._answer()
            try:
                await self._finish(told)
            finally:
                self._begun.clear()
        if told and isinstance(told[-1].answer, TrippedError):
            raise told[-1].answer

    async def _answer(self) -> list[Told]:
        """Answer records until the batch is full; a record whose partition is not ours any more is let go."""
        told: list[Told] = []
        turn = time.monotonic()
        while self._waiting and len(told) < BATCH and self.rooms.bytes_changed < BATCH_BYTES:
            message = self._waiting.popleft()
            if not self.rooms.has(message.partition):
                self._forget(message)
                continue
            self._begun.append(message)
            told.append(self._answer_one(message))
            if isinstance(told[-1].answer, TrippedError):
                break
            if time.monotonic() - turn > TURN_SECONDS:
                await asyncio.sleep(0)
                turn = time.monotonic()
        return told

    def _answer_one(self, message: Message) -> Told:
        record = inbound(message)
        with self._ports.metrics.time(record):
            told = self.rooms.answer(message, record)
        try:
            self._ports.judge(told.outcome)
        except TrippedError as error:
            return told.halted(error)
        return told

    async def _finish(self, told: Sequence[Told]) -> None:
        """Publish, keep, ack."""
        done = [each for each in told if not isinstance(each.answer, TrippedError)]
        await asyncio.gather(*(self._publish(each.record, each.outcome) for each in done))
        await self._keep()
        for each in done:
            self._ports.ack(each.message)
            self.acked += 1
            self._next_offset[each.record.partition] = each.record.offset + 1
            self._space.release()
            self._ports.count(each.outcome, time.time() - raw_time(each.record))
        for each in told[len(done) :]:
            self._forget(each.message)

    async def _publish(self, record: InboundRecord, outcome: Answer | DeadLettered) -> None:
        if outcome.records:
            await land(record, outcome, self._ports.publish)

    async def _keep(self) -> None:
        start = time.monotonic()
        rows, size = await self.rooms.keep()
        if rows:
            self._ports.metrics.keep(rows, size, time.monotonic() - start)

    async def _tick(self) -> None:
        """Do what is due by the clock, where the partitions are surely ours."""
        if not self.recovered:
            return
        async with self._alone:
            for answer in self.rooms.tick(time.time()):
                if answer.records:
                    await self._publish_due(answer)
            await self._keep()

    async def _publish_due(self, answer: Answer) -> None:
        try:
            await self._ports.publish(answer.records)
        except RefusedError as error:
            # It came of no record that could be set aside for it, and must not end one worker after the other.
            logger.error("%s: what was due by the clock is refused and left out: %s", self.stage.name, error)  # noqa: TRY400 - no trace is of use


def raw_time(record: InboundRecord) -> float:
    """Return when the raw record was produced that this came of, seconds since 1970: our outputs say it as `ce_time`."""
    told = record.header("ce_time")
    try:
        return datetime.fromisoformat((told or b"").decode()).timestamp()
    except (ValueError, OverflowError):
        return record.timestamp.timestamp()
