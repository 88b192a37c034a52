"""Records on their way to the broker: one outcome's, followed until all are there, and what failed of them judged.

A task for each outcome, which waits for its deliveries, was a sixth of what a record cost a worker; a callback is a tenth of that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Sequence

    from aiokafka import AIOKafkaProducer

    from streams.records import OutboundRecord

TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
PASSING: Final = (KafkaError, OSError, TimeoutError)
"""What an attempt can fail with that may be over the next time: the broker's trouble, not the record's."""
Landed = Callable[["BaseException | None"], None]
"""Told when the broker has everything, or why it never will; not called where we end before that."""


@dataclass(slots=True, eq=False)
class HandedOver:
    """The records of one outcome on their way to the broker.

    Attributes:
        records: all.
        number: their turn.
        producer: that has them.
        landed: told when the broker has them.
        left: deliveries that are not done.
    """

    records: Sequence[OutboundRecord]
    number: int
    producer: AIOKafkaProducer | None
    landed: Landed
    left: int = 0

    def follow(
        self,
        sent: Sequence[Future[object] | Exception],
        end: Callable[[HandedOver, list[OutboundRecord], Exception | None], None],
    ) -> None:
        """Call `end` once, when all deliveries are done: with what failed, and why."""

        def count(_: object) -> None:
            self.left -= 1
            if not self.left:
                end(self, *failures(self.records, sent))

        deliveries = [each for each in sent if not isinstance(each, Exception)]
        self.left = len(deliveries) or 1
        for delivery in deliveries:
            delivery.add_done_callback(count)
        if not deliveries:
            count(None)


def tell_end(task: Future[None], landed: Landed) -> None:
    """Tell how a task that publishes ends, unless it is cancelled."""

    def tell(done: Future[None]) -> None:
        if not done.cancelled():
            landed(done.exception())

    task.add_done_callback(tell)


def failures(
    records: Sequence[OutboundRecord], sent: Sequence[Future[object] | Exception]
) -> tuple[list[OutboundRecord], Exception | None]:
    """Return the records that failed and the worst of the errors.

    Args:
        records: all.
        sent: of each what tells of its delivery, done, or why it was not taken.
    """
    failed: list[OutboundRecord] = []
    worst: Exception | None = None
    for record, result in zip(records, sent, strict=True):
        error = result if isinstance(result, Exception) else failure_of(result)
        if error is not None:
            failed.append(record)
            worst = error if worst is None or passes(worst) else worst
    return failed, worst


def failure_of(delivery: Future[object]) -> Exception | None:
    """Return why a delivery that is done failed, if it did."""
    if delivery.cancelled():
        given_up: Exception = KafkaError("given up by the producer")
        return given_up
    error = delivery.exception()
    if error is not None and not isinstance(error, Exception):
        raise error
    return error


def passes(error: Exception) -> bool:
    """Tell whether the same record may be taken the next time."""
    return isinstance(error, PASSING) and not isinstance(error, TOO_LARGE)
