"""`/trends` over HTTP: what was announced last, and a clear word for every wrong question."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from streams.app.queries import find_trends, mount_trends
from streams.rules.boards import TrendBoard


def trend(entity_id: str, score: float, *, window: str = "1h", level: int = 1) -> bytes:
    told = {"id": "x", "entity_id": entity_id, "window": window, "level": level, "before": 0, "score": score}
    told |= {"count": 9, "expected": 1.0, "deviation": 1.0, "sentiment": None, "at": "2023-09-16T11:02:13.000Z"}
    return json.dumps(told).encode()


@pytest.fixture
def board() -> TrendBoard:
    board = TrendBoard()
    for value in (trend("per:a", 3.0), trend("per:b", 7.0), trend("per:c", 9.0, window="5m"), trend("per:d", 8.0)):
        board.take(None, value)
    board.take(None, trend("per:d", 0.5, level=0))
    return board


def ids(found: list[Any]) -> list[str]:
    return [each["entity_id"] for each in found]


def test_the_highest_come_first_and_what_is_over_is_gone(board: TrendBoard) -> None:
    assert ids(find_trends(board, {})) == ["per:b", "per:a"]
    assert ids(find_trends(board, {"top": "1"})) == ["per:b"]
    assert ids(find_trends(board, {"window": "5m"})) == ["per:c"]
    assert ids(find_trends(board, {"entity": "per:a"})) == ["per:a"]
    assert find_trends(board, {"entity": "per:nobody"}) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"window": "2h"}, "window must be one of 5m, 1h, 1d, not '2h'"),
        ({"top": "0"}, "top must be 1 to 1000, not '0'"),
        ({"top": "9" * 99}, "top must be 1 to 1000"),
        ({"top": "\u0661"}, "top must be 1 to 1000"),
        ({"limit": "1"}, "no parameter 'limit'; there are window, top and entity"),
    ],
)
def test_a_wrong_question_is_told(board: TrendBoard, query: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        find_trends(board, query)


async def test_it_answers_over_http(board: TrendBoard) -> None:
    app = web.Application()
    mount_trends(board)(app)
    async with TestServer(app) as server, ClientSession() as client:
        async with client.get(server.make_url("/trends?top=1")) as answer:
            assert ids((await answer.json())["trends"]) == ["per:b"]
        async with client.get(server.make_url("/trends?top=x")) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"] == "top must be 1 to 1000, not 'x'"
