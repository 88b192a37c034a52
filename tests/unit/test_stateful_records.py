"""The stages that remember, against hostile records, wrong clocks, long lists and long silences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from stateful_desk import DictTables, Stage
from streams.articles import EnrichedArticle, Entity, Language, Sentiment
from streams.contracts import load_schema
from streams.errors import Reason, StageError
from streams.nlp.vectors import pack
from streams.records import InboundRecord
from streams.stages.route import route
from streams.stages.route.headers import INPUT, VECTOR
from streams.stateful.places import COUNTED, WIDEST, open_places, placing
from streams.stateful.repeats import KEPT, open_repeats, repeating
from streams.stateful.sweep import HOUR, MOST, Ageing, Sweep
from streams.stateful.trends import LULL, open_trends, read_trend, top_trends, trending
from streams.topics import FRESH, MENTIONED, READ, TRENDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.stateful.work import Work

START = 1_700_000_000
MOOD = Sentiment("negative", -0.5, 0.7, {"positive": 0.1, "neutral": 0.2, "negative": 0.7})
EXAMPLE = load_schema("article.enriched.v1.json")["examples"][0]
OPTIONAL = {"sentences", "version", "changes", "story", "novelty"}
ARTICLE = {name: EXAMPLE[name] for name in EXAMPLE if name not in OPTIONAL}
MENTION = load_schema("entity.mentioned.v1.json")["examples"][0]
PLACE = (INPUT, b"news.articles.raw/0/1")
OPENERS = {READ.name: open_repeats, FRESH.name: open_places, MENTIONED.name: open_trends}


def written(seconds: float) -> str:
    return datetime.fromtimestamp(START + seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(value: Any, *headers: tuple[str, bytes | None], topic: str = READ.name, at: float = 0) -> InboundRecord:
    data = value if value is None or isinstance(value, bytes) else orjson.dumps(value)
    moment = datetime.fromtimestamp(START + at, UTC)
    return InboundRecord(data, moment, b"k", headers or (PLACE,), topic)


def work_of(topic: str) -> tuple[Work, DictTables]:
    tables = DictTables()
    return OPENERS[topic](tables), tables


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != name}


BROKEN: dict[str, tuple[Any, Reason]] = {
    "a tombstone": (None, Reason.TOMBSTONE),
    "nothing": (b"", Reason.EMPTY),
    "no JSON": (b"{", Reason.BAD_JSON),
    "no UTF-8": (b'"\xff"', Reason.BAD_ENCODING),
    "too deep": (b"[" * 5_000, Reason.TOO_DEEP),
    "a list": (b"[]", Reason.BAD_SCHEMA),
    "a number": (b"1", Reason.BAD_SCHEMA),
}


@pytest.mark.parametrize("topic", OPENERS)
@pytest.mark.parametrize(("value", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_none_of_ours_is_a_stages_error(topic: str, value: Any, reason: Reason) -> None:
    work, tables = work_of(topic)
    with pytest.raises(StageError) as caught:
        work.take(record(value, topic=topic))
    assert caught.value.reason is reason
    assert tables.rows == 0


@pytest.mark.parametrize("topic", [READ.name, FRESH.name])
@pytest.mark.parametrize("name", sorted(ARTICLE))
def test_an_article_without_a_field_is_refused(topic: str, name: str) -> None:
    with pytest.raises(StageError, match="required"):
        work_of(topic)[0].take(record(without(ARTICLE, name), topic=topic))


@pytest.mark.parametrize("topic", OPENERS)
@pytest.mark.parametrize("time", ["2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "kemarin", "2024-02-30T00:00:00Z"])
def test_a_time_that_no_calendar_has_is_refused(topic: str, time: str) -> None:
    value = (MENTION if topic == MENTIONED.name else ARTICLE) | {"enriched_at": time}
    with pytest.raises(StageError, match="/enriched_at"):
        work_of(topic)[0].take(record(value, topic=topic))


@pytest.mark.parametrize("topic", OPENERS)
@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2024-01-01t00:00:00z"])
def test_a_time_at_the_end_of_the_calendar_is_a_time(topic: str, time: str) -> None:
    value = (MENTION if topic == MENTIONED.name else ARTICLE) | {"enriched_at": time}
    work, _ = work_of(topic)
    assert work.take(record(value, topic=topic)) is not None
    assert work.tick(START * 2.0).name == "none"


@pytest.mark.parametrize("topic", [READ.name, FRESH.name])
@pytest.mark.parametrize("place", [None, b"", b"\xff/0/0", b"a/b", b"news.articles.raw/0/-1", b"x" * 300 + b"/0/0"])
def test_an_article_that_comes_from_nowhere_is_refused(topic: str, place: bytes | None) -> None:
    with pytest.raises(StageError, match=r"news_streams\.input"):
        work_of(topic)[0].take(record(ARTICLE, (INPUT, place), topic=topic))


@pytest.mark.parametrize("vector", [b"", b"\x00", b"\xff" * WIDEST, b"\x80" * 384])
def test_any_vector_will_do(vector: bytes) -> None:
    work, _ = work_of(FRESH.name)
    for name in ("a", "b"):
        work.take(record(ARTICLE | {"id": name}, PLACE, (VECTOR, vector), topic=FRESH.name))


def test_a_vector_without_end_is_refused() -> None:
    with pytest.raises(StageError, match="4097 bytes"):
        work_of(FRESH.name)[0].take(record(ARTICLE, PLACE, (VECTOR, b"\x01" * (WIDEST + 1)), topic=FRESH.name))


def test_a_mention_that_stands_elsewhere_is_refused() -> None:
    work, tables = work_of(FRESH.name)
    entity = ARTICLE["entities"][0]
    moved = entity | {"mentions": [entity["mentions"][0] | {"start": 10**18, "end": 10**18 + 1}]}
    with pytest.raises(StageError, match="does not stand at"):
        work.take(record(ARTICLE | {"entities": [moved]}, topic=FRESH.name))
    assert tables.rows == 0


def make_article(number: int, text: str, entities: int = 3, vector: bytes = b"") -> EnrichedArticle:
    named = tuple(
        Entity(f"per:{at:05}", f"P{at}", "PER", (), 0, 1 / entities, sentiment=MOOD) for at in range(entities)
    )
    values: dict[str, Any] = dict.fromkeys(EnrichedArticle.__dataclass_fields__)
    values |= {
        "id": f"{number:032x}",
        "content_hash": f"c{number}",
        "text": text,
        "models": {},
        "byline": (),
        "images": (),
        "sentences": (),
    }
    values |= {"language": Language("id", 1.0, supported=True), "entities": named, "vector": vector}
    return EnrichedArticle(
        **values | {"url": f"https://s{number}.id/read/{number + 1_000_000}", "enriched_at": written(number)}
    )


def read_records(article: EnrichedArticle) -> tuple[Any, ...]:
    return route(article, record(b"", topic="news.articles.raw"), stories=True)


def test_the_same_event_of_another_desk_is_found_by_the_vector_that_was_carried(fits_contract: Any) -> None:
    repeats, places = Stage(open_repeats, fits_contract), Stage(open_places, fits_contract)
    vector = pack([0.6, 0.8] + [0.0] * 30)
    texts = ("Banjir melanda kota itu sejak pagi tadi.", "Ribuan warga mengungsi karena air terus naik.")
    found = []
    for number, text in enumerate(texts):
        ((_, fresh),) = repeats.feed(read_records(make_article(number, text, vector=vector)), READ.name)
        ((_, told),) = places.feed(fresh.records, FRESH.name)
        assert VECTOR not in dict(told.records[0].headers)
        found.append(orjson.loads(told.records[0].value)["story"])
    assert found[1]["id"] == found[0]["id"]
    assert found[1]["duplicate_of"] is None


def test_a_list_of_names_changes_no_more_rows_than_a_long_article(fits_contract: Any) -> None:
    places = Stage(open_places, fits_contract)
    value = orjson.loads(read_records(make_article(1, "Daftar nama.", entities=2_000))[0].value)
    answer = places.take(record(value, topic=FRESH.name))
    assert len(answer.records) == 2_001
    article = orjson.loads(answer.records[0].value)
    assert sum("novelty" in entity for entity in article["entities"]) == COUNTED
    assert len(places.tables.written) < 4 * COUNTED
    assert sum(places.tables.written) < 100_000
    assert places.take(record(value, topic=FRESH.name)) == answer


def test_another_model_that_finds_others_in_the_same_article_gets_an_answer(fits_contract: Any) -> None:
    places = Stage(open_places, fits_contract)
    for count in (3, 5, 3):
        value = orjson.loads(read_records(make_article(1, "Berita yang sama.", entities=count))[0].value)
        answer = places.take(record(value, topic=FRESH.name))
        article = orjson.loads(answer.records[0].value)
        assert (len(article["entities"]), article["story"]["id"]) == (count, article["id"])
    other = orjson.loads(read_records(make_article(2, "Berita lain lagi."))[0].value)
    told = orjson.loads(places.take(record(other, topic=FRESH.name)).records[0].value)
    assert told["entities"][0]["novelty"]["entity"]["12h"] == 1


def test_names_that_stand_twice_in_an_article_are_counted_once(fits_contract: Any) -> None:
    places = Stage(open_places, fits_contract)
    value = orjson.loads(read_records(make_article(1, "Berita."))[0].value)
    value["entities"] *= 2
    for number in (1, 2):
        answer = places.take(record(value | {"id": f"{number}"}, topic=FRESH.name))
    told = orjson.loads(answer.records[0].value)
    assert [each["novelty"]["entity"]["12h"] for each in told["entities"]] == [1] * 6


def test_old_pages_go_a_few_with_each_record_and_a_page_seen_again_stays() -> None:
    work, tables = work_of(READ.name)

    def crawl(number: int, seconds: float) -> None:
        value = ARTICLE | {
            "id": f"p{number}",
            "url": f"https://a.id/read/{number + 1_000_000}",
            "enriched_at": written(seconds),
        }
        work.take(record(value, at=seconds))

    for number in range(MOST * 2 + 50):
        crawl(number, number)
    later = KEPT + 2 * HOUR
    for number in range(5):
        crawl(10_000 + number, later)
    # Five of the nine latest are of later now: what was long not seen has begun to go.
    before = len(tables.written)
    crawl(449, later + 1)
    assert 3 * MOST < len(tables.written) - before < 3 * MOST + 10
    assert len(tables.kept["pages"]) == 50 + 5
    for _ in range(9):
        crawl(10_000, later + 2)
    assert {*tables.kept["pages"]} == {*(f"p{10_000 + number}" for number in range(5)), "p449"}
    assert len(tables.kept["texts"]) == len(tables.kept["pages"])
    assert len(tables.kept["variants"]) == 6


def test_counts_and_answers_are_forgotten_in_time() -> None:
    work, tables = work_of(FRESH.name)
    for number in range(60):
        entities = [{**ARTICLE["entities"][0], "id": f"per:{number}", "mentions": []}]
        value = ARTICLE | {"id": f"a{number}", "enriched_at": written(number * 24 * HOUR), "entities": entities}
        work.take(record(value, topic=FRESH.name, at=number * 24 * HOUR))
    # The present is that of the fifth latest; what is older than a day or a week before is gone.
    assert len(tables.kept["answers"]) <= 4 + 2
    entities = {key for key in tables.kept["counts"] if key.startswith("entity")}
    assert {f"entity per:{number}" for number in range(52, 60)} <= entities
    assert len(entities) <= 4 + 9
    assert len(tables.kept["prints"]) <= 4 + 4


def test_a_raw_record_of_the_far_future_read_twice_is_one_version() -> None:
    work, _ = work_of(READ.name)
    value = ARTICLE | {"enriched_at": written(10**8)}
    first = work.take(record(value, at=0))
    assert orjson.loads(first.records[0].value)["version"] == 1
    # The articles agent was killed before its ack: it wrote the article again, later.
    assert work.take(record(value, at=500)) == first
    newer = ARTICLE | {"enriched_at": written(600), "content_hash": "other"}
    assert orjson.loads(work.take(record(newer, at=600)).records[0].value)["version"] == 2


def test_a_page_of_an_archive_is_remembered_from_when_it_was_read() -> None:
    work, _ = work_of(READ.name)
    names = []
    for number in range(12):
        at = number * HOUR
        for name in "pq":
            work.take(record(ARTICLE | {"id": f"{name}{number}", "url": None, "enriched_at": written(at)}, at=at))
        old = ARTICLE | {"id": "old", "enriched_at": written(number - 90 * 24 * HOUR)}
        names.append(work.take(record(old, at=at)).name)
    assert names == ["published", *["dropped"] * 11]


def test_a_sweep_looks_once_an_hour() -> None:
    asked: list[float] = []
    sweep = Sweep({}, Ageing(10.0, lambda before: asked.append(before) or (), lambda *_: None))
    for now in (START, START + 1, START + HOUR, START + HOUR + 1, START):
        sweep.run(now)
    assert asked == [START - 10, START + HOUR - 10]


def mention(article: int, seconds: float, entity: str = "per:a") -> InboundRecord:
    value = MENTION | {"enriched_at": written(seconds), "entity": MENTION["entity"] | {"id": entity}}
    value["article"] = MENTION["article"] | {"id": f"a{article}"}
    return record(value, topic=MENTIONED.name, at=seconds)


def make_trends(fits_contract: Callable[..., None]) -> Stage:
    stage = Stage(open_trends, fits_contract)
    for number in range(24 * 8):
        stage.take(mention(-number, (number - 24 * 8) * HOUR, "loc:quiet"))
    return stage


def test_a_burst_is_told_with_its_end_and_once_for_each_article(fits_contract: Any) -> None:
    stage = make_trends(fits_contract)
    records = [mention(number, number * 20) for number in range(30)]
    answers = [stage.take(each) for each in records]
    told = [read_trend(each.value) for answer in answers for each in answer.records]
    assert [each["level"] for each in told if each["window"] == "1h" and each["level"] != each["before"]] == [1, 2]
    assert {each.topic for answer in answers for each in answer.records} == {TRENDS.name}
    assert {each.key for answer in answers for each in answer.records} >= {b"per:a 1h", b"per:a 5m"}
    rows = dict(stage.tables.kept["rows"])
    assert all(stage.take(each).name == "none" for each in records)
    assert stage.tables.kept["rows"] == rows

    latest = {(each["entity_id"], each["window"]): each for each in told}
    (top,) = top_trends(latest.values(), "1h")
    assert (top["entity_id"], top["level"]) == ("per:a", 2)
    ended = [each for at in range(5) for each in stage.take(mention(99 + at, 3 * HOUR + at, "loc:quiet")).records]
    assert {(each.key, read_trend(each.value)["level"]) for each in ended} >= {(b"per:a 1h", 0), (b"per:a 5m", 0)}
    for each in ended:
        latest[read_trend(each.value)["entity_id"], read_trend(each.value)["window"]] = read_trend(each.value)
    assert top_trends(latest.values(), "1h") == []


def test_after_a_lull_the_clock_tells_that_it_is_over(fits_contract: Any) -> None:
    stage = make_trends(fits_contract)
    for number in range(30):
        stage.take(mention(number, number * 20))
    now = START + 3 * HOUR
    assert stage.work.tick(now).records == ()
    assert stage.work.tick(now + LULL - 1).records == ()
    ended = stage.work.tick(now + LULL).records
    assert (b"per:a 1h", 0) in {(each.key, read_trend(each.value)["level"]) for each in ended}
    while stage.work.tick(now + 2 * LULL).records:
        pass
    assert stage.work.tick(now + 2 * LULL).name == "none"


def test_of_more_ends_than_one_answer_holds_the_rest_comes_with_the_next() -> None:
    work, _ = work_of(MENTIONED.name)
    for name in range(130):
        for number in range(12):
            work.take(mention(number, number, f"per:{name}"))
    now = START + 400 * HOUR
    work.tick(now)
    answers = [work.tick(now + LULL) for _ in range(4)]
    ended = [{each.key.partition(b" ")[0] for each in answer.records} for answer in answers]
    assert [len(each) for each in ended] == [100, 30, 0, 0]


def test_a_later_version_is_no_further_article(fits_contract: Any) -> None:
    stage = make_trends(fits_contract)
    for version in range(1, 60):
        read = mention(1, version * 20)
        value = orjson.loads(read.value)
        value["article"]["version"] = version
        assert stage.take(replace(read, value=orjson.dumps(value | {"id": f"e{version}"}))).records == ()


def test_what_is_remembered_of_mentions_is_bounded(fits_contract: Any) -> None:
    stage = Stage(open_trends, fits_contract)
    for number in range(400):
        stage.take(mention(number, number * HOUR, f"per:{number % 3}"))
    assert len(stage.tables.kept["seen"]) <= 24 + 5
    assert len(stage.tables.kept["rows"]) == 3


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"{}", b'{"level": 1}', b"\xff"])
def test_what_is_no_trend_is_none(value: bytes | None) -> None:
    assert read_trend(value) is None


def test_the_stages_read_what_they_say() -> None:
    for stage in (repeating(), placing(), trending()):
        assert stage.changelog is not None
        assert stage.changelog.partitions == stage.source.partitions
        assert stage.changelog.name == f"news.state.{stage.name}"
        assert stage.open(DictTables()).tick(START).records == ()
