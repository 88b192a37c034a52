"""A worker that cannot start says why on one line."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import NewTopic

from brokers import both_brokers
from streams.adapters.kafka.connection import administration

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

COMMANDS = Path(sys.executable).parent


@both_brokers
def test_another_layout_is_named(place: Any, start_worker: Any) -> None:
    create(place.address, NewTopic("news.articles.raw", 3, 1))
    worker = start_worker(ready=False)
    assert worker.process.wait(60) == 1
    assert "found 3 partitions" in worker.log
    assert "wanted 8 partitions" in worker.log
    assert "Traceback" not in worker.log
    assert worker.log.splitlines()[-1].startswith("news-streams: topic news.articles.raw has another layout")


@pytest.mark.parametrize(
    "command",
    [["news-streams", "worker"], ["faust", "-A", "streams.app", "worker", "-l", "info"]],
    ids=["news-streams", "faust"],
)
def test_no_broker_is_one_line(start_worker: Any, command: list[str]) -> None:
    worker = start_worker([str(COMMANDS / command[0]), *command[1:]], ready=False, broker="kafka://127.0.0.1:1")
    assert worker.process.wait(60) == 1
    assert "no Kafka broker answers at kafka://127.0.0.1:1" in worker.log
    assert "Traceback" not in worker.log


@pytest.mark.parametrize("command", [["news-streams", "worker"], ["faust", "-A", "streams.app", "worker"]])
def test_a_wrong_setting_is_one_line(start_worker: Any, command: list[str]) -> None:
    worker = start_worker([str(COMMANDS / command[0]), *command[1:]], ready=False, batch="none")
    assert worker.process.wait(60) == 1
    assert "setting batch" in worker.log
    assert "Traceback" not in worker.log


def test_a_web_port_asked_for_and_taken_is_one_line(broker: Any, start_worker: Any) -> None:
    worker = start_worker(ready=False, web_port=str(broker.port))
    assert worker.process.wait(60) == 1
    assert f"cannot listen on 127.0.0.1:{broker.port}" in worker.log
    assert "Traceback" not in worker.log


def create(address: str, *new: Any) -> None:
    async def work() -> None:
        async with administration(address) as client:
            await client.create_topics(list(new))

    asyncio.run(work())
