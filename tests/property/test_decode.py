"""decode, whatever the bytes: an article or a reason, never another exception."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from streams.articles import RawArticle
from streams.errors import DecodeError
from streams.records import InboundRecord
from streams.stages.decode import decode

TIME = datetime(2026, 1, 2, tzinfo=UTC)
FIELDS = ["html", "text", "id", "url", "source", "title", "language", "published_at", "fetched_at", "content_type"]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from([*FIELDS, "headers", "specversion", "type", "data", "data_base64", "datacontenttype"])
NEARLY_ARTICLES = st.dictionaries(NAMES | WORDS, JSON, max_size=12)
VALUES = st.sampled_from([b"1.0", b"application/cloudevents+json", b"application/json", b"\xff", b"", None])
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type"])
        | st.text(max_size=8),
        VALUES | st.binary(max_size=20),
    ),
    max_size=6,
).map(tuple)
ARTICLES = st.builds(
    lambda body, rest: rest | body,
    st.dictionaries(st.sampled_from(["html", "text"]), WORDS.filter(str.strip), min_size=1),
    st.dictionaries(st.sampled_from(FIELDS[2:]), st.none() | WORDS.filter(str.strip)),
)


def attempt(value: bytes | None, headers: Any = ()) -> RawArticle | DecodeError:
    try:
        answer: RawArticle | DecodeError = decode(InboundRecord(value, TIME, headers=headers), max_bytes=10_000)
    except DecodeError as error:
        answer = error
    assert isinstance(answer, RawArticle) or (0 < len(str(answer)) < 300 and str(answer).isprintable())
    return answer


@given(st.none() | st.binary(max_size=300), HEADERS)
def test_any_bytes(value: bytes | None, headers: Any) -> None:
    attempt(value, headers)


@given(NEARLY_ARTICLES, HEADERS)
def test_any_json(document: Any, headers: Any) -> None:
    attempt(orjson.dumps(document), headers)


@given(ARTICLES, st.data())
def test_a_damaged_article(document: Any, data: st.DataObject) -> None:
    value = bytearray(orjson.dumps(document))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(value)))
        value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    attempt(bytes(value))


@given(ARTICLES, st.dictionaries(WORDS.filter(lambda name: name not in {*FIELDS, "headers"}), JSON, max_size=3))
def test_an_article_comes_through(document: Any, unknown: Any) -> None:
    article = attempt(orjson.dumps(unknown | document))
    known = {name: value for name, value in document.items() if value is not None}
    assert article == RawArticle(**known, extra=orjson.loads(orjson.dumps(unknown)))


@given(ARTICLES)
def test_every_mode_gives_the_same_article(document: Any) -> None:
    event = {
        "specversion": "1.0",
        "id": "e1",
        "source": "/crawlers/7",
        "type": "crawled",
        "time": "2026-01-02T03:04:05Z",
    }
    plain = orjson.dumps(document)
    headers = tuple((f"ce_{name}", value.encode()) for name, value in event.items())
    binary = attempt(plain, headers)
    assert isinstance(binary, RawArticle)
    assert binary == attempt(orjson.dumps(event | {"data": document}))
    assert binary == attempt(orjson.dumps(event | {"data_base64": base64.b64encode(plain).decode()}))
    assert binary == attempt(b"\x00\x00\x00\x00\x01" + plain, headers)
    assert attempt(plain) == attempt(b"\x00\x00\x00\x00\x01" + plain)
