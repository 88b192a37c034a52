"""By keyboard, by screen reader, on a phone, in light and dark: axe-core's rules, and what they cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles_made import alert, article, articles, dead_letter, entity, mood, published, trend
from visits import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TEXT = "Jokowi bertemu Putin di Jakarta, kata Bank Indonesia soal Piala Dunia."
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture
def full(publish: Callable[..., None]) -> None:
    """Something of everything."""
    kinds = {"Jokowi": "PER", "Bank Indonesia": "ORG", "Jakarta": "LOC", "Piala Dunia": "MISC", "Putin": "THING"}
    named = [
        entity(name, TEXT, kind, score)
        for (name, kind), score in zip(kinds.items(), (-0.6, 0.6, 0.1, None, 0.3), strict=True)
    ]
    values = [article(TEXT, title=f"Berita {n}", entities=named, sentiment=mood(n / 10 - 0.7)) for n in range(15)]
    for value, label in zip(values[-2:], ("positive", "negative"), strict=True):
        value["sentences"] = [{"start": 0, "end": len(TEXT), "label": label, "score": 0.7}]
    values[-1]["story"] = {"id": values[0]["id"], "duplicate_of": values[0]["id"], "copies": 1, "original": None}
    publish(*articles(values))
    publish(dead_letter(b"{"), alert(), trend(entity_id=named[0]["id"], level=2))


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(("scheme", "locale"), [("light", "id-ID"), ("dark", "en-GB")])
@pytest.mark.parametrize("size", [DESK, PHONE, {"width": 900, "height": 1000}], ids=["desk", "phone", "tablet"])
@pytest.mark.usefixtures("full")
def test_axe_finds_nothing(visit: Callable[..., Page], scheme: str, locale: str, size: dict[str, int]) -> None:
    page = visit(size=size, locale=locale, color_scheme=scheme)
    expect(page.locator("li.row").first).to_be_visible()
    assert faults(page) == []
    page.locator("li.row button").first.click()
    expect(page.locator("#reading mark").first).to_be_visible()
    assert faults(page) == []
    if size is DESK:
        page.locator("#letters-list button").click()
        expect(page.locator("pre")).to_be_visible()
        assert faults(page) == []
        return
    for part in ("trends", "letters", "alerts", "worker"):
        page.locator(f"[data-part={part}]").click()
        expect(page.locator(f"#{part}")).to_be_visible()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.usefixtures("full")
def test_the_keyboard_alone_reads_the_news(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    page = visit()
    expect(page.locator("#shown")).to_have_text("15")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the articles")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Home")
    focused = page.locator("li.row button:focus")
    expect(focused).to_have_text("Berita 14")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_text("Berita 13")
    # It stays under one's hands while others come.
    publish(published(article(title="Baru")))
    expect(page.locator("#newer")).to_have_text("↑ 1 newer")
    expect(focused).to_have_text("Berita 13")
    page.keyboard.press("End")
    expect(focused).to_have_text("Berita 0")
    expect(page.locator("li.row:has(button:focus)")).to_have_attribute("aria-posinset", "15")
    page.keyboard.press("Enter")
    expect(page.locator("#reader")).to_be_focused()
    expect(page.locator("#reader-title")).to_have_text("Berita 0")
    page.keyboard.press("Escape")
    expect(focused).to_have_text("Berita 0")


@pytest.mark.usefixtures("full")
def test_what_comes_is_said_and_not_too_often(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    page = visit()
    said = page.locator("#said")
    expect(said).to_have_attribute("aria-live", "polite")
    page.evaluate(
        "() => { window.told = []; new MutationObserver(() => told.push(document.getElementById('said').textContent)).observe(document.getElementById('said'), { childList: true }); }"
    )
    for number in range(10):
        publish(published(article(title=f"Baru {number}")))
    expect(page.locator("#shown")).to_have_text("25")
    expect(said).to_contain_text("new articles", timeout=40_000)
    assert len(page.evaluate("told")) == 1


@pytest.mark.usefixtures("full")
def test_a_phone_shows_one_thing_at_a_time(visit: Callable[..., Page]) -> None:
    page = visit(size=PHONE, has_touch=True, is_mobile=True)
    expect(page.locator("#reader")).to_be_hidden()
    page.locator("li.row", has_text="Berita 14").tap()
    expect(page.locator("#reader-title")).to_have_text("Berita 14")
    expect(page.locator("#stream")).to_be_hidden()
    page.get_by_role("button", name="Back to the list").tap()
    expect(page.locator("#stream")).to_be_visible()
    page.locator("[data-part=trends]").tap()
    page.locator("#trends-list button").first.tap()
    expect(page.locator("#shown")).to_have_text("15 of 15")
