"""One worker for the tests of this folder: it has published and refused, more than once, so that rates have a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitoring.watched import Watched, watch

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 3
ARTICLES = 20
BROKEN = 3


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watch(tmp_path_factory.mktemp("watched")) as running:
        for turn in range(ROUNDS):
            running.feed(turn * ARTICLES, ARTICLES, broken=BROKEN)
            running.wait_value("sum(news_streams_records_total)", (turn + 1) * (ARTICLES + BROKEN))
        yield running
