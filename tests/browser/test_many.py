"""Ten thousand articles: the page holds them, and stays as quick as with ten. Prints what it took; nothing asserts a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from articles_made import article, articles, entity, mood

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MANY = 10_000
MOST_ROWS = 40
"""Rows that a window of 900 pixels may need, with those around it."""
WATCH = """
window.long = [];
new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask", buffered: true });
"""
SCROLL = """async () => {
  const box = document.getElementById("stream");
  const frames = [];
  let before = performance.now();
  for (let step = 0; step < 120; step += 1) {
    box.scrollTop = (box.scrollHeight / 120) * step;
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - before);
    before = performance.now();
  }
  return frames.sort((a, b) => a - b);
}"""


def test_ten_thousand_articles(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    text = "Jokowi bertemu Putin di Jakarta. " * 20
    names = [entity(name, text, kind, 0.2) for name, kind in (("Jokowi", "PER"), ("Putin", "PER"), ("Jakarta", "LOC"))]
    page = visit()
    page.evaluate(WATCH)
    for part in range(10):
        made = range(part * MANY // 10, (part + 1) * MANY // 10)
        publish(
            *articles(
                [
                    article(
                        text,
                        title=f"Berita ke-{n}",
                        entities=names,
                        source=f"s{n % 40}.com",
                        sentiment=mood(0.5 - n % 3 / 2),
                    )
                    for n in made
                ]
            )
        )
    expect(page.locator("#shown")).to_have_text("10,000", timeout=120_000)
    live = page.evaluate("long.splice(0)")
    assert page.locator("li.row").count() <= MOST_ROWS

    page.reload()
    page.evaluate(WATCH)
    started = page.evaluate("performance.now()")
    expect(page.locator("#shown")).to_have_text("10,000", timeout=120_000)
    loaded = page.evaluate("performance.now()")
    loading = page.evaluate("long.splice(0)")

    page.locator("input[name=text]").press_sequentially("ke-777", delay=30)
    expect(page.locator("#shown")).to_have_text("11 of 10,000")
    typing = page.evaluate("long.splice(0)")
    page.locator("input[name=text]").fill("")
    expect(page.locator("#shown")).to_have_text("10,000")
    page.evaluate("long.splice(0)")

    frames = page.evaluate(SCROLL)
    scrolling = page.evaluate("long.splice(0)")
    assert page.locator("li.row").count() <= MOST_ROWS
    page.locator("#stream").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(page.locator("li.row .headline", has_text="Berita ke-0")).to_be_visible()

    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    nodes = page.locator("*").count()
    print(  # noqa: T201 - a measurement, for whoever asks with -s
        f"\n{MANY} articles: all there {loaded - started:.0f} ms after a reload, {heap:.0f} MB of heap, {nodes} elements\n"
        f"  tasks over 50 ms, number and longest: {told(live)} while they came, {told(loading)} at the reload, "
        f"{told(typing)} typing a filter, {told(scrolling)} scrolling\n"
        f"  scrolling through all: a frame took {frames[60]:.0f} ms (median), {frames[114]:.0f} ms (95 %), {frames[-1]:.0f} ms (longest)"
    )


def told(tasks: list[float]) -> str:
    return f"{len(tasks)}, {max(tasks, default=0):.0f} ms"
