"""The demo shows the live page, and opens it only where somebody sees it."""

from __future__ import annotations

import io
import webbrowser

import pytest
from rich.console import Console

from streams.cli.live_page import SCREENS, show_page

ADDRESS = "http://127.0.0.1:6066/"


@pytest.mark.parametrize(
    ("opens", "terminal", "screen", "opened"),
    [(True, True, ":0", [ADDRESS]), (False, True, ":0", []), (True, False, ":0", []), (True, True, "", [])],
)
def test_the_page_is_opened_for_a_person_with_a_screen(
    monkeypatch: pytest.MonkeyPatch, *, opens: bool, terminal: bool, screen: str, opened: list[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(webbrowser, "open", seen.append)
    for name in SCREENS:
        monkeypatch.setenv(name, screen)
    out = io.StringIO()
    show_page(ADDRESS, Console(file=out, force_terminal=terminal, color_system=None), opens=opens)
    assert ADDRESS in out.getvalue()
    assert seen == opened
