"""decode: each way an article may come, and each way bytes can be no article."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from cloudevents.core.bindings.kafka import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent

from streams.articles import RawArticle
from streams.errors import DecodeError, Reason
from streams.records import VALUE_LEFT
from streams.stages.decode import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.records import InboundRecord

    Inbound = Callable[..., InboundRecord]

ARTICLE = {"text": "Presiden tiba di Minsk.", "url": "https://example.com/a", "title": None}
EVENT = {"specversion": "1.0", "id": "e1", "source": "/crawlers/7", "type": "news.article.crawled"}
TIME = "2026-01-02T03:04:05Z"


def binary(**changes: str | bytes | None) -> tuple[tuple[str, bytes | None], ...]:
    attributes: dict[str, Any] = {**{f"ce_{name}": value for name, value in EVENT.items()}, **changes}
    return tuple((name, v.encode() if isinstance(v, str) else v) for name, v in attributes.items())


def refusal(record: InboundRecord, **options: int) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decode(record, **options)
    return caught.value


def test_fields_come_through_and_unknown_ones_are_kept_aside(inbound: Inbound) -> None:
    document = {**ARTICLE, "headers": {"etag": "x"}, "crawl_depth": 3, "extra": [1], "language": "id"}
    article = decode(inbound(document))
    assert article == RawArticle(
        text=ARTICLE["text"],
        url=ARTICLE["url"],
        language="id",
        headers={"etag": "x"},
        extra={"crawl_depth": 3, "extra": [1]},
    )


def test_null_and_blank_are_absent(inbound: Inbound) -> None:
    article = decode(
        inbound({"text": " \n", "html": "<p>x</p>", "url": "", "source": " ", "id": None, "headers": None})
    )
    assert article == RawArticle(html="<p>x</p>")


@pytest.mark.parametrize("text", ["x\x00y", "\U0001f600 \u202e", "é" * 50_000, "  two leading spaces"])
def test_text_comes_through_unchanged(inbound: Inbound, text: str) -> None:
    assert decode(inbound({"text": text})).text == text


def test_a_byte_order_mark_and_repeated_keys_are_fine(inbound: Inbound) -> None:
    assert decode(inbound(b'\xef\xbb\xbf{"text": "a", "text": "b"}')).text == "b"


def test_a_confluent_frame_is_taken_off(inbound: Inbound) -> None:
    plain = inbound(ARTICLE)
    assert decode(inbound(b"\x00\x00\x00\x00\x07" + plain.value)) == decode(plain)


@pytest.mark.parametrize("to_message", [to_binary_event, to_structured_event])
def test_events_of_the_cloudevents_library(inbound: Inbound, to_message: Callable[..., Any]) -> None:
    message = to_message(CloudEvent({**EVENT, "datacontenttype": "application/json"}, dict(ARTICLE)))
    article = decode(inbound(message.value, headers=tuple(message.headers.items())))
    assert (article.text, article.url, article.id) == (ARTICLE["text"], ARTICLE["url"], "e1")
    assert article.fetched_at is not None


@pytest.mark.parametrize(
    "envelope",
    [
        EVENT | {"data": ARTICLE, "time": TIME},
        EVENT | {"data_base64": base64.b64encode(orjson.dumps(ARTICLE)).decode(), "time": TIME, "data": None},
    ],
)
@pytest.mark.parametrize("headers", [(), (("Content-Type", b"application/cloudevents+json; charset=utf-8"),)])
def test_every_mode_gives_the_same_article(inbound: Inbound, envelope: dict[str, Any], headers: Any) -> None:
    expected = RawArticle(text=ARTICLE["text"], url=ARTICLE["url"], id="e1", fetched_at=TIME)
    assert decode(inbound(envelope, headers=headers)) == expected
    assert decode(inbound(ARTICLE, headers=binary(ce_time=TIME))) == expected
    assert decode(inbound(b"\x00\x00\x00\x00\x07" + orjson.dumps(envelope), headers=headers)) == expected


def test_the_article_knows_better_than_its_event(inbound: Inbound) -> None:
    own = {"text": "x", "id": "mine", "source": "kompas.com", "fetched_at": "2020-01-01T00:00:00Z"}
    article = decode(inbound(own, headers=binary(ce_time=TIME)))
    assert (article.id, article.source, article.fetched_at) == ("mine", "kompas.com", "2020-01-01T00:00:00Z")


def test_an_events_source_stands_in_only_where_no_url_tells(inbound: Inbound) -> None:
    assert decode(inbound({"text": "x"}, headers=binary())).source == "/crawlers/7"
    assert decode(inbound(ARTICLE, headers=binary())).source is None


@pytest.mark.parametrize(
    "time", ["yesterday", "2026-01-02", "", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z" * 100_000]
)
def test_a_bad_event_time_is_no_reason_to_lose_the_article(inbound: Inbound, time: str) -> None:
    assert decode(inbound(ARTICLE, headers=binary(ce_time=time))).fetched_at is None


def test_an_article_with_an_id_a_source_and_a_type_is_no_event(inbound: Inbound) -> None:
    article = decode(inbound({"text": "x", "id": "1", "source": "s", "type": "t", "data": {}}))
    assert article.extra == {"type": "t", "data": {}}


DEEP = b'{"text": "x", "extra": ' + b"[" * 5000 + b"]" * 5000 + b"}"
REFUSED = {
    "tombstone": (None, Reason.TOMBSTONE, "null"),
    "nothing": (b"", Reason.EMPTY, "0 bytes"),
    "white space": (b" \r\n\t", Reason.EMPTY, "4 bytes"),
    "only a byte order mark": (b"\xef\xbb\xbf ", Reason.EMPTY, "white space"),
    "blank text": (b'{"text": " \\n"}', Reason.EMPTY, "html and text"),
    "blank both": ('{"text": "", "html": "\u2003"}'.encode(), Reason.EMPTY, "html and text"),
    "cut frame": (b"\x00\x00\x01", Reason.BAD_FRAME, "cut short: 3 bytes"),
    "frame around nothing": (b"\x00\x00\x00\x00\x01", Reason.BAD_FRAME, "no payload"),
    "frame around avro": (b"\x00\x00\x00\x00\x01\x02Hf", Reason.BAD_JSON, "line 1 column 1"),
    "frame around Latin-1": (b'\x00\x00\x00\x00\x01{"text": "\xe9"}', Reason.BAD_ENCODING, "offset 15"),
    "Latin-1": (b'{"text": "caf\xe9"}', Reason.BAD_ENCODING, "byte 0xe9 at offset 13"),
    "an encoded surrogate": (b'{"text": "\xed\xa0\x80"}', Reason.BAD_ENCODING, "offset 10"),
    "UTF-16": ('{"text": "x"}'.encode("utf-16"), Reason.BAD_ENCODING, "UTF-16 (little-endian"),
    "UTF-16 big-endian": (b"\xfe\xff\x00{", Reason.BAD_ENCODING, "UTF-16 (big-endian"),
    "UTF-32": (b"\xff\xfe\x00\x00{", Reason.BAD_ENCODING, "UTF-32"),
    "gzip": (b"\x1f\x8b\x08\x00", Reason.BAD_ENCODING, "gzip"),
    "not JSON": (b"<html>", Reason.BAD_JSON, "line 1 column 1"),
    "truncated": (b'{"text": "x"', Reason.BAD_JSON, "cut short"),
    "second line": (b'{"text": "x",\n  oops}', Reason.BAD_JSON, "line 2 column 3 (character 16)"),
    "NaN": (b'{"text": "x", "score": NaN}', Reason.BAD_JSON, "near 'NaN}'"),
    "infinite": (b'{"text": "x", "score": 1e999}', Reason.BAD_JSON, "too large"),
    "raw control character": (b'{"text": "a\nb"}', Reason.BAD_JSON, "escaped"),
    "half a surrogate pair": (b'{"text": "\\ud800"}', Reason.BAD_JSON, "half of a surrogate pair"),
    "two documents": (b'{"text": "x"}{"text": "y"}', Reason.BAD_JSON, "near '{"),
    "nested": (DEEP, Reason.TOO_DEEP, "too deeply"),
    "no article": (b'{"url": "https://example.com"}', Reason.BAD_SCHEMA, "the article: expected html or text"),
    "null text": (b'{"text": null}', Reason.BAD_SCHEMA, "expected html or text"),
    "number as text": (b'{"text": 5}', Reason.BAD_SCHEMA, "/text: expected string or null, got integer"),
    "list as url": (b'{"text": "x", "url": []}', Reason.BAD_SCHEMA, "/url: expected string or null, got array"),
    "text as headers": (b'{"text": "x", "headers": "y"}', Reason.BAD_SCHEMA, "/headers: expected object or null"),
    "an array": (
        b'[{"text": "x"}]',
        Reason.BAD_SCHEMA,
        "the article: expected object, got array; one record holds one",
    ),
    "a number": (b"5", Reason.BAD_SCHEMA, "expected object, got integer"),
}


@pytest.mark.parametrize(("value", "reason", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_article_says_why_and_where(inbound: Inbound, value: bytes, reason: Reason, words: str) -> None:
    error = refusal(inbound(value))
    assert error.reason is reason
    assert words in str(error)
    assert len(str(error)) < 300


EVENTS_REFUSED = {
    "other version": (EVENT | {"specversion": "0.3", "data": ARTICLE}, "specversion is '0.3', expected 1.0"),
    "no id": ({**EVENT, "id": "", "data": ARTICLE}, "id is string, expected a string that is not empty"),
    "number as source": ({**EVENT, "source": 7, "data": ARTICLE}, "source is integer"),
    "both": (EVENT | {"data": ARTICLE, "data_base64": "e30="}, "both data and"),
    "null data": (EVENT | {"data": None}, "neither data nor"),
    "bad base64": (EVENT | {"data_base64": "e3*="}, "not base64"),
    "number as base64": (EVENT | {"data_base64": 5}, "not base64: integer"),
    "other content": (
        EVENT | {"data": "<p>", "datacontenttype": "text/html"},
        "'text/html', expected application/json",
    ),
}


@pytest.mark.parametrize(("envelope", "words"), EVENTS_REFUSED.values(), ids=EVENTS_REFUSED.keys())
def test_what_is_no_event_says_why(inbound: Inbound, envelope: dict[str, Any], words: str) -> None:
    error = refusal(inbound(envelope))
    assert error.reason is Reason.BAD_EVENT
    assert words in str(error)


HEADERS_REFUSED = {
    "other version": (binary(ce_specversion="2.0"), "header ce_specversion is '2.0'"),
    "no version": (binary(ce_specversion=None), "header ce_specversion is missing"),
    "no id": (binary(ce_id=None), "header ce_id is missing"),
    "blank type": (binary(ce_type=""), "header ce_type is missing"),
    "not UTF-8": (binary(ce_source=b"\xff"), "header ce_source is not UTF-8"),
    "html": ((*binary(), ("content-type", b"text/html")), "content type is 'text/html'"),
    "batch": ((("content-type", b"application/cloudevents-batch+json"),), "one event a record"),
    "avro": ((("content-type", b"application/cloudevents+avro"),), "cloudevents+avro"),
    "structured without envelope": ((("content-type", b"application/cloudevents+json"),), "specversion is missing"),
}


@pytest.mark.parametrize(("headers", "words"), HEADERS_REFUSED.values(), ids=HEADERS_REFUSED.keys())
def test_headers_that_make_no_event_say_why(inbound: Inbound, headers: Any, words: str) -> None:
    error = refusal(inbound(ARTICLE, headers=headers))
    assert error.reason is Reason.BAD_EVENT
    assert words in str(error)


def test_a_fault_inside_an_event_is_named_by_where_it_stands(inbound: Inbound) -> None:
    assert "/data/url: expected" in str(refusal(inbound(EVENT | {"data": {"text": "x", "url": 1}})))
    assert "/data: expected object, got string" in str(refusal(inbound(EVENT | {"data": "x"})))
    encoded = base64.b64encode(b'{"text": "\xff"}').decode()
    assert refusal(inbound(EVENT | {"data_base64": encoded})).reason is Reason.BAD_ENCODING


def test_size_is_checked_before_anything_else(inbound: Inbound) -> None:
    value = b" " * 101
    assert refusal(inbound(value), max_bytes=100).reason is Reason.TOO_LARGE
    assert "101 bytes, more than the 100" in str(refusal(inbound(value), max_bytes=100))
    assert refusal(inbound(value), max_bytes=101).reason is Reason.EMPTY


def test_a_message_quotes_little_and_nothing_that_a_terminal_obeys(inbound: Inbound) -> None:
    secret = "\x1b[31mSECRET" * 10_000
    for value in (
        {"text": "x", "headers": secret},
        {"text": "x", "url": [secret]},
        EVENT | {"specversion": secret, "data": {}},
    ):
        message = str(refusal(inbound(value)))
        assert message.count("SECRET") < 8
        assert message.isprintable()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("value", [b'{"text": [%s1]}' % (b"1," * 4_000_000), b"[" * 8_000_000, b'{"a":' * 1_600_000])
def test_an_enormous_wrong_value_does_not_hang(inbound: Inbound, value: bytes) -> None:
    assert refusal(inbound(value)).reason in {Reason.BAD_SCHEMA, Reason.TOO_DEEP}


def test_a_record_of_a_batch_that_was_not_read_is_too_large(inbound: Inbound) -> None:
    refused = refusal(inbound(None, headers=((VALUE_LEFT, b"news.articles.raw/0/7"),)))
    assert refused.reason is Reason.TOO_LARGE
    assert "its compressed batch holds more than fits into memory" in str(refused)
