"""Landing: what came of a record onto the broker, and what the broker refuses as a dead letter, which always lands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.processing.publishing import RefusedError, without_value
from streams.errors import Reason, RouteError, Stage
from streams.outcomes import DeadLettered
from streams.stages.dead_letter import dead_letter

if TYPE_CHECKING:
    from streams.agents.flights import Publish
    from streams.outcomes import Outcome
    from streams.records import InboundRecord, OutboundRecord


async def land(record: InboundRecord, outcome: Outcome, publish: Publish) -> Outcome:
    """Publish the records of an outcome; return what became of the record in the end.

    Args:
        record: as it was read.
        outcome: what the pipeline made of it.
        publish: confirms or refuses.
    """
    try:
        await publish(outcome.records)
    except RefusedError as error:
        left_at = f"{record.topic}/{record.partition}/{record.offset}"
        if isinstance(outcome, DeadLettered):
            # Why it is dead stays what it was: that it is too large as well says its value that is left.
            await _bury_without_value(outcome.records[0], left_at, publish)
        else:
            outcome = dead_letter(record, RouteError(Reason.TOO_LARGE, str(error)), Stage.ROUTE)
            await _bury(outcome.records[0], left_at, publish)
    return outcome


async def _bury(letter: OutboundRecord, left_at: str, publish: Publish) -> None:
    try:
        await publish([letter])
    except RefusedError:
        await _bury_without_value(letter, left_at, publish)


async def _bury_without_value(letter: OutboundRecord, left_at: str, publish: Publish) -> None:
    await publish([without_value(letter, left_at)], refusable=False)
