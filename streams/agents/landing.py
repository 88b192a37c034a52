"""Landing: what came of a record onto the broker, and what the broker refuses as a dead letter, which always lands."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from streams.adapters.processing.publishing import RefusedError, without_value
from streams.errors import Reason, RouteError, Stage
from streams.outcomes import DeadLettered
from streams.stages.dead_letter import dead_letter

if TYPE_CHECKING:
    from streams.agents.flights import Publish
    from streams.outcomes import Outcome
    from streams.records import InboundRecord, OutboundRecord
    from streams.stateful.work import Answer


Landing = TypeVar("Landing", bound="Outcome | Answer")


async def land(record: InboundRecord, outcome: Landing, publish: Publish) -> Landing | DeadLettered:
    """Publish the records of an outcome; return what became of the record in the end.

    Args:
        record: as it was read.
        outcome: what the pipeline made of it.
        publish: confirms or refuses.
    """
    try:
        await publish(outcome.records)
    except RefusedError as error:
        return await bury(record, outcome, error, publish)
    return outcome


async def bury(
    record: InboundRecord, outcome: Landing, error: RefusedError, publish: Publish
) -> Landing | DeadLettered:
    """Publish what the broker refused as a dead letter; return what became of the record in the end.

    Args:
        record: as it was read.
        outcome: what the pipeline made of it.
        error: why it was refused.
        publish: confirms or refuses.
    """
    left_at = f"{record.topic}/{record.partition}/{record.offset}"
    if isinstance(outcome, DeadLettered):
        # Why it is dead stays what it was: that it is too large as well says its value that is left.
        await _bury_without_value(outcome.records[0], left_at, publish)
        return outcome
    dead = dead_letter(record, RouteError(Reason.TOO_LARGE, str(error)), Stage.ROUTE)
    await _bury(dead.records[0], left_at, publish)
    return dead


async def _bury(letter: OutboundRecord, left_at: str, publish: Publish) -> None:
    try:
        await publish([letter])
    except RefusedError:
        await _bury_without_value(letter, left_at, publish)


async def _bury_without_value(letter: OutboundRecord, left_at: str, publish: Publish) -> None:
    await publish([without_value(letter, left_at)], refusable=False)
