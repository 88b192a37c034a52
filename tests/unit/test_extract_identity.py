"""Ids: one for all variants of a page's address, another for every other page."""

from __future__ import annotations

import pytest

from streams.articles import RawArticle
from streams.stages.extract import extract
from streams.stages.extract.identity import canonicalise, hash_content, host_of, identify

PAGE = "https://www.example.com/news/storm-1?id=7&page=2"


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/news/storm-1?id=7&page=2", "HTTPS://WWW.EXAMPLE.COM:443/news/storm-1/?page=2&id=7"),
        *(
            "https://m.example.com/news/storm-1?id=7&page=2&m=1",
            "https://amp.example.com/news//storm-1/amp/?id=7&page=2",
        ),
        *("https://example.com/amp/news/storm-1?id=7&page=2&outputType=amp", f"{PAGE}&utm_source=x&fbclid=1&gclid=2"),
        *(f"{PAGE}&single=1", f"{PAGE}&CMP=Share_iOSApp", f"{PAGE}&taid=123"),
        *(
            "https://example.com/news/storm-1.amp?id=7&page=2",
            "https://example.com/news/storm-1;jsessionid=5?id=7&page=2",
        ),
        *(f"{PAGE}#comments", f" {PAGE} ", "https://example.com/%6eews/storm-1?id=7&page=2"),
        *(
            "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/news/storm-1?id=7&page=2",
            "https://www.google.com/amp/s/amp.example.com/news/storm-1?id=7&page=2",
        ),
    ],
)
def test_variants_of_one_page_share_an_id(url: str) -> None:
    assert identify(url, None, "x") == identify(PAGE, "other", "y")


@pytest.mark.parametrize(
    "url",
    [
        *("https://www.example.com/news/storm-1?id=8&page=2", "https://www.example.com/news/storm-2?id=7&page=2"),
        *(
            "https://sport.example.com/news/storm-1?id=7&page=2",
            "https://www.example.com:8080/news/storm-1?id=7&page=2",
        ),
        *(
            f"{PAGE}&cid=7",
            f"{PAGE}&gallery=7",
            f"{PAGE}&source=7",
            "https://www.example.com/news%2Fstorm-1?id=7&page=2",
        ),
    ],
)
def test_other_pages_have_other_ids(url: str) -> None:
    assert identify(url, None, "x") != identify(PAGE, None, "x")


def test_all_pages_of_an_article_are_the_article() -> None:
    assert canonicalise("https://kompas.com/read/x?page=all") == canonicalise("https://kompas.com/read/x")
    assert canonicalise("https://kompas.com/read/x?page=2") != canonicalise("https://kompas.com/read/x")


def test_an_international_name_is_the_same_in_both_spellings() -> None:
    assert canonicalise("https://b\u00fccher.de/a") == canonicalise("https://xn--bcher-kva.de/a")


@pytest.mark.parametrize(
    "url",
    [
        "not a url",
        "http://[::1",
        "ftp://x/y",
        "https://x:99999/",
        "http:///x",
        "",
        None,
        "http://\ud800/",
        "javascript:1",
    ],
)
def test_without_a_usable_address_the_content_is_the_id(url: str | None) -> None:
    assert canonicalise(url) is None
    assert identify(url, "Title", "Text") == hash_content("Title", "Text")[:32]
    assert identify(url, "Title", "Text") != identify(url, "Title", "Other text")


def test_the_content_hash_sees_words_and_not_blanks() -> None:
    assert hash_content("A  b", "c\r\n\r\nd\u00a0e\u200b") == hash_content("A b", "c\n\nd e")
    assert hash_content("A b", "c") != hash_content("a b", "c")
    assert hash_content(None, "caf\u00e9") == hash_content(None, "cafe\u0301")


def test_a_re_crawl_under_another_variant_is_the_same_article() -> None:
    first = extract(RawArticle(text="Hujan turun.", url="https://m.example.com/a?utm_source=x"))
    second = extract(RawArticle(text="Hujan  turun.", url="https://www.example.com/a/"))
    assert (first.id, first.content_hash) == (second.id, second.content_hash)
    assert first.url == "https://m.example.com/a?utm_source=x"


def test_the_source_is_the_host_where_nobody_says_more() -> None:
    assert extract(RawArticle(text="x y z", url="https://www.detik.com/a")).source == "detik.com"
    assert extract(RawArticle(text="x y z", url="https://www.detik.com/a", source=" Detik ")).source == "Detik"
    assert host_of("http://[::1") is None
    cached = "https://www-detik-com.cdn.ampproject.org/c/s/www.detik.com/a"
    assert extract(RawArticle(text="x y z", url=cached)).source == "detik.com"
