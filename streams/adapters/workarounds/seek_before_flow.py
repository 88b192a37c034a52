"""Reading begins after the seek of the assignment that is in force, and not before.

Faust stops the flow of messages when partitions are revoked, seeks the new ones to what is committed, and lets the flow go on. Three
ways lead past that, each to records that are read before the seek: read again after it where something was committed,
and by nobody where nothing was, while a commit goes past them.

- A worker without partitions has nothing to stop, so its flow goes on while the next ones are sought.
- A seek that a revocation overtakes lets the flow go on in the middle of the rebalance, and the next one finds it so.
- So does an assignment without partitions, which needs no seek.

Checked with faust-streaming 0.15 (`app/base.py`, `tables/recovery.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka.errors import IllegalStateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class SeekBeforeFlow:
    """Stands before a consumer's `perform_seek` and `resume_flow`.

    Args:
        app: Faust's; it counts rebalances as they begin.
        consumer: Faust's, before it starts.
    """

    def __init__(self, app: Any, consumer: Any) -> None:
        self._app = app
        self._consumer = consumer
        self._assigned_in = app.rebalancing_count
        self._seek: Callable[[], Awaitable[None]] = consumer.perform_seek
        self._resume: Callable[[], None] = consumer.resume_flow
        consumer.perform_seek = self.seek
        consumer.resume_flow = self.resume

    def on_revoked(self) -> None:
        """Stop the flow where Faust does not."""
        if not self._consumer.assignment():
            self._consumer.stop_flow()
            self._app.flow_control.suspend()
            self._app.flow_control.clear()

    def on_assigned(self) -> None:
        """Note which rebalance gave us what we have."""
        self._assigned_in = self._app.rebalancing_count

    async def seek(self) -> None:
        """Seek to what is committed.

        Raises:
            IllegalStateError: a rebalance began meanwhile; Faust's recovery then waits for the next assignment.
        """
        sought_for = self._assigned_in
        await self._seek()
        if self._app.rebalancing_count != sought_for:
            msg = "a rebalance began during the seek"
            raise IllegalStateError(msg)

    def resume(self) -> None:
        """Let the flow go on, unless a rebalance has begun: then the next assignment does."""
        if self._app.rebalancing_count == self._assigned_in:
            self._resume()
