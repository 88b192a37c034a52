"""The wiring of Faust, as far as it shows without a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from faust.types import TP

from streams.app import create_app
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.adapters.workarounds.faust_worker import NewsApp


@pytest.mark.parametrize(("setting", "announced"), [(6066, 6066), (7123, 7123), (0, 6066)])
def test_the_banner_of_faust_names_the_port_that_is_set(setting: int, announced: int) -> None:
    app = create_app(Settings.load(web_port=setting))
    assert app.web_server_url.port == announced


@pytest.mark.parametrize(("option", "taken"), [(None, 7123), (7124, 7124)])
def test_the_port_that_is_set_is_taken_unless_an_option_of_faust_says_another(option: int | None, taken: int) -> None:
    app = create_app(Settings.load(web_port=7123))
    if option is not None:
        app.conf.web_port = option
    web = app.prepare.__self__.web
    assert (web._port, web._movable) == (taken, False)


def test_a_free_port_is_taken_where_any_will_do() -> None:
    assert create_app(Settings.load(web_port=0)).prepare.__self__.web._port == 0


async def test_faust_calls_no_partition_dead_that_only_lags(monkeypatch: pytest.MonkeyPatch) -> None:
    app: NewsApp = create_app(Settings.load())
    consumer: Any = app._new_consumer()
    asked: list[TP] = []
    monkeypatch.setattr(consumer._thread, "assignment", lambda: {TP("news.articles.fresh", 0)})
    monkeypatch.setattr(consumer._thread, "verify_event_path", lambda *told: asked.append(told[1]))
    await consumer.verify_all_partitions_active()
    assert asked == []
