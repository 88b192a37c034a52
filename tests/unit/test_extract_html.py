"""HTML: what a page gives, and what a hostile one does not get."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.articles import Dateline, Image, Person, RawArticle
from streams.errors import ExtractError, Reason
from streams.stages.extract import extract

PAGE = (Path(__file__).parent.parent / "data" / "extract" / "page.html").read_text()
PARAGRAPH = "<p>Banjir di Jakarta Timur mulai surut pada Sabtu pagi setelah dua hari merendam ratusan rumah warga.</p>"

MANY_TAGS = "<p " + " ".join(f"a{number}=1" for number in range(2000)) + ">x</p>"
"""A tag that libxml2 takes 20 ms for; five hundred of them ten seconds."""


def test_a_page() -> None:
    article = extract(RawArticle(html=PAGE, url="https://example.com/banjir"))
    assert article.title == "Banjir Surut, Warga Pulang ke Rumah"
    assert article.byline == (Person("Siti Aminah", "author"),)
    assert article.published_at == "2024-02-03T08:15:00+07:00"
    assert article.source == "Harian Contoh"
    assert article.stated_language is None
    assert article.dateline == Dateline("KOMPAS.com", "JAKARTA")
    assert article.zones == ()


def test_the_body_of_a_page_has_no_furniture() -> None:
    paragraphs = extract(RawArticle(html=PAGE)).text.split("\n\n")
    assert [paragraph.split()[0] for paragraph in paragraphs] == ["Banjir", "Warga", '"Air']


def test_what_the_crawler_knows_wins() -> None:
    article = extract(
        RawArticle(html=PAGE, title="Judul", source="S", language="ms", published_at="2020-01-01T00:00:00Z")
    )
    assert (article.title, article.source, article.stated_language) == ("Judul", "S", "ms")
    assert article.published_at == "2020-01-01T00:00:00Z"


def test_the_language_of_the_page_is_not_the_crawlers_word() -> None:
    assert extract(RawArticle(html=PAGE.replace('lang="id"', 'lang="en-US"'))).stated_language is None


def test_the_captions_of_a_page() -> None:
    figure = "<figure><img src='x.jpg'><figcaption>Banjir di Jakarta. (Foto: Budi Santoso)</figcaption></figure>"
    page = f"<html><body><article>{figure}{PARAGRAPH * 3}</article></body></html>"
    assert extract(RawArticle(html=page)).images == (Image("Banjir di Jakarta.", "Budi Santoso"),)


def test_json_ld_gives_the_time() -> None:
    script = '<script type="application/ld+json">{"datePublished": "2024-05-06T07:08:09+08:00"}</script>'
    article = extract(
        RawArticle(html=f"<html><head>{script}</head><body><article>{PARAGRAPH * 3}</article></body></html>")
    )
    assert article.published_at == "2024-05-06T07:08:09+08:00"


def test_text_that_is_a_page_is_read_as_one() -> None:
    assert extract(RawArticle(text=PAGE)) == extract(RawArticle(html=PAGE))


def test_the_text_is_read_where_the_html_holds_none() -> None:
    assert extract(RawArticle(html="<html></html>", text="Hujan turun.")).text == "Hujan turun."


def test_the_same_page_gives_the_same_article() -> None:
    assert extract(RawArticle(html=PAGE)) == extract(RawArticle(html=PAGE))


@pytest.mark.parametrize(
    "piece",
    [
        PARAGRAPH,
        f"<div>{PARAGRAPH}</div>",
        PARAGRAPH * 3,
        f"<!-- {'x' * 60} -->{PARAGRAPH}",
        f"<svg></svg>html {PARAGRAPH}",
    ],
)
def test_a_piece_of_a_page_is_read(piece: str) -> None:
    assert "Banjir di Jakarta Timur mulai surut" in extract(RawArticle(html=piece)).text


def test_a_script_of_many_words_is_no_attack() -> None:
    page = PAGE.replace("</body>", f"<script>{'if (a <b && ' + 'c d e ' * 300 + ') {}'}</script></body>" * 5)
    assert extract(RawArticle(html=page)).text == extract(RawArticle(html=PAGE)).text


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<html><body>" + "<div>" * 201 + "x", Reason.TOO_DEEP),
        ("<div>" * 100_000 + "x" + "</div>" * 100_000, Reason.TOO_DEEP),
        ("<b>" * 3000 + "x", Reason.TOO_DEEP),
        ("<html><body>" + "<div>" * 1_000_000 + "x", Reason.TOO_DEEP),
        ("<html><body><p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">text", Reason.TOO_DEEP),
        ('<!-- <x a=" --><p ' + " ".join(f"a{n}=1" for n in range(300_000)) + '">text', Reason.TOO_DEEP),
        ("<html><body>" + "<i>x</i>" * 200_000, Reason.TOO_LARGE),
        ("<html><body>" + MANY_TAGS * 500, Reason.TOO_LARGE),
        ("<svg>html", Reason.NO_TEXT),
        ("<" * 1_000_000, Reason.NO_TEXT),
        ("<a" * 1_000_000, Reason.NO_TEXT),
        ("<html><body></body></html>", Reason.NO_TEXT),
        ("\0", Reason.NO_TEXT),
        ("", Reason.NO_TEXT),
    ],
)
def test_hostile_pages_have_a_reason(html: str, reason: Reason) -> None:
    with pytest.raises(ExtractError) as error:
        extract(RawArticle(html=html))
    assert error.value.reason is reason
    assert "\n" not in str(error.value)


def test_entities_of_a_doctype_do_not_expand() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    page = f'<!DOCTYPE html [<!ENTITY e0 "lol">{entities}]><html><body><article><p>&e9;</p>{PARAGRAPH * 3}</article></body></html>'
    assert len(extract(RawArticle(html=page)).text) < 10_000


@pytest.mark.parametrize("mark", ["\ud800", "\0", "\x0b", "\ufffe", "&#0;", "&#xD800;"])
def test_odd_characters_do_not_stop_it(mark: str) -> None:
    assert "surut" in extract(RawArticle(html=PAGE.replace("mulai", f"mulai{mark} "))).text
