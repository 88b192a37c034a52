"""The agent of raw articles: reads bytes, gives them to the window, and never raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.workarounds.prompt_reading import messages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from faust.types import StreamT

    from streams.agents.delivery import Delivery


def enrich_articles(
    delivery: Callable[[], Delivery], ready: Callable[[], Awaitable[object]]
) -> Callable[[StreamT[bytes]], Awaitable[None]]:
    """Return the agent's function.

    Args:
        delivery: makes the window; called once per start of the agent.
        ready: awaited before the first record: what is not in the window a rebalance or a stop need not wait for.
    """

    async def read(stream: StreamT[bytes]) -> None:
        await ready()
        async with delivery() as window:
            async for message in messages(stream):
                await window.admit(message)

    return read
