"""The live page's server side without a broker: logs, cards, samples, who is answered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.supervision.metrics import Metrics
from streams.adapters.supervision.web import Readiness
from streams.contracts import schema_folder
from streams.topics import ALERTS, DEAD, ENRICHED, TRENDS
from streams.web.answers import MOST_ENTITIES, MOST_MENTIONS, MOST_SENTENCES, MOST_TEXT, MOST_TITLE, bound_article
from streams.web.bodies import Bodies, weigh
from streams.web.cards import alert_card, article_card, letter_card, trend_card
from streams.web.files import load_files
from streams.web.guarding import is_ours
from streams.web.logs import CHUNK_BYTES, CHUNK_CARDS, Log
from streams.web.samples import Sampler, quantile

CARDS = {ENRICHED: article_card, DEAD: letter_card, TRENDS: trend_card, ALERTS: alert_card}
EXAMPLES = {ENRICHED: "article.enriched", TRENDS: "entity.trend", ALERTS: "alert"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def record(value: bytes | None, **fields: Any) -> Any:
    given_fields = {"topic": "t", "partition": 3, "offset": 7, "timestamp": 1_000, "key": b"k", "headers": ()}
    return SimpleNamespace(value=value, **(given_fields | fields))


def example(name: str) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads((schema_folder() / "examples" / f"{name}.v1.json").read_bytes())
    return made


@given(
    st.lists(st.binary(min_size=1, max_size=9), max_size=60), st.integers(0, 80), st.integers(1, 20), st.integers(1, 60)
)
def test_a_log_keeps_the_last_within_its_bounds(cards: list[bytes], place: int, most: int, most_bytes: int) -> None:
    log = Log(most, most_bytes)
    for card in cards:
        log.append(card)
    kept = log.since(0).cards
    assert kept == tuple(cards[len(cards) - len(kept) :])
    assert log.next == len(cards)
    assert len(kept) <= most
    assert sum(map(len, kept)) <= most_bytes or len(kept) == 1
    chunk = log.since(place)
    assert chunk.cards == tuple(cards[max(place, log.first) :])
    assert chunk.skipped == max(0, min(log.first, log.next) - place)


def test_a_chunk_is_of_bounded_size_and_says_what_was_missed() -> None:
    log = Log(1_000, CHUNK_BYTES * 10)
    for number in range(1_200):
        log.append(b"%d" % number)
    chunk = log.since(0)
    assert (chunk.first, chunk.skipped, len(chunk.cards), chunk.next) == (200, 200, CHUNK_CARDS, 450)
    assert orjson.loads(chunk.json()) == {"first": 200, "skipped": 200, "cards": list(range(200, 450))}
    large = Log(10, CHUNK_BYTES * 10)
    for _ in range(3):
        large.append(b" " * (CHUNK_BYTES - 1))
    assert len(large.since(0).cards) == 1


@pytest.mark.parametrize("topic", EXAMPLES)
def test_what_keeps_its_contract_becomes_a_card(topic: Any) -> None:
    card = CARDS[topic](record(orjson.dumps(example(EXAMPLES[topic]))))
    assert card is not None
    assert orjson.loads(card)["place"] == [3, 7]


@pytest.mark.parametrize("topic", EXAMPLES)
@given(changes=st.dictionaries(st.text(max_size=10), JSON, max_size=3), value=JSON, data=st.data())
def test_no_record_raises(topic: Any, changes: dict[str, Any], value: object, data: st.DataObject) -> None:
    made = example(EXAMPLES[topic])
    field = data.draw(st.sampled_from([*made, "story", "version", "changes", "novelty"]))
    for each in (value, made | changes, made | {field: value}):
        try:
            encoded = orjson.dumps(each)
        except TypeError:  # an integer over 64 bits, a lone surrogate
            continue
        card = CARDS[topic](record(encoded))
        assert card is None or len(card) < 20_000


@given(
    st.binary(max_size=50) | st.none(),
    st.lists(
        st.tuples(
            st.sampled_from(["a", "__connect.errors.stage", "__connect.errors.attempts", "__connect.errors.offset"]),
            st.binary(max_size=30) | st.none(),
        ),
        max_size=5,
    ),
    st.binary(max_size=30) | st.none(),
)
def test_no_dead_letter_raises(value: bytes | None, headers: list[tuple[str, bytes | None]], key: bytes | None) -> None:
    card = letter_card(record(value, headers=headers, key=key))
    assert (card is not None) == any(name == "__connect.errors.stage" for name, _ in headers)


def test_a_card_is_small_whatever_the_article() -> None:
    long = "\N{GRINNING FACE}" * 1_000_000
    entity = example("article.enriched")["entities"][0] | {"id": long, "name": long, "type": "A" * 100_000}
    huge = example("article.enriched") | {"title": long[:300_000], "lede": "x" * 900_000, "source": "y" * 900_000}
    card = article_card(record(orjson.dumps(huge)))
    assert card is not None
    assert len(card) < 10_000
    # Too large to be looked into on the worker's event loop.
    assert article_card(record(orjson.dumps(huge | {"entities": [entity] * 3}))) is None


def test_an_article_is_given_within_bounds_and_says_what_was_cut() -> None:
    made = example("article.enriched")
    mention = made["entities"][0]["mentions"][0]
    many = [made["entities"][0] | {"mentions": [mention] * (MOST_MENTIONS + 1)}] * (MOST_ENTITIES + 1)
    long = {"text": "a" * (MOST_TEXT + 1), "title": "b" * (MOST_TITLE + 1)}
    bounded = bound_article(made | long | {"entities": many, "sentences": made["sentences"] * (MOST_SENTENCES + 1)})
    assert bounded["cut"] == ["entities", "sentences", "text", "title"]
    assert len(bounded["article"]["sentences"]) == MOST_SENTENCES
    assert len(bounded["article"]["text"]) == MOST_TEXT
    assert len(bounded["article"]["entities"]) == MOST_ENTITIES
    assert len(bounded["article"]["entities"][0]["mentions"]) == MOST_MENTIONS
    assert bound_article(made) == {"article": made, "cut": []}
    before = {name: value for name, value in made.items() if name != "sentences"}  # as records were written before
    assert bound_article(before) == {"article": before, "cut": []}


def test_bodies_are_kept_within_their_bytes() -> None:
    bodies = Bodies(SimpleNamespace(), most_bytes=10_000)  # type: ignore[arg-type] # no broker is asked
    for offset in range(20):
        bodies.keep(record(b"x" * 1_000, offset=offset))
        bodies.keep(record(b"x" * 20_000, offset=100 + offset))
    assert 1 < len(bodies._kept) < 10
    assert sum(map(weigh, bodies._kept.values())) == bodies._bytes <= 10_000
    assert ("t", 3, 19) in bodies._kept


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:6066", True),
        ("127.0.0.1", True),
        ("[::1]:6066", True),
        ("192.168.7.7:80", True),
        ("localhost:1", True),
        ("LocalHost", True),
        ("news.example.org", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:6066", False),
        ("", False),
        ("[", False),
        ("0x7f.1", False),
    ],
)
def test_only_our_own_names_are_answered(host: str, ours: bool) -> None:  # noqa: FBT001
    assert is_ours(host, frozenset({"news.example.org"})) is ours


@pytest.mark.parametrize(
    ("share", "buckets", "value"),
    [
        (0.5, {1.0: 0, 2.0: 10, float("inf"): 10}, 1.5),
        (0.95, {1.0: 100, float("inf"): 100}, 0.95),
        (0.5, {1.0: 1, float("inf"): 10}, 1.0),
        (0.5, {1.0: 0, float("inf"): 0}, None),
        (0.5, {}, None),
    ],
)
def test_a_quantile_is_linear_within_its_bucket(share: float, buckets: dict[float, float], value: float | None) -> None:
    assert quantile(share, buckets) == value


def test_samples_say_what_the_metrics_say() -> None:
    metrics = Metrics()
    sampler = Sampler(metrics.registry, lambda: Readiness(model_loaded=True, assigned=False))
    assert sampler.take(100.0)["rates"]["done"] == 0
    metrics._records["published"].inc(6)
    metrics._records["dead_lettered"].inc(2)
    for _ in range(8):
        metrics.end_to_end.observe(0.04)
    sample = sampler.take(102.0)
    assert sample["rates"] == {"published": 3.0, "dropped": 0.0, "dead_lettered": 1.0, "done": 4.0}
    assert sample["totals"] == {"published": 6.0, "dropped": 0.0, "dead_lettered": 2.0, "done": 8.0}
    assert 0.025 < sample["p50"] < sample["p95"] <= 0.05
    assert (sample["ready"], sample["assigned"]) == (False, False)
    assert sampler.take(103.0)["rates"]["done"] == 0


def test_only_files_of_known_kinds_are_served() -> None:
    assert {name.rpartition(".")[2] for name in load_files()} == {"html", "js", "css"}
    assert {"index.html", "main.js", "style.css", "uplot.min.js"} <= load_files().keys()
