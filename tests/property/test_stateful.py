"""The stages that remember, over any stream of crawls: every record has one answer, and the same one again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from stateful_desk import Desk, DictTables
from streams.contracts import load_schema
from streams.errors import StageError
from streams.pipeline import Pipeline
from streams.records import InboundRecord
from streams.stateful.places import open_places
from streams.stateful.repeats import open_repeats
from streams.stateful.trends import open_trends
from streams.topics import DROPPED, ENRICHED, FRESH, MENTIONED, TRENDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.records import OutboundRecord

START = 1_700_000_000
TEXTS = (
    "Putin tiba di Minsk.\n\nIa bertemu Lukashenko.\n\nMereka makan malam.",
    "Putin tiba di Minsk.\n\nIa bertemu Lukashenko.\n\nMereka makan malam.\n\nLalu Putin pulang ke Moskow.",
    " ".join(f"kata{at} Jakarta" for at in range(60)),
    " ".join(f"kata{at} Jakarta" for at in range(50)) + " Surabaya",
    "Hujan.",
)
CRAWLS = st.lists(
    st.tuples(
        st.sampled_from(["a.id/read/1234567", "amp.a.id/berita/1234567/amp", "b.id/d-7654321", "b.id/d-7654322", ""]),
        st.sampled_from(TEXTS),
        # Within a day: for so long each has its answer.
        st.sampled_from([0, 1, 60, 3_600, 70_000, -5_000, 10**9]),
    ),
    max_size=12,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3),
    max_leaves=6,
)
EXAMPLES = {name: load_schema(name)["examples"][0] for name in ("article.enriched.v1.json", "entity.mentioned.v1.json")}


def inbound(number: int, url: str, text: str, seconds: float) -> InboundRecord:
    value = orjson.dumps({"url": f"https://{url}", "text": text} if url else {"text": text})
    return InboundRecord(value, datetime.fromtimestamp(START + seconds, UTC), offset=number)


@settings(max_examples=60)
@given(CRAWLS)
def test_each_crawl_is_one_thing_and_again_the_same(
    enrich: Any, fits_contract: Callable[[OutboundRecord], None], crawls: list[tuple[str, str, int]]
) -> None:
    pipeline, desk = Pipeline(enrich, stories=True), Desk(fits_contract)
    versions: Counter[str] = Counter()
    for number, (url, text, seconds) in enumerate(crawls):
        (outcome,) = pipeline.process([inbound(number, url, text, seconds)])
        published = desk.take(outcome.records)
        (end,) = [each for each in published if each.topic in {ENRICHED.name, DROPPED.name}]
        assert dict(end.headers)["news_streams.input"] == b"news.articles.raw/0/%d" % number
        if end.topic == ENRICHED.name:
            article = orjson.loads(end.value)
            assert article["version"] <= versions[article["id"]] + 1
            versions[article["id"]] = max(versions[article["id"]], article["version"])
            assert (article["changes"] is None) == (article["version"] == 1)
            assert (article["story"]["copies"] > 0) == (article["story"]["duplicate_of"] is not None)
    for stage, record, answer in list(desk.seen):
        again = stage.take(record)
        assert again == answer if stage is not desk.trends else again.records == ()


@settings(max_examples=40)
@given(CRAWLS)
def test_a_replay_into_empty_tables_gives_the_same(
    enrich: Any, fits_contract: Callable[[OutboundRecord], None], crawls: list[tuple[str, str, int]]
) -> None:
    def run() -> list[OutboundRecord]:
        pipeline, desk = Pipeline(enrich, stories=True), Desk(fits_contract)
        records = [inbound(number, *crawl) for number, crawl in enumerate(crawls)]
        return [each for outcome in pipeline.process(records) for each in desk.take(outcome.records)]

    assert run() == run()


@given(st.data(), st.sampled_from(sorted(EXAMPLES)), st.sampled_from([open_repeats, open_places, open_trends]))
def test_any_change_of_a_record_is_answered_or_refused(data: Any, name: str, open_: Any) -> None:
    value = orjson.loads(orjson.dumps(EXAMPLES[name]))
    parts = [value, *[each for each in value.values() if isinstance(each, dict)], *value.get("entities", [])]
    part = data.draw(st.sampled_from([each for each in parts if each]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(JSON)
    headers = (
        ("news_streams.input", b"news.articles.raw/0/0"),
        ("news_streams.vector", data.draw(st.binary(max_size=40))),
    )
    record = InboundRecord(orjson.dumps(value), datetime.fromtimestamp(START, UTC), b"k", headers)
    try:
        answer = open_(DictTables()).take(record)
    except StageError:
        pass
    else:
        assert {each.topic for each in answer.records} <= {
            FRESH.name,
            DROPPED.name,
            ENRICHED.name,
            MENTIONED.name,
            TRENDS.name,
        }
