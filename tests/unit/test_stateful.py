"""The stages that remember, end to end: three copies, a crawl again and a new version, and all of it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from stateful_desk import Desk, at
from streams.pipeline import Pipeline
from streams.records import InboundRecord
from streams.topics import DROPPED, ENRICHED, FRESH, MENTIONED, TRENDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.records import OutboundRecord

START = 1_700_000_000.0
HOUR = 3600.0
BODY = (
    "Presiden Rusia Vladimir Putin tiba di Minsk pada hari Sabtu pagi untuk bertemu dengan Alexander Lukashenko.\n\n"
    "Kedua pemimpin membahas kerja sama ekonomi dan pertahanan selama tiga jam lebih di istana kepresidenan.\n\n"
    "Menurut juru bicara Kremlin pembicaraan berlangsung hangat dan akan dilanjutkan bulan depan di kota Moskow."
)
OTHER = (
    "Harga beras di pasar induk Cipinang naik lagi sejak awal pekan karena panen mundur dan hujan yang terus turun.\n\n"
    "Pedagang berharap pemerintah segera membuka gudang Bulog supaya pembeli tidak lari ke pasar swalayan besar."
)


class Newsroom:
    """Crawlers write, the worker reads."""

    def __init__(self, enrich: Any, check: Callable[[OutboundRecord], None]) -> None:
        self.pipeline = Pipeline(enrich, stories=True)
        self.desk = Desk(check)
        self.offset = 0

    def crawl(self, seconds: float, **article: Any) -> list[OutboundRecord]:
        self.offset += 1
        record = at(InboundRecord(orjson.dumps(article), None, offset=self.offset), START + seconds)
        (outcome,) = self.pipeline.process([record])
        return self.desk.take(outcome.records)


@pytest.fixture
def newsroom(enrich: Any, fits_contract: Callable[[OutboundRecord], None]) -> Newsroom:
    return Newsroom(enrich, fits_contract)


def of_topic(records: list[OutboundRecord], topic: Any) -> list[Any]:
    return [orjson.loads(record.value) for record in records if record.topic == topic.name]


def one(records: list[OutboundRecord], topic: Any = ENRICHED) -> Any:
    (value,) = of_topic(records, topic)
    return value


def test_copies_a_crawl_again_and_a_new_version(newsroom: Newsroom) -> None:
    first = one(newsroom.crawl(0, url="https://antaranews.com/berita/1234567/putin", text=BODY, title="Putin di Minsk"))
    copy = one(
        newsroom.crawl(600, url="https://detik.com/d-7654321/x", text=BODY + "\n\nBaca juga: lain.", title="Ke Minsk")
    )
    other = one(newsroom.crawl(700, url="https://detik.com/d-7654999/y", text=OTHER, title="Beras"))
    third = one(newsroom.crawl(HOUR, url="https://kompas.com/read/99887766", text=BODY, title="Putin Tiba"))

    assert (first["version"], first["changes"]) == (1, None)
    assert first["story"] == {"id": first["id"], "duplicate_of": None, "copies": 0, "original": first["id"]}
    assert copy["story"] == {"id": first["id"], "duplicate_of": first["id"], "copies": 1, "original": first["id"]}
    assert third["story"]["copies"] == 2
    assert other["story"]["id"] == other["id"]
    assert [each["novelty"]["12h"] for each in (first, copy, third, other)] == [0, 1, 2, 0]
    kremlin = {each["id"]: each["novelty"] for each in third["entities"]}["per-kremlin"]
    assert (kremlin["entity"]["12h"], kremlin["mood"]["12h"]) == (2, 2)

    again = newsroom.crawl(
        2 * HOUR, url="https://www.detik.com/d-7654321/x?utm_source=a", text=copy["text"], title="Ke Minsk"
    )
    (dropped,) = of_topic(again, DROPPED)
    assert [record.topic for record in again] == [DROPPED.name]
    assert (dropped["reason"], dropped["message"]) == ("unchanged", f"as version 1 of {copy['id']}")
    assert dict(again[0].headers)["news_streams.input"] == b"news.articles.raw/0/5"

    changed = newsroom.crawl(
        3 * HOUR, url="https://detik.com/d-7654321/x", text=copy["text"] + "\n\nBaru.", title="Ke Minsk"
    )
    version = one(changed)
    assert (version["id"], version["version"], version["changes"]["added"]) == (copy["id"], 2, 1)
    assert version["story"] == copy["story"]
    # It is answered with what came before, and is no article more.
    assert version["novelty"]["12h"] == 3
    next_ = one(newsroom.crawl(4 * HOUR, url="https://tempo.co/read/5566778", text=BODY, title="Lagi"))
    assert next_["novelty"]["12h"] == 3
    assert next_["story"]["copies"] == 3


def test_a_mention_says_what_its_article_does(newsroom: Newsroom) -> None:
    newsroom.crawl(0, url="https://a.id/read/1111111", text=BODY)
    published = newsroom.crawl(60, url="https://b.id/read/2222222", text=BODY)
    article, mentions = one(published), of_topic(published, MENTIONED)
    assert [each["entity"]["id"] for each in mentions] == [each["id"] for each in article["entities"]]
    for mention, entity in zip(mentions, article["entities"], strict=True):
        assert mention["entity"]["novelty"] == entity["novelty"]
        assert mention["entity"]["novelty"]["entity"]["7d"] == 1
        assert (mention["article"]["story_id"], mention["article"]["version"]) == (article["story"]["id"], 1)


def test_everything_read_again_is_answered_in_the_same_bytes(newsroom: Newsroom) -> None:
    def write() -> None:
        for at_ in range(6):
            newsroom.crawl(
                at_ * 60, url=f"https://a.id/read/{at_ % 3}1111111", text=BODY if at_ < 4 else OTHER, title="A"
            )
        newsroom.crawl(400, url="https://a.id/read/01111111", text=BODY, title="A")

    write()
    for stage, record, answer in list(newsroom.desk.seen):
        if stage is not newsroom.desk.trends:
            assert stage.take(record) == answer
    rows = newsroom.desk.trends.tables.json("rows")
    before = dict(rows)
    for stage, record, _ in newsroom.desk.seen:
        if stage is newsroom.desk.trends:
            assert stage.take(record).records == ()
    assert dict(rows) == before


def test_a_restart_after_every_record_changes_nothing(enrich: Any, fits_contract: Any) -> None:
    def run(*, restarts: bool) -> list[OutboundRecord]:
        newsroom, published = Newsroom(enrich, fits_contract), []
        for at_ in range(12):
            text = (BODY, OTHER, BODY + "\n\nTambahan.")[at_ % 3]
            published += newsroom.crawl(at_ * 900, url=f"https://s{at_ % 4}.id/read/{at_ % 5}7654321", text=text)
            if restarts:
                for stage in (newsroom.desk.repeats, newsroom.desk.places, newsroom.desk.trends):
                    stage.restart()
        return published

    assert run(restarts=True) == run(restarts=False)


def test_a_page_that_goes_back_is_another_event(newsroom: Newsroom) -> None:
    texts = (BODY, BODY + "\n\nBaru.", BODY)
    crawls = [newsroom.crawl(at_ * 60, url="https://a.id/read/7654321", text=text) for at_, text in enumerate(texts)]
    assert [one(each)["version"] for each in crawls] == [1, 2, 3]
    assert one(crawls[0])["content_hash"] == one(crawls[2])["content_hash"]
    ids = [
        dict(record.headers)["ce_id"]
        for each in crawls
        for record in each
        if record.topic in {ENRICHED.name, MENTIONED.name}
    ]
    assert len(set(ids)) == len(ids)


def test_what_is_new_at_another_address_is_a_version_of_the_page(newsroom: Newsroom) -> None:
    page = "https://nasional.kompas.com/read/2023/09/16/17420021/putin-tiba-di-minsk"
    amp = "https://amp.kompas.com/nasional/read/2023/09/16/17420021/putin-tiba-di-minsk"
    first = one(newsroom.crawl(0, url=page, text=BODY, title="Putin"))
    (dropped,) = of_topic(newsroom.crawl(60, url=amp, text=BODY, title="Putin - AMP"), DROPPED)
    assert (dropped["reason"], dropped["article"]["url"]) == ("variant", amp)
    assert dropped["message"] == f"another address of version 1 of {first['id']}"
    published = newsroom.crawl(120, url=amp, text=BODY + "\n\nBaru sama sekali.\n\nDan lagi.", title="Putin - AMP")
    version = one(published)
    assert (version["id"], version["version"], version["url"]) == (first["id"], 2, amp)
    assert [each.key.decode() for each in published if each.topic in {FRESH.name, ENRICHED.name}] == [first["id"]] * 2
    (old,) = of_topic(newsroom.crawl(30, url=page, text=OTHER, title="Lama"), DROPPED)
    assert (old["reason"], old["message"]) == ("outdated", f"crawled before version 2 of {first['id']}")


def test_the_first_version_has_the_ids_that_it_has_without_stories(newsroom: Newsroom, enrich: Any) -> None:
    told = newsroom.crawl(0, url="https://a.id/read/7654321", text=BODY)
    record = at(InboundRecord(orjson.dumps({"url": "https://a.id/read/7654321", "text": BODY}), None), START)
    (outcome,) = Pipeline(enrich).process([record])
    plain = [(each.topic, dict(each.headers)["ce_id"]) for each in outcome.records]
    assert [
        (each.topic, dict(each.headers)["ce_id"]) for each in told if each.topic not in {FRESH.name, TRENDS.name}
    ] == plain
