"""Streams as agents see them: a queue of messages, and the app around it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any


class Message:
    """As Faust's: hashed by identity."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.tracked = False
        self.__dict__ |= fields


def message_of(generation: int = 3, **fields: Any) -> Any:
    """A message that was read in this generation of the group."""
    return Message({"generation_id": generation, **fields})


def stream_of(*messages: Any, active: bool = True) -> Any:
    """A stream with messages that lie ready, in the group's third generation."""
    queue: asyncio.Queue[Any] = asyncio.Queue()
    for message in messages:
        queue.put_nowait(message)
    flow = SimpleNamespace(is_active=lambda: active)
    app = SimpleNamespace(flow_control=flow, consumer_generation_id=3, consumer=SimpleNamespace(unacked=set()))
    return SimpleNamespace(channel=SimpleNamespace(queue=queue), app=app)
