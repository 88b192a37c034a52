"""What a reader sees and does: the page fills, an article opens with its names lit up, filters filter."""

# ruff: noqa: RUF001 - letters that look like others are what these tests are about

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from articles_made import alert, article, articles, dead_letter, enriched, entity, mood, published, trend
from streams import RawArticle
from streams.adapters.supervision.web import Readiness
from streams.samples import load_samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from page_server import PageServer

pytestmark = pytest.mark.browser

PLACES = """() => [...document.querySelectorAll(".text p")].reduce(([found, at], paragraph) => {
  for (const mark of paragraph.querySelectorAll("mark")) {
    const before = document.createRange();
    before.setStart(paragraph, 0);
    before.setEndBefore(mark);
    const start = at + [...before.toString()].length;
    found.push([start, start + [...mark.textContent].length, mark.textContent]);
  }
  return [found, at + [...paragraph.textContent].length + 2];
}, [[], 0])[0]"""
"""Where the marks of the open article stand: code points, counted over what is shown and not by the page's own code."""


def lit(page: Page) -> list[list[Any]]:
    found: list[list[Any]] = page.evaluate(PLACES)
    return found


def mentions(value: dict[str, Any]) -> list[list[Any]]:
    """Return the outermost mentions in order."""
    found = sorted((m["start"], -m["end"], m["text"]) for each in value["entities"] for m in each["mentions"])
    kept: list[list[Any]] = []
    for start, end, text in found:
        if not kept or start >= kept[-1][1]:
            kept.append([start, -end, text])
    return kept


def open_row(page: Page, title: str) -> None:
    page.locator("li.row", has_text=title).get_by_role("button").click()
    expect(page.locator("#reader-title")).to_have_text(title)


