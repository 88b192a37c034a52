"""What agents call of the worker around them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.adapters.supervision.exit_codes import ExitCode, end_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from faust.types import Message

    from streams.agents.flights import HandOver, Publish

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Calls:
    """What agents call.

    Attributes:
        publish: confirms or raises RefusedError.
        hand_over: begins to publish.
        ack: lets the consumer commit past a message.
        forget: takes a message off the list of those that a rebalance and a stop wait for.
        on_halt: ends the worker: nothing more is published.
        on_defect: ends the process at once.
    """

    publish: Publish
    hand_over: HandOver
    ack: Callable[[Message], object]
    forget: Callable[[Message], None]
    on_halt: Callable[[Exception], None]
    on_defect: Callable[[BaseException], None]


def end_on_defect(error: BaseException) -> None:
    """End the worker: an agent has lost its order, and going on could lose a record."""
    logger.critical("a defect in the delivery of records", exc_info=error)
    end_process(ExitCode.CRASHED, "crashed")
