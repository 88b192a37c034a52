"""An agent that fails ends the worker: Faust would start it again, and what it had read would be forgotten."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from streams.adapters.workarounds.faust_worker import NewsApp
from streams.app import create_app
from streams.app.calls import end_on_defect
from streams.settings import Settings


async def test_an_error_is_told_before_faust_starts_the_agent_again() -> None:
    told: list[str] = []
    again = asyncio.Event()

    async def fail(stream: Any) -> None:
        del stream
        told.append("started")
        if told == ["started"]:
            raise MemoryError
        again.set()

    app = NewsApp("test", broker="kafka://127.0.0.1:1", autodiscover=False)
    app.on_defect = lambda error: told.append(type(error).__name__)
    app._consumer = SimpleNamespace(unacked=set())
    agent = app.agent(app.channel())(fail)
    await agent.start()
    await asyncio.wait_for(again.wait(), 10)
    assert told == ["started", "MemoryError", "started"]
    await agent.stop()


def test_in_a_worker_it_ends_the_process() -> None:
    app = create_app(Settings.load())
    assert len(app.agents) == 6
    assert app.on_defect is end_on_defect
    assert all(agent._on_error == app._on_agent_error for agent in app.agents.values())
