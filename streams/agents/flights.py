"""What the window of an agent is made of: its bounds, one record on its way, and what it calls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Protocol

from streams.adapters.processing.handed_over import tell_end

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from faust.types import Message

    from streams.adapters.processing.executor import TooManyHungError
    from streams.adapters.processing.handed_over import Landed
    from streams.outcomes import Outcome
    from streams.records import InboundRecord, OutboundRecord

Partition = tuple[str, int]
"""Topic and number."""


class Publish(Protocol):
    """Publishes and returns when the broker has everything."""

    def __call__(self, records: Sequence[OutboundRecord], *, refusable: bool = True) -> Awaitable[None]:
        """Publish the records of one outcome."""


HandOver = Callable[["Sequence[OutboundRecord]", "Landed"], Awaitable[None]]
"""Gives the records of one outcome to the producer, in order; tells when the broker has them, or a RefusedError."""


def by_tasks(publish: Publish) -> HandOver:
    """Return what hands over by a task for each outcome: where publishing is more than giving to the producer."""

    async def hand_over(records: Sequence[OutboundRecord], landed: Landed) -> None:
        tell_end(asyncio.ensure_future(publish(records)), landed)

    return hand_over


@dataclass(frozen=True, slots=True)
class Window:
    """How much is worked on at a time.

    Attributes:
        in_flight: records read and not yet acked.
        batch: records that go through the pipeline together.
        batch_wait: seconds that a batch waits for more.
        lanes: batches in the pipeline at a time.
    """

    in_flight: int
    batch: int
    batch_wait: float
    lanes: int


class State(Enum):
    """How far a record has come."""

    READ = auto()
    COMPUTED = auto()
    LANDED = auto()
    LET_GO = auto()


ENDS: Final = (State.LANDED, State.LET_GO)


@dataclass(slots=True, eq=False)
class Flight:
    """One record on its way.

    Attributes:
        message: to ack at the end.
        record: what it holds.
        state: how far it has come.
        outcome: what the pipeline made of it, an error when that will never be known; once landed, what became of it.
    """

    message: Message
    record: InboundRecord
    state: State = State.READ
    outcome: Outcome | TooManyHungError | None = None

    def compute(self, outcome: Outcome | TooManyHungError) -> None:
        """Take what the pipeline made of it; nothing where it was let go meanwhile."""
        if self.state is State.READ:
            self.outcome, self.state = outcome, State.COMPUTED


@dataclass(frozen=True, slots=True)
class Ports:
    """What the window calls.

    Attributes:
        process: runs a batch of records off the event loop, an outcome each in order; raises TooManyHungError where
            it can do no more.
        judge: told of each outcome in order, before it is published; raises TrippedError where it must not be.
        publish: confirms or raises RefusedError.
        hand_over: begins to publish.
        ack: told of a message all of whose outcome is on the broker; the consumer may commit past it.
        forget: told of a message that will never be acked; the consumer must not wait for it.
        on_halt: told of the error after which the window publishes and acks no more; must end the worker.
        on_defect: told of an exception that should not be possible; must end the worker, since the window
            has lost its order.
    """

    process: Callable[[Sequence[InboundRecord]], AsyncIterator[Outcome]]
    judge: Callable[[Outcome], None]
    publish: Publish
    hand_over: HandOver
    ack: Callable[[Message], object]
    forget: Callable[[Message], None]
    on_halt: Callable[[Exception], None]
    on_defect: Callable[[BaseException], None]
