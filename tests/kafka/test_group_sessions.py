"""The start-up check of the group, on both brokers: a session time-out that would be refused is told at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.group_sessions import require_session
from streams.errors import SettingsError

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]


def check(address: str, session_timeout: float) -> None:
    async def work() -> None:
        async with administration(address) as client:
            await require_session(client, session_timeout)

    asyncio.run(work())


def test_one_that_is_taken_passes(any_broker: Any) -> None:
    check(any_broker.address, 6.0)


@pytest.mark.apache
@pytest.mark.parametrize(
    ("session_timeout", "told"),
    [
        (0.5, "1 s at least (group.min.session.timeout.ms), found 0.5"),
        (5_000, "at most (group.max.session.timeout.ms)"),
    ],
)
def test_one_that_would_be_refused_is_told(apache_topics: Any, session_timeout: float, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check(apache_topics.address, session_timeout)
    assert told in str(caught.value)
