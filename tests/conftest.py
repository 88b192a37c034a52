"""Shared by all tests: every output of every test run is held against its schema, and a small enrich stage."""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson
import pytest
import yaml
from hypothesis import HealthCheck, settings

from streams.articles import EnrichedArticle, Entity, EntityMention, Language, Sentiment
from streams.contracts import (
    ARTICLE_DROPPED,
    DEAD_LETTER,
    ENRICHED_ARTICLE,
    ENTITY_MENTIONED,
    ENTITY_TREND,
    schema_folder,
    validator,
)
from streams.outcomes import DeadLettered, Dropped, Outcome, Published
from streams.pipeline import Pipeline
from streams.records import InboundRecord, OutboundRecord
from streams.topics import DEAD, DROPPED, ENRICHED, FRESH, MENTIONED, READ, TRENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streams.articles import CleanArticle

# A time says how busy the machine is, and no test asserts one.
settings.register_profile("without-times", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("without-times")

PAYLOADS = {
    **dict.fromkeys((READ.name, FRESH.name, ENRICHED.name), ENRICHED_ARTICLE),
    MENTIONED.name: ENTITY_MENTIONED,
    TRENDS.name: ENTITY_TREND,
    DROPPED.name: ARTICLE_DROPPED,
}
HEADERS = {
    **dict.fromkeys((READ.name, FRESH.name), "innerHeaders"),
    TRENDS.name: "trendHeaders",
    DROPPED.name: "droppedHeaders",
}
"""Of the AsyncAPI document; all others have `eventHeaders`."""
TIME = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _processes_can_be_interrupted() -> None:
    """Let what tests start be interrupted: a shell that runs us in the background has SIGINT ignored, down to our children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@cache
def event_headers(topic: str) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of an output's headers, as the AsyncAPI document has them."""
    name = HEADERS.get(topic, "eventHeaders")
    document = yaml.safe_load((schema_folder() / "asyncapi.yaml").read_text("utf-8"))
    schema = document["components"]["schemas"][name] | {"additionalProperties": False}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def check_output(record: OutboundRecord) -> None:
    """Hold an outbound record against the contract: nothing missing, nothing that the contract does not name."""
    headers = dict(record.headers)
    if record.topic == DEAD.name:
        ours = {name: value.decode() for name, value in headers.items() if name in known_headers()}
        validator(DEAD_LETTER, strict=True).validate(ours)
    elif record.topic in PAYLOADS:
        assert len(headers) == len(record.headers), "a header name stands twice"
        value = orjson.loads(record.value)
        validator(PAYLOADS[record.topic], strict=True).validate(value)
        event_headers(record.topic).validate({name: text.decode("latin-1") for name, text in headers.items()})
        assert headers["ce_subject"] == record.key
        assert headers["ce_time"].decode() == value.get("dropped_at", value.get("at", value.get("enriched_at")))
        assert headers["ce_dataschema"].decode().endswith(PAYLOADS[record.topic])


@cache
def known_headers() -> frozenset[str]:
    return frozenset(orjson.loads((schema_folder() / DEAD_LETTER).read_bytes())["properties"])


def check_outcome(record: InboundRecord, outcome: Outcome) -> None:
    for each in outcome.records:
        check_output(each)
    if isinstance(outcome, Published):
        assert sum(each.topic in {READ.name, ENRICHED.name} for each in outcome.records) == 1
    if isinstance(outcome, Dropped):
        assert [each.topic for each in outcome.records] == [DROPPED.name]
    if isinstance(outcome, DeadLettered):
        (letter,) = outcome.records
        assert (letter.topic, letter.value, letter.key) == (DEAD.name, record.value, record.key)
        untouched = tuple(header for header in record.headers if header[0] not in known_headers())
        assert letter.headers[: len(untouched)] == untouched


def check_lines(out: str | bytes | None) -> None:
    """Hold the lines of `news-streams enrich` against the contract."""
    for line in (out or "").splitlines():
        value = orjson.loads(line)
        if "dead_letter" in value:
            assert value["dead_letter"].keys() >= {"stage", "reason"}
        elif "dropped" not in value:
            validator(ENRICHED_ARTICLE, strict=True).validate(value)


@pytest.fixture(scope="session", autouse=True)
def _every_output_fits_its_schema() -> Iterator[None]:
    """Check whatever a pipeline gives out in any test, and whatever the `enrich` command prints."""
    process, run = Pipeline.process, subprocess.run

    @wraps(process)
    def checked_process(self: Pipeline, records: Sequence[InboundRecord]) -> list[Outcome]:
        outcomes = process(self, records)
        for record, outcome in zip(records, outcomes, strict=True):
            check_outcome(record, outcome)
        return outcomes

    @wraps(run)
    def checked_run(*args: Any, **options: Any) -> subprocess.CompletedProcess[Any]:
        done = run(*args, **options)
        command = args[0] if args and isinstance(args[0], list | tuple) else ()
        if "enrich" in map(str, command) and "--help" not in command and done.returncode in {0, 1}:
            check_lines(done.stdout)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pipeline, "process", checked_process)
        patch.setattr(subprocess, "run", checked_run)
        yield


@pytest.fixture(scope="session")
def fits_contract() -> Callable[[OutboundRecord], None]:
    """Give the check of one outbound record, for tests that call a stage by itself or read from a broker."""
    return check_output


@pytest.fixture(scope="session")
def inbound() -> Callable[..., InboundRecord]:
    """Give a maker of raw records: bytes, or anything that JSON can carry."""

    def make(value: object, **fields: Any) -> InboundRecord:
        data = value if value is None or isinstance(value, bytes) else orjson.dumps(value)
        return InboundRecord(data, TIME, **fields)

    return make


class CapitalEnrich:
    """An enrich stage in a few lines: capitalised words are entities, and everything is neutral."""

    def __call__(self, articles: Sequence[CleanArticle], at: Sequence[str]) -> list[EnrichedArticle]:
        """Enrich the articles."""
        return [self._enrich(*pair) for pair in zip(articles, at, strict=True)]

    def _enrich(self, article: CleanArticle, at: str) -> EnrichedArticle:
        mood = Sentiment("neutral", 0.0, 0.75, {"positive": 0.125, "neutral": 0.75, "negative": 0.125})
        shared = (
            "id",
            "content_hash",
            "text",
            "title",
            "lede",
            "url",
            "source",
            "raw_id",
            "published_at",
            "fetched_at",
        )
        return EnrichedArticle(
            **{name: getattr(article, name) for name in (*shared, "byline", "agency", "dateline", "images")},
            language=Language("id", 0.987654321, supported=True),
            entities=tuple(self._entities(article, mood)),
            sentiment=mood,
            sentiment_reason=None,
            models={"capital": "1"},
            enriched_at=at,
        )

    def _entities(self, article: CleanArticle, mood: Sentiment) -> Iterator[Entity]:
        words = sorted({word for word in article.text.split() if word.istitle() and word.isalpha()})[:5]
        for word in words:
            start = article.text.find(word)
            mention = EntityMention(word, start, start + len(word), "body")
            yield Entity(f"per-{word.lower()}", word, "PER", (mention,), 1, 1 / len(words), sentiment=mood)


@pytest.fixture(scope="session")
def enrich() -> CapitalEnrich:
    """Give an enrich stage that needs no model."""
    return CapitalEnrich()
