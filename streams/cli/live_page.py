"""Showing the live page to a person: its address, and the page itself where there is a screen to open it on."""

from __future__ import annotations

import os
import sys
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
"""What names a screen on Unix; without one, Python would start a browser within the terminal."""


def show_page(address: str, console: Console, *, opens: bool) -> None:
    """Print the address of the live page.

    Args:
        address: of it.
        console: where to.
        opens: whether a person is there to look: then it is opened as well, if there is a screen.
    """
    console.print(Text.assemble(("live page: ", "dim"), (address, "bold")), end="\n\n")
    has_screen = sys.platform == "darwin" or any(os.environ.get(name) for name in SCREENS)
    if opens and console.is_terminal and has_screen:
        with suppress(webbrowser.Error):
            webbrowser.open(address)
