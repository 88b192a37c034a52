"""A page read again: what is dropped, what is a new version, and what changed in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from streams.articles import CleanArticle, Person
from streams.stages.amp import open_amp
from streams.stages.extract.identity import hash_content, identify
from streams.stories.addresses import page_keys
from streams.stories.repeats import REMEMBERED, Fresh, Repeats, Unchanged

URL = "https://nasional.kompas.com/read/2023/09/16/17420021/putin-tiba-di-minsk"
AMP = "https://amp.kompas.com/nasional/read/2023/09/16/17420021/putin-tiba-di-minsk"
TEXT = "Putin tiba di Minsk.\n\nIa bertemu Lukashenko.\n\nMereka makan malam.\n\nLalu ia pulang."


def article(url: str | None = URL, text: str = TEXT, title: str = "Putin Tiba", **fields: Any) -> CleanArticle:
    return CleanArticle(identify(url, title, text), hash_content(title, text), text, title, url=url, **fields)


class Table(dict[str, Any]):
    """A table as Faust's: what goes in is written as JSON, so nothing can be changed behind its back."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, orjson.dumps(value))

    def __getitem__(self, key: str) -> Any:
        return orjson.loads(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        return orjson.loads(super().get(key, orjson.dumps(default)))

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def values(self) -> Any:
        return [self[key] for key in self]

    def pop(self, key: str, *default: Any) -> Any:
        return orjson.loads(super().pop(key)) if key in self else super().pop(key, *default)

    def update(self, other: Any) -> None:
        for key, value in other.items():
            self[key] = value


@pytest.fixture
def repeats() -> Repeats:
    return Repeats(Table(), Table(), Table())


def test_an_unchanged_page_is_dropped_and_a_changed_one_is_a_version(repeats: Repeats) -> None:
    first = article()
    assert repeats.judge(first, 1.0) == Fresh(first.id, 1, None)
    assert repeats.judge(article(URL + "?utm_source=x#top"), 2.0) == Unchanged(first.id, 1, "unchanged")
    changed = repeats.judge(article(text=TEXT + "\n\nIni kata juru bicara."), 3.0)
    assert isinstance(changed, Fresh)
    assert (changed.id, changed.version) == (first.id, 2)
    assert changed.changes == {
        "fields": [],
        "added": 1,
        "removed": 0,
        "reordered": False,
        "shown": [{"change": "added", "at": 4, "text": "Ini kata juru bicara."}],
    }


def test_a_record_that_comes_again_gets_the_answer_it_had(repeats: Repeats) -> None:
    texts = [TEXT, TEXT + "\n\nSatu.", TEXT + "\n\nDua."]
    answers = [repeats.judge(article(text=text), float(at)) for at, text in enumerate(texts)]
    assert [answer.version for answer in answers] == [1, 2, 3]
    assert [repeats.judge(article(text=text), float(at)) for at, text in enumerate(texts)] == answers


def test_a_page_that_goes_back_is_a_version_and_an_old_crawl_is_not(repeats: Repeats) -> None:
    repeats.judge(article(), 1.0)
    repeats.judge(article(text="Lain sama sekali."), 5.0)
    assert repeats.judge(article(title="Judul lama"), 4.0) == Unchanged(article().id, 2, "outdated")
    back = repeats.judge(article(), 6.0)
    assert isinstance(back, Fresh)
    assert back.version == 3


def test_what_changed_beside_the_text_is_named(repeats: Repeats) -> None:
    repeats.judge(article(byline=(Person("Ani", "reporter"),)), 1.0)
    changed = repeats.judge(article(title="Putin Pulang", byline=(Person("Budi", "editor"),)), 2.0)
    assert isinstance(changed, Fresh)
    assert changed.changes is not None
    assert changed.changes["fields"] == ["title", "byline"]
    assert (changed.changes["added"], changed.changes["removed"]) == (0, 0)


def test_paragraphs_that_only_moved_are_told_so(repeats: Repeats) -> None:
    repeats.judge(article(), 1.0)
    parts = TEXT.split("\n\n")
    moved = repeats.judge(article(text="\n\n".join([parts[1], parts[0], *parts[2:]])), 2.0)
    assert isinstance(moved, Fresh)
    assert moved.changes == {"fields": [], "added": 0, "removed": 0, "reordered": True, "shown": []}


def test_another_edition_of_the_page_is_a_repeat(repeats: Repeats) -> None:
    first = article()
    amp = article(AMP, title="Putin Tiba - AMP")
    assert amp.id != first.id
    repeats.judge(first, 1.0)
    assert repeats.judge(amp, 2.0) == Unchanged(first.id, 1, "variant")
    news = repeats.judge(replace(amp, text=TEXT + "\n\nBaru!", content_hash="other"), 3.0)
    assert isinstance(news, Fresh)
    assert (news.id, news.version) == (first.id, 2)


def test_another_article_with_the_number_of_the_page_is_another(repeats: Repeats) -> None:
    repeats.judge(article(), 1.0)
    other = article(AMP, text="Sesuatu yang lain.\n\nSama sekali lain.")
    assert repeats.judge(other, 2.0) == Fresh(other.id, 1, None)


def test_without_an_address_the_text_is_the_page(repeats: Repeats) -> None:
    first = article(None)
    assert repeats.judge(first, 1.0) == Fresh(first.id, 1, None)
    assert repeats.judge(article(None), 2.0) == Unchanged(first.id, 1, "unchanged")
    assert repeats.judge(article(None, text="Lain."), 3.0).version == 1


def test_a_page_that_never_rests_is_bounded() -> None:
    pages, texts = Table(), Table()
    repeats = Repeats(pages, texts, Table())
    for at in range(50):
        assert repeats.judge(article(text=f"{TEXT}\n\n{at}"), float(at)).version == at + 1
        assert repeats.judge(article(text=f"{TEXT}\n\n{at}"), at + 0.5).version == at + 1
    (page,), (text,) = pages.values(), texts.values()
    assert len(page["versions"]) == len(page["repeats"]) == len(text["changes"]) == REMEMBERED


def test_a_giant_page_is_described_shortly() -> None:
    pages, texts = Table(), Table()
    repeats = Repeats(pages, texts, Table())
    repeats.judge(article(text="\n".join("x" * 50 + str(at) for at in range(30_000))), 1.0)
    changed = repeats.judge(article(text="\n".join("y" * 50 + str(at) for at in range(30_000))), 2.0)
    assert isinstance(changed, Fresh)
    assert changed.changes is not None
    assert len(changed.changes["shown"]) == 20
    assert len(orjson.dumps(texts.values())) < 100_000
    assert len(orjson.dumps(pages.values())) < 1_000


def test_old_pages_are_forgotten_with_their_variants() -> None:
    pages, texts, variants = Table(), Table(), Table()
    repeats = Repeats(pages, texts, variants)
    first = article()
    repeats.judge(first, 1.0)
    repeats.judge(article("https://detik.com/d-7654321/a-b-c"), 10.0)
    assert list(repeats.find_old(5.0)) == [first.id]
    repeats.forget(first.id, 0.5)
    assert len(pages) == 2
    repeats.forget(first.id, 5.0)
    assert len(pages) == len(texts) == 1
    assert all(key.startswith("detik.com/") for key in variants)
    assert len(variants) > 0


def test_a_repeat_that_comes_again_is_the_repeat_it_was(repeats: Repeats) -> None:
    changed = article(text=TEXT + "\n\nBaru.")
    assert repeats.judge(article(), 1.0).version == 1
    assert repeats.judge(article(), 9.0) == Unchanged(article().id, 1, "unchanged")
    assert repeats.judge(changed, 5.0).version == 2
    assert repeats.judge(article(), 9.0) == Unchanged(article().id, 1, "unchanged")


def test_a_wrong_clock_ahead_shuts_no_page(repeats: Repeats) -> None:
    repeats.judge(article(), 1e12, at=1.0)
    assert repeats.judge(article(text=TEXT + "\n\nBaru."), 5.0).version == 2
    assert repeats.judge(article(), 1e12, at=7.0) == Fresh(article().id, 1, None)


@pytest.mark.parametrize(
    ("address", "opened"),
    [
        ("https://www-detik-com.cdn.ampproject.org/c/s/news.detik.com/d-8510264/x/amp", "https://news.detik.com/d-8510264/x/amp"),
        ("https://www.google.com/amp/s/news.detik.com/d-8510264/x", "https://news.detik.com/d-8510264/x"),
        ("https://cdn.ampproject.org/v/news.detik.com/x?amp_js_v=0.1", "http://news.detik.com/x?amp_js_v=0.1"),
        ("https://www.google.com/search?q=amp", "https://www.google.com/search?q=amp"),
        ("https://news.detik.com/amp/s/other.com/x", "https://news.detik.com/amp/s/other.com/x"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)  # fmt: skip
def test_caches_and_viewers_are_opened(address: str, opened: str) -> None:
    assert open_amp(address) == opened


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (URL, AMP),
        ("https://www.republika.co.id/berita/s1abcd12345/putin", "https://m.republika.co.id/amp/s1abcd12345"),
        ("https://news.detik.com/berita/d-8510264/slug-one-two", "https://m.detik.com/news/d-8510264"),
    ],
)
def test_editions_share_a_key(one: str, other: str) -> None:
    assert set(page_keys(one)) & set(page_keys(other))


@pytest.mark.parametrize(
    "url", [None, "", "mailto:a@b.id", "http://localhost/12345678", "https://detik.com/", "http://[::1"]
)
def test_addresses_that_tell_nothing_have_no_keys(url: str | None) -> None:
    assert page_keys(url) == ()


def test_publishers_share_no_key() -> None:
    assert not set(page_keys("https://a.co.id/read/12345678")) & set(page_keys("https://b.co.id/read/12345678"))
