"""route: what is published of an article, byte for byte and header for header."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams.articles import Dateline, EnrichedArticle, Entity, EntityMention, Image, Language, Person, Sentiment
from streams.errors import Reason, RouteError
from streams.stages.route import route

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.records import InboundRecord, OutboundRecord

    Inbound = Callable[..., InboundRecord]
    Check = Callable[[OutboundRecord], None]

TEXT = "Presiden Rusia Vladimir Putin tiba di Minsk. Ia bertemu dr. Budi.\n\nPutin pulang."
MOOD = Sentiment("negative", -0.500049, 0.66666, {"positive": 0.1, "negative": 0.6, "neutral": 0.3})
PUTIN = Entity(
    id="per-vladimir-putin",
    name="Vladimir Putin",
    type="PER",
    mentions=(EntityMention("Vladimir Putin", 15, 29, "lede"), EntityMention("Putin", 67, 72, "body")),
    count=2,
    salience=2 / 3,
    in_title=True,
    sentiment=MOOD,
    links={"wikidata": "Q7747", "country": "RU"},
)
KREMLIN = Entity("org-kremlin", "Kremlin", "ORG", (), 0, 1 / 3, in_title=True)
ARTICLE = EnrichedArticle(
    id="a1",
    content_hash="c1",
    language=Language("id", 0.99996, supported=True),
    text=TEXT,
    title="Kremlin: Putin di Minsk",
    lede=None,
    url="https://example.com/a",
    source=None,
    raw_id=None,
    published_at="2023-09-16T17:42:00+07:00",
    fetched_at=None,
    byline=(Person("Rizky", "reporter"),),
    agency="AP",
    dateline=Dateline(None, "MINSK"),
    images=(Image("Putin", "Metzel", "AP"),),
    entities=(PUTIN, KREMLIN),
    sentiment=MOOD,
    sentiment_reason=None,
    models={"b": "2", "a": "1"},
    enriched_at="2026-01-02T03:04:05.678Z",
)
PARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def values(records: tuple[OutboundRecord, ...]) -> list[Any]:
    return [orjson.loads(record.value) for record in records]


def test_one_record_for_the_article_and_one_per_entity(inbound: Inbound, fits_contract: Check) -> None:
    records = route(ARTICLE, inbound(b""))
    for record in records:
        fits_contract(record)
    assert [(record.topic, record.key) for record in records] == [
        ("news.articles.enriched", b"a1"),
        ("news.entities.mentioned", b"per-vladimir-putin"),
        ("news.entities.mentioned", b"org-kremlin"),
    ]


def test_every_field_is_there_in_order_and_floats_are_rounded(inbound: Inbound) -> None:
    article, mention, headline_only = values(route(ARTICLE, inbound(b"")))
    assert list(article) == [field.name for field in fields(EnrichedArticle) if field.name != "vector"]
    assert article["lede"] is None
    assert article["language"] == {"code": "id", "confidence": 1.0, "supported": True}
    assert article["sentiment"]["score"] == -0.5
    assert list(article["models"]) == ["a", "b"]
    assert mention["entity"]["salience"] == 0.6667
    assert "mentions" not in mention["entity"]
    assert mention["mentions"] == article["entities"][0]["mentions"]
    assert (headline_only["mentions"], headline_only["snippet"]) == ([], None)


def test_the_snippet_is_the_sentence_with_the_mention_in_it(inbound: Inbound) -> None:
    _, mention, _ = values(route(ARTICLE, inbound(b"")))
    snippet = mention["snippet"]
    assert snippet["text"] == "Presiden Rusia Vladimir Putin tiba di Minsk."
    assert snippet["text"][snippet["start"] : snippet["end"]] == "Vladimir Putin"


@pytest.mark.parametrize("filler", ["kata ", "x", "é\u00a0", "\U0001f600", "a. ", "\n"])
def test_a_long_sentence_is_cut_to_a_window(inbound: Inbound, filler: str) -> None:
    before = filler * 50_000
    text = f"{before}Putin {filler * 50_000}"
    found = Entity("p", "Putin", "PER", (EntityMention("Putin", len(before), len(before) + 5, "body"),), 1, 1.0)
    snippet = values(route(replace(ARTICLE, text=text, entities=(found,)), inbound(b"")))[1]["snippet"]
    assert len(snippet["text"]) <= 400
    assert snippet["text"][snippet["start"] : snippet["end"]] == "Putin"


def test_headers_are_a_cloudevent_and_what_a_consumer_filters_by(inbound: Inbound) -> None:
    article, mention, headline_only = (dict(record.headers) for record in route(ARTICLE, inbound(b"")))
    assert article["ce_specversion"] == b"1.0"
    assert (article["ce_type"], mention["ce_type"]) == (b"news.article.enriched.v1", b"news.entity.mentioned.v1")
    assert article["ce_source"] == b"news-streams"
    assert article["ce_time"] == b"2026-01-02T03:04:05.678Z"
    assert article["ce_dataschema"] == b"https://news-streams.example/schemas/article.enriched.v1.json"
    assert article["content-type"] == b"application/json"
    assert (article["language"], article["sentiment"]) == (b"id", b"negative")
    assert headline_only["sentiment"] == b"unknown"
    assert len({article["ce_id"], mention["ce_id"], headline_only["ce_id"]}) == 3
    assert "traceparent" not in article


def test_the_same_input_gives_the_same_bytes_and_another_time_or_model_the_same_ids(inbound: Inbound) -> None:
    first, again = route(ARTICLE, inbound(b"")), route(ARTICLE, inbound(b""))
    assert first == again
    later = route(replace(ARTICLE, enriched_at="2027-01-01T00:00:00Z", models={"a": "9"}), inbound(b""))
    assert [dict(r.headers)["ce_id"] for r in later] == [dict(r.headers)["ce_id"] for r in first]
    changed = route(replace(ARTICLE, content_hash="c2"), inbound(b""))
    assert not {dict(r.headers)["ce_id"] for r in changed} & {dict(r.headers)["ce_id"] for r in first}


def test_the_mention_id_is_its_event_id(inbound: Inbound) -> None:
    record = route(ARTICLE, inbound(b""))[1]
    assert orjson.loads(record.value)["id"].encode() == dict(record.headers)["ce_id"]


@pytest.mark.parametrize(
    "parent",
    [PARENT, PARENT.replace(b"00-4", b"cc-4"), PARENT.replace(b"00-4", b"01-4") + b"-what-the-future-adds"],
)
def test_a_valid_trace_is_carried_on(inbound: Inbound, fits_contract: Check, parent: bytes) -> None:
    record = inbound(b"", headers=(("Traceparent", parent), ("tracestate", b"congo=t61,rojo=00f0")))
    for out in route(ARTICLE, record):
        fits_contract(out)
        assert out.headers[-2:] == (("traceparent", parent), ("tracestate", b"congo=t61,rojo=00f0"))


@pytest.mark.parametrize(
    "parent",
    [
        b"",
        None,
        b"\xff",
        PARENT.upper(),
        PARENT + b"\n",
        PARENT + b"-more",
        b"ff" + PARENT[2:],
        b"00-" + b"0" * 32 + PARENT[35:],
        PARENT[:36] + b"0" * 16 + b"-01",
    ],
)
def test_a_broken_trace_is_left_out(inbound: Inbound, parent: bytes | None) -> None:
    record = inbound(b"", headers=(("traceparent", parent), ("tracestate", b"congo=t61")))
    assert not {"traceparent", "tracestate"} & dict(route(ARTICLE, record)[0].headers).keys()


@pytest.mark.parametrize("state", [b"", b"\xff", b"a\nb", b"x" * 513, None])
def test_a_broken_trace_state_is_left_out_alone(inbound: Inbound, state: bytes | None) -> None:
    record = inbound(b"", headers=(("traceparent", PARENT), ("tracestate", state)))
    assert route(ARTICLE, record)[0].headers[-1] == ("traceparent", PARENT)


BROKEN = {
    "NaN": (replace(ARTICLE, language=Language("id", math.nan, supported=True)), "cannot carry the number nan"),
    "a confidence above one": (replace(ARTICLE, language=Language("id", 1.5, supported=True)), "/language/confidence"),
    "no id": (replace(ARTICLE, id=""), "/id fails minLength"),
    "no date": (replace(ARTICLE, published_at="kemarin"), "/published_at fails"),
    "a naive date": (replace(ARTICLE, published_at="2023-09-16T17:42:00"), "/published_at fails"),
    "half a surrogate pair": (replace(ARTICLE, text="\ud800", entities=()), "not to be written as JSON"),
    "a set": (replace(ARTICLE, models={"a": {1}}), "cannot carry a set"),
    "bytes": (replace(ARTICLE, agency=b"AP"), "cannot carry a bytes"),
    "shifted offsets": (replace(ARTICLE, text=f" {TEXT}"), "mention 'Vladimir Putin' does not stand at 15:29"),
    "a foreign label": (replace(ARTICLE, sentiment=replace(MOOD, label="mixed")), "/sentiment"),
}


@pytest.mark.parametrize(("article", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_defect_of_ours_is_not_published(inbound: Inbound, article: EnrichedArticle, words: str) -> None:
    with pytest.raises(RouteError) as caught:
        route(article, inbound(b""))
    assert caught.value.reason is Reason.BAD_OUTPUT
    assert words in str(caught.value)


def test_with_stories_one_record_goes_on_with_the_vector_beside_it(inbound: Inbound) -> None:
    record = inbound(b"", partition=3, offset=9, headers=(("traceparent", PARENT),))
    (read,) = route(replace(ARTICLE, vector=b"\x01\xff"), record, stories=True)
    enriched = route(ARTICLE, record)[0]
    assert (read.topic, read.key, read.value) == ("news.articles.read", b"a1", enriched.value)
    headers = dict(read.headers)
    assert headers["news_streams.vector"] == b"\x01\xff"
    assert headers["news_streams.input"] == b"news.articles.raw/3/9"
    assert headers["traceparent"] == PARENT
    (without,) = route(ARTICLE, record, stories=True)
    assert "news_streams.vector" not in dict(without.headers)


def test_there_is_one_zero(inbound: Inbound) -> None:
    calm = replace(MOOD, score=-0.00001)
    assert b'"score":0.0,' in route(replace(ARTICLE, sentiment=calm), inbound(b""))[0].value
