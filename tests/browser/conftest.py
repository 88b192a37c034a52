"""A browser, a broker and the page between them. Nothing here passes where the page reported an error or broke its policy.

Playwright's synchronous calls keep an event loop in this thread: whatever needs one of its own goes through `away`.
"""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from brokers import Topics
from page_server import PageServer
from streams.adapters.broker import EmbeddedBroker
from workers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streams.records import OutboundRecord

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    rights = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=rights)
        yield running
        running.close()


@pytest.fixture
def topics() -> Iterator[Topics]:
    """Our topics on an embedded broker."""
    broker = EmbeddedBroker(free_port())
    away(broker.start)
    yield away(Topics(broker.address).make)
    broker.stop()


@pytest.fixture
def publish(topics: Topics) -> Callable[..., None]:
    """Publish records, all of them acknowledged."""

    def work(*records: OutboundRecord) -> None:
        away(topics.publish, records)

    return work


@pytest.fixture
def server(topics: Topics) -> Iterator[PageServer]:
    """The page on that broker, without a worker."""
    with PageServer(topics.address) as running:
        yield running


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


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Open the page as many times as one likes; at the end none of them may have complained."""
    made = Visits(browser)
    yield made
    made.close()
    assert made.troubles == []


@pytest.fixture
def visit(visits: Visits, server: PageServer) -> Callable[..., Page]:
    """Open the page of `server`."""

    def work(**options: Any) -> Page:
        return visits.open(server.address, **options)

    return work


def titles(articles: Sequence[dict[str, Any]]) -> list[str]:
    """Return the headlines as the list has them: newest first."""
    return [article["title"] for article in reversed(articles)]
