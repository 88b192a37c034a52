"""A browser, a broker and the page between them. Nothing here passes where the page reported an error or broke its policy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from brokers import Topics
from page_server import PageServer
from streams.adapters.broker import EmbeddedBroker
from visits import Visits, away, chromium
from workers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streams.records import OutboundRecord


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
    """Publish records, all of them acknowledged, to one partition: nothing keeps an order over several."""

    def work(*records: OutboundRecord) -> None:
        away(topics.publish, records, 0)

    return work


@pytest.fixture
def server(topics: Topics) -> Iterator[PageServer]:
    """The page on that broker, without a worker."""
    with PageServer(topics.address) as running:
        yield running


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
