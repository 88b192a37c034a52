"""The wiring of Faust, as far as it shows without a broker."""

from __future__ import annotations

import pytest

from streams.app import create_app
from streams.settings import Settings


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
