"""Visits to the page by a real browser, and whatever the page complained of.

Playwright's synchronous calls keep an event loop in this thread: whatever needs one of its own goes through `away`.
"""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page

PATIENCE_MS = 30_000
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def chromium() -> str:
    """Return where Chromium is."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "these tests need Chromium: apt-get install chromium, or CHROMIUM=/path/of/one"
    return found


def away(work: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Do something in another thread, which has no event loop yet."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args, **options).result()


class Visits:
    """Opens pages, and keeps what they complain of.

    Attributes:
        troubles: errors of scripts, dialogs, windows that opened by themselves, breaches of the policy.
        expected: parts of console messages that a test brings about on purpose.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._pages: list[Page] = []
        self.troubles: list[str] = []
        self.expected: list[str] = []

    def open(self, address: str, size: dict[str, int] = DESK, locale: str = "en-GB", **options: Any) -> Page:
        context = self._browser.new_context(viewport=size, locale=locale, **options)  # type: ignore[arg-type] # a TypedDict
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.on("dialog", self._dialog)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("popup", lambda window: self.troubles.append(f"window: {window.url}"))
        self._contexts.append(context)
        self._pages.append(page)
        page.goto(address)
        return page

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(part in message.text for part in self.expected):
            self.troubles.append(f"console: {message.text}")

    def close(self) -> None:
        for page in self._pages:
            self.troubles += [f"policy: {each}" for each in page.evaluate("window.violations")]
        for context in self._contexts:
            context.close()
