"""Feeding a topic: keys, sources, pace."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters import feeding
from streams.adapters.feeding import key_and_value
from streams.adapters.sources.readings import Entry, Reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.mark.parametrize(
    ("article", "key"),
    [
        ({"url": "http://e.org/é", "id": "7"}, "http://e.org/é".encode()),
        ({"url": None, "id": "7"}, b"7"),
        ({"url": "", "id": ""}, None),
        ({"url": 3, "id": ["7"]}, None),
        ({}, None),
        (["url"], None),
        ("url", None),
    ],
)
def test_the_key_is_the_url_else_the_id(article: object, key: bytes | None) -> None:
    value = orjson.dumps(article)
    assert key_and_value(value) == (key, value)


@given(st.binary(max_size=60), st.none() | st.text(max_size=5))
def test_any_bytes_have_a_key_or_none_and_stay_unless_a_source_is_filled_in(value: bytes, source: str | None) -> None:
    key, made = key_and_value(value, source)
    assert key is None or isinstance(key, bytes)
    assert source or made == value


def test_a_source_is_filled_in_only_where_there_is_none() -> None:
    assert orjson.loads(key_and_value(b'{"id":"1"}', "antara")[1]) == {"id": "1", "source": "antara"}
    assert key_and_value(b'{"source":"own"}', "antara")[1] == b'{"source":"own"}'
    assert key_and_value(b"{broken", "antara") == (None, b"{broken")


def test_a_rate_spaces_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    sent: list[float] = []

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    async def readings() -> AsyncIterator[Reading]:
        for _ in range(5):
            yield Entry("f", b"")

    async def run() -> None:
        async for _ in feeding._paced(readings(), rate=50):
            sent.append(now[0])
            now[0] += 0.005  # what sending itself takes is no part of the pause

    monkeypatch.setattr(feeding.asyncio, "sleep", sleep)
    monkeypatch.setattr(feeding.time, "monotonic", lambda: now[0])
    asyncio.run(run())
    assert sent == pytest.approx([100.0, 100.02, 100.04, 100.06, 100.08])
