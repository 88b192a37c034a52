"""A worker that is killed is seen to be gone, and the page goes on with the next one; so it does when only the broker was away."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from streams.records import OutboundRecord
from streams.topics import RAW
from visits import PATIENCE_MS
from workers import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from brokers import Topics
    from visits import Visits

pytestmark = pytest.mark.browser

COMMAND = [sys.executable, "-m", "streams.cli", "worker", "--web"]


@pytest.fixture
def start_worker(topics: Topics, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start real workers with their page, on a port that was used before if one is given."""
    started: list[Worker] = []

    def start(port: int | None = None) -> Worker:
        settings = {"group": "page"} | ({} if port is None else {"web_port": str(port)})
        worker = Worker(COMMAND, topics.address, tmp_path / f"worker-{len(started)}.log", settings)
        started.append(worker)
        worker.port = worker.port if port is None else port
        worker.wait_ready()
        return worker

    yield start
    for worker in started:
        worker.kill()


def raw(name: str) -> OutboundRecord:
    value = {
        "id": name,
        "title": name,
        "text": f"{name}. Presiden Joko Widodo bertemu Vladimir Putin di Moskow, Selasa.",
        "language": "id",
    }
    return OutboundRecord(RAW.name, name.encode(), json.dumps(value).encode(), ())


def test_a_killed_worker_shows_and_the_page_recovers(
    start_worker: Callable[..., Worker], visits: Visits, publish: Callable[..., None]
) -> None:
    visits.expected += [
        "ERR_CONNECTION_REFUSED",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
        "ERR_CONNECTION_RESET",
        "ERR_EMPTY_RESPONSE",
    ]
    worker = start_worker()
    page = visits.open(f"http://127.0.0.1:{worker.port}/")
    expect(page).to_have_url(f"http://127.0.0.1:{worker.port}/page/")
    state, rows = page.locator("#state"), page.locator("li.row .headline")
    expect(state).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    publish(raw("Berita pertama"))
    expect(rows).to_have_text(["Berita pertama"], timeout=PATIENCE_MS)
    expect(page.locator(".text mark.PER").first).to_have_text("Joko Widodo")
    expect(page.locator("figcaption", has_text="Outcomes")).to_contain_text("1 enriched")

    worker.stop(signal.SIGKILL)
    expect(state).to_have_text("Worker gone", timeout=PATIENCE_MS)
    expect(page.get_by_role("alert")).to_contain_text("The worker does not answer since")
    # What was read stays readable.
    expect(rows).to_have_text(["Berita pertama"])
    expect(page.locator(".text mark.PER").first).to_be_visible()

    publish(raw("Berita kedua"))
    start_worker(worker.port)
    expect(state).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(rows).to_have_text(["Berita kedua", "Berita pertama"], timeout=PATIENCE_MS)
    publish(raw("Berita ketiga"))
    expect(rows.first).to_have_text("Berita ketiga", timeout=PATIENCE_MS)


def test_a_worker_that_stops_in_order_does_not_wait_for_its_readers(
    start_worker: Callable[..., Worker], visits: Visits
) -> None:
    visits.expected += [
        "ERR_CONNECTION_REFUSED",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
        "ERR_CONNECTION_RESET",
        "ERR_EMPTY_RESPONSE",
    ]
    worker = start_worker()
    pages = [visits.open(f"http://127.0.0.1:{worker.port}/") for _ in range(3)]
    for page in pages:
        expect(page.locator("#state")).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    assert worker.stop() == 0
    for page in pages:
        expect(page.locator("#state")).to_have_text("Worker gone", timeout=PATIENCE_MS)
    assert "Traceback" not in worker.log
