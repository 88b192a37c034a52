"""Asking whether a broker is there to work with, over a connection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.kafka.connection import administration
from streams.errors import NewsStreamsError
from streams.topics import TOPICS

if TYPE_CHECKING:
    from streams.settings import Settings

OURS = frozenset(topic.name for topic in TOPICS)


async def broker_answers(settings: Settings) -> bool:
    """Tell whether a broker answers and every partition of our topics has a leader; takes seconds at most."""
    try:
        async with administration(settings) as client:
            topics = await client.describe_topics()
    except NewsStreamsError:
        return False
    return all(part["leader"] >= 0 for topic in topics if topic["topic"] in OURS for part in topic["partitions"])
