"""The agent of raw articles: reads bytes, gives them to the window, and never raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.workarounds.prompt_reading import take_ready

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from faust.types import StreamT

    from streams.agents.delivery import Delivery


def enrich_articles(delivery: Callable[[], Delivery]) -> Callable[[StreamT[bytes]], Awaitable[None]]:
    """Return the agent's function.

    Args:
        delivery: makes the window; called once per start of the agent.
    """

    async def read(stream: StreamT[bytes]) -> None:
        # Faust would ack when the next event is asked for, also after a failure: the window acks instead.
        stream.enable_acks = False
        async with delivery() as window:
            async for event in stream.events():
                await window.admit(event)
                for more in take_ready(stream):
                    await window.admit(more)

    return read