def test_it_fills_while_records_flow(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    page = visit()
    expect(page.locator("#nothing")).to_have_text("No article yet.")
    expect(page.locator("#state")).to_have_text("Live")
    for number in range(5):
        publish(published(article(title=f"Berita {number}")))
        expect(page.locator("li.row .headline").first).to_have_text(f"Berita {number}")
    expect(page.locator("#shown")).to_have_text("5")
    expect(page.locator("#reader-title")).to_contain_text("Berita")


def test_a_page_opened_late_has_what_came_before(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    publish(*articles([article(title=f"Lama {number}") for number in range(3)]))
    page = visit()
    expect(page.locator("#shown")).to_have_text("3")


def test_a_repeat_is_shown_once_and_a_new_version_again(
    visit: Callable[..., Page], publish: Callable[..., None]
) -> None:
    first = article(title="Satu", version=1)
    publish(published(first), published(first), published(article(title="Dua")), published(first))
    publish(published(first | {"title": "Satu, diralat", "version": 2}))
    page = visit()
    expect(page.locator("li.row .headline")).to_have_text(["Satu, diralat", "Dua", "Satu"])
    publish(published(first), published(article(title="Tiga")))
    expect(page.locator("li.row .headline")).to_have_text(["Tiga", "Satu, diralat", "Dua", "Satu"])


def test_highlights_are_where_the_offsets_say(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    raws = [json.loads(sample.value) for sample in load_samples() if sample.name.endswith(".txt")]
    raws = [RawArticle(text=raw["text"], title=raw.get("title"), id=raw["id"]) for raw in raws]
    values = [value for value in enriched(raws) if value["entities"]]
    assert len(values) >= 4
    publish(*articles(values))
    page = visit()
    for value in values:
        open_row(page, value["title"])
        assert lit(page) == mentions(value)


def toned(page: Page) -> list[list[str]]:
    """The tinted sentences of the open article and the mood that each is tinted in."""
    read = "all => all.map((each) => [each.textContent, each.className.replace('tone ', '')])"
    found: list[list[str]] = page.locator(".text .tone").evaluate_all(read)
    return found


def test_sentences_have_their_moods(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    text = "😀 Jokowi tiba di Jakarta. Banjir menewaskan tiga orang di Jakarta.\n\nSemua senang. Jokowi pulang."
    bad, good = "Banjir menewaskan tiga orang di Jakarta.", "Semua senang."
    moods = [(bad, "negative", -0.7), (good, "positive", 0.6)]
    told = [
        {"start": text.index(said), "end": text.index(said) + len(said), "label": label, "score": score}
        for said, label, score in moods
    ]
    named = [entity("Jokowi", text, "PER"), entity("Jakarta", text, "LOC")]
    value = article(text, title="Banjir", entities=named, sentences=told)
    publish(published(value), published(article(text, title="Tanpa kalimat", sentences=[])))
    lies = [{"start": 5, "end": 900, "label": "negative", "score": -1}, *told, {**told[0], "start": 3, "end": 9}]
    before = {name: field for name, field in article(text, title="Sebelumnya").items() if name != "sentences"}
    publish(published(article(text, title="Dusta", sentences=lies)), published(before))
    page = visit()
    open_row(page, "Banjir")
    assert toned(page) == [[bad, "negative"], [good, "positive"]]
    assert lit(page) == mentions(value)
    expect(page.locator(".text .tone mark")).to_have_text(["Jakarta"])
    expect(page.locator(".tone.negative").last).to_have_attribute("title", "− negative -0.70")
    expect(page.locator(".whole-mood")).to_contain_text("1 sentence positive")
    expect(page.locator(".text p")).to_have_text(text.split("\n\n"))
    for title, shown in (("Dusta", [[bad, "negative"], [good, "positive"]]), ("Tanpa kalimat", []), ("Sebelumnya", [])):
        open_row(page, title)
        assert toned(page) == shown


def test_the_moods_of_sentences_are_the_models(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    raws = [json.loads(sample.value) for sample in load_samples() if sample.name.endswith(".txt")]
    values = enriched([RawArticle(text=raw["text"], title=raw.get("title"), id=raw["id"]) for raw in raws])
    values = [value for value in values if value["sentences"]]
    assert values, "not all sentences of all samples are neutral"
    publish(*articles(values))
    page = visit()
    for value in values:
        open_row(page, value["title"])
        expected = [[value["text"][each["start"] : each["end"]], each["label"]] for each in value["sentences"]]
        assert toned(page) == expected
        assert lit(page) == mentions(value)


def test_offsets_are_code_points(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    text = "👩‍👩‍👧‍👦🇮🇩 Presiden 𝒫𝓊𝓉𝒾𝓃 bertemu Joko Widodo 😀.\n\nبوتين dan 𠮷野家 di é́ Moskow 🏴󠁧󠁢󠁳󠁣󠁴󠁿 Moskow."
    named = [
        entity("𝒫𝓊𝓉𝒾𝓃", text),
        entity("Joko Widodo", text),
        entity("بوتين", text),
        entity("𠮷野家", text, "ORG"),
        entity("Moskow", text, "LOC"),
    ]
    value = article(text, title="Emoji", entities=named)
    publish(published(value))
    page = visit()
    open_row(page, "Emoji")
    assert lit(page) == mentions(value)
    assert len(lit(page)) == 6


def test_any_text_is_cut_where_python_cuts_it(visit: Callable[..., Page]) -> None:
    chance = random.Random(9)  # noqa: S311 - examples, no secret
    cases = []
    for _ in range(300):
        text = "".join(chance.choice("ab \n𝒫😀é\u202eب") for _ in range(chance.randrange(1, 60)))
        starts = [chance.randrange(len(text)) for _ in range(4)]
        found = [{"start": at, "end": at + 1, "text": text[at : at + 1]} for at in sorted(set(starts))]
        cases.append([text, [{"mentions": found}], [each["text"] for each in found]])
    page = visit()
    got = page.evaluate(
        "async (cases) => { const { spans } = await import('./marks.js'); return cases.map(([text, entities]) => "
        "{ const found = spans(text, entities); return [found.spans.map((s) => text.slice(s.from, s.to)), found.misfits]; }); }",
        cases,
    )
    assert got == [[expected, 0] for _, _, expected in cases]


def test_a_mention_that_lies_is_not_lit_up(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    true = entity("Putin", "Putin tiba.")
    lies = [
        {"text": "Putin", "start": 3, "end": 8, "zone": "body"},
        {"text": "Putin", "start": 9_000_000, "end": 9_000_005, "zone": "body"},
        {"text": "Putin", "start": 5, "end": 1, "zone": "body"},
    ]
    publish(
        published(article("Putin tiba.", title="Dusta", entities=[true | {"mentions": [*true["mentions"], *lies]}]))
    )
    page = visit()
    open_row(page, "Dusta")
    assert lit(page) == [[0, 5, "Putin"]]
    expect(page.locator(".notice")).to_contain_text("3 mentions do not stand where they say")


def test_an_article_shows_what_is_known_of_it(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    text = "Presiden Rusia Vladimir Putin tiba di Minsk."
    named = [entity("Vladimir Putin", text, "PER", -0.6), entity("Minsk", text, "LOC", 0.4)]
    first = article(text, title="Dari kantor berita")
    story = {"id": first["id"], "duplicate_of": first["id"], "copies": 2, "original": first["id"]}
    copy = article(text, title="Salinannya", entities=named, sentiment=mood(-0.5), story=story)
    publish(published(first | {"story": {**story, "duplicate_of": None, "copies": 0}}))
    publish(published(copy))
    page = visit()
    open_row(page, "Salinannya")
    reading = page.locator("#reading")
    for told in (
        "Rizky Jaramaya",
        "reporter",
        "Agency AP",
        "MINSK",
        "17:42",
        "− negative",
        "-0.50",
        "2 articles with this text",
    ):
        expect(reading).to_contain_text(told)
    expect(reading.locator(".entity.PER")).to_contain_text("-0.60")
    link = reading.locator("a.outward")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_contain_text("www.republika.co.id")
    reading.get_by_role("button", name="Dari kantor berita").first.click()
    expect(page.locator("#reader-title")).to_have_text("Dari kantor berita")


def test_filters_filter(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    text = "Jokowi di Jakarta."
    language = {"code": "en", "confidence": 0.9, "supported": True}
    french = {"code": "fr", "confidence": 0.9, "supported": False}
    values = [
        article(text, title="Satu", sentiment=mood(-0.8), source="detik.com", entities=[entity("Jokowi", text)]),
        article(
            text,
            title="Two",
            sentiment=mood(0.8),
            source="cnn.com",
            language=language,
            entities=[entity("Jakarta", text, "LOC")],
        ),
        article(text, title="Trois", sentiment=None, source="afp.com", language=french),
    ]
    publish(*articles(values))
    page = visit()
    rows = page.locator("li.row .headline")
    expect(rows).to_have_text(["Trois", "Two", "Satu"])
    for name, value, left in (
        ("language", "en", ["Two"]),
        ("mood", "negative", ["Satu"]),
        ("mood", "unjudged", ["Trois"]),
        ("type", "LOC", ["Two"]),
        ("source", "detik.com", ["Satu"]),
    ):
        page.locator(f"select[name={name}]").select_option(value)
        expect(rows).to_have_text(left)
        expect(page.locator("#shown")).to_have_text("1 of 3")
        page.locator(f"select[name={name}]").select_option("")
    find = page.locator("input[name=text]")
    find.fill("  CNN   jAKARTA ")
    expect(rows).to_have_text(["Two"])
    find.fill("tak ada di mana pun")
    expect(page.locator("#nothing")).to_have_text("No article here fits these filters.")
    find.fill("")
    open_row(page, "Satu")
    page.locator(".entity.PER").click()
    expect(rows).to_have_text(["Satu"])
    publish(
        published(article(text, title="Empat")),
        published(article(text, title="Lima", entities=[entity("Jokowi", text)])),
    )
    page.mouse.move(700, 500)
    expect(rows).to_have_text(["Lima", "Satu"])
    page.locator("#entity-clear").click()
    expect(rows).to_have_count(5)


def test_types_can_be_unlit(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    text = "Jokowi di Jakarta."
    publish(published(article(text, title="Satu", entities=[entity("Jokowi", text), entity("Jakarta", text, "LOC")])))
    page = visit()
    open_row(page, "Satu")
    switch = page.locator("button.switch.PER")
    background = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("mark.PER").evaluate(background) != "rgba(0, 0, 0, 0)"
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert page.locator("mark.PER").evaluate(background) == "rgba(0, 0, 0, 0)"
    assert page.locator("mark.LOC").evaluate(background) != "rgba(0, 0, 0, 0)"


def test_what_trends_and_what_alerts(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    text = "Jokowi di Jakarta."
    many = [article(text, title=f"B{n}", entities=[entity("Jakarta", text, "LOC", -0.5)]) for n in range(3)]
    named = [entity("Jokowi", text, "PER", 0.5)]
    known = article(text, title="Kabar", entities=named)
    publish(*articles([*many, known]))
    page = visit()
    expect(page.locator("#trends-list .who")).to_have_text(["Jakarta", "Jokowi"])
    expect(page.locator("#trends-list .total")).to_have_text(["3", "1"])
    publish(trend(entity_id=named[0]["id"], level=2))
    expect(page.locator("#trends-list .who")).to_have_text(["Jokowi", "Jakarta"])
    expect(page.locator("#trends-list .level")).to_contain_text("stands out, level 2")
    publish(
        alert(
            rule={"id": "r", "version": "1", "title": "Aturan", "owner": None},
            article={**json.loads(alert().value or b"")["article"], "id": known["id"], "title": "Kabar"},
        )
    )
    page.locator("#alerts-list button").click()
    expect(page.locator("#reader-title")).to_have_text("Kabar")
    page.locator("#trends-list button").first.click()
    expect(page.locator("li.row .headline")).to_have_text(["Kabar"])


def test_dead_letters_show_reason_and_bytes(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    value = b'{"text": NaN}\x00\xff' + bytes(range(256)) * 300
    publish(dead_letter(value, reason="bad_json", stage="decode"), published(article(title="Satu")))
    page = visit()
    page.locator("#letters-list button").click()
    expect(page.locator("#reader-title")).to_have_text("decode/bad_json")
    expect(page.locator("#reading")).to_contain_text("news.articles.raw/3/1234")
    expect(page.locator("pre")).to_contain_text("7b 22 74 65 78 74 22 3a 20 4e 61 4e 7d 00 ff 00")
    expect(page.locator("pre")).to_contain_text('{"text": NaN}')
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the bytes").click()
    assert download.value.path().read_bytes() == value


def test_plots_show_what_the_metrics_say(visit: Callable[..., Page], server: PageServer) -> None:
    page = visit()
    expect(page.locator(".plot canvas")).to_have_count(4)
    server.count("published", 1_234)
    server.count("dead_lettered", 7)
    server.metrics.end_to_end.observe(0.04)
    expect(page.locator("figcaption", has_text="Outcomes")).to_contain_text("1,234 enriched")
    expect(page.locator("figcaption", has_text="Outcomes")).to_contain_text("7 dead")
    expect(page.locator("figcaption", has_text="Latency")).to_contain_text("38 ms")
    expect(page.get_by_role("img", name="Outcomes over the last ten minutes; now 1,234 enriched")).to_be_visible()


@pytest.mark.parametrize(
    ("readiness", "told"),
    [
        (Readiness(model_loaded=False, assigned=False), "Starting: the model is loading"),
        (Readiness(model_loaded=True, assigned=False), "Not working: no partitions yet"),
        (Readiness(model_loaded=True, assigned=True, reachable=False), "The broker does not answer"),
        (Readiness(model_loaded=True, assigned=True, recovered=False), "Reading its tables"),
        (Readiness(model_loaded=True, assigned=True, progressing=False), "There is work, and none gets done"),
    ],
)
def test_a_worker_that_does_not_work_says_so(
    visit: Callable[..., Page], server: PageServer, readiness: Readiness, told: str
) -> None:
    page = visit()
    expect(page.locator("#state")).to_have_text("Live")
    server.readiness = readiness
    expect(page.locator("#state")).to_have_text(told)


def test_it_holds_still_while_read(visit: Callable[..., Page], publish: Callable[..., None]) -> None:
    publish(*articles([article(title=f"A{n}") for n in range(30)]))
    page = visit()
    expect(page.locator("#shown")).to_have_text("30")
    page.locator("#stream").evaluate("box => { box.scrollTop = 500; }")
    seen = page.locator("li.row").evaluate_all("rows => rows.map((row) => row.dataset.n)")
    publish(*articles([article(title=f"B{n}") for n in range(3)]))
    expect(page.locator("#newer")).to_have_text("↑ 3 newer")
    assert set(page.locator("li.row").evaluate_all("rows => rows.map((row) => row.dataset.n)")) & set(seen)
    assert page.locator("li.row .headline", has_text="B2").count() == 0
    page.locator("#newer").click()
    expect(page.locator("li.row .headline").first).to_have_text("B2")
    page.locator("#pause").click()
    publish(published(article(title="C")))
    expect(page.locator("#newer")).to_have_text("↑ 1 newer")
    expect(page.locator("li.row .headline").first).to_have_text("B2")
    page.locator("#pause").click()
    expect(page.locator("li.row .headline").first).to_have_text("C")


def test_the_language_follows_the_browser_and_the_choice(
    visit: Callable[..., Page], publish: Callable[..., None]
) -> None:
    publish(published(article(title="Satu")))
    page = visit(locale="id-ID")
    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page.locator("#articles-title")).to_have_text("Artikel")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#articles-title")).to_have_text("Articles")
    page.reload()
    expect(page.locator("#articles-title")).to_have_text("Articles")
    missing = page.evaluate(
        "async () => { const { WORDS } = await import('./words.js'); const holes = (text) => String(text.match(/{\\w+}/g)); "
        "const keys = Object.keys({ ...WORDS.id, ...WORDS.en }); "
        "return keys.filter((key) => !WORDS.id[key] || !WORDS.en[key] || holes(WORDS.id[key]) !== holes(WORDS.en[key])); }"
    )
    assert missing == []
