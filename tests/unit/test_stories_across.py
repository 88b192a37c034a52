"""The Indonesian and the English telling of one event are one story: by the shipped model, from raw record to place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from stateful_desk import Desk
from streams.outcomes import Published
from streams.pipeline import Pipeline
from streams.records import InboundRecord
from streams.samples import load_samples
from streams.settings import Settings
from streams.stages.enrich import load_enrich
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = ("cnbc-disarmament", "reuters-lakers")


def read_samples() -> Iterator[tuple[str, InboundRecord]]:
    """Give each event in both languages, the languages far apart."""
    values = {sample.name: sample.value for sample in load_samples()}
    for number, name in enumerate(f"ntrex-{language}-{event}.txt" for language in ("id", "en") for event in EVENTS):
        yield name, InboundRecord(values[name], datetime.fromtimestamp(1_700_000_000 + number, UTC), offset=number)


def test_both_tellings_of_an_event_are_one_story_and_no_copy(fits_contract: Any) -> None:
    pipeline, desk = Pipeline(load_enrich(Settings.load()), stories=True), Desk(fits_contract)
    articles: dict[str, Any] = {}
    for name, record in read_samples():
        (outcome,) = pipeline.process([record])
        assert isinstance(outcome, Published)
        told = [orjson.loads(each.value) for each in desk.take(outcome.records) if each.topic == ENRICHED.name]
        articles[name] = told[0]
    for event in EVENTS:
        indonesian, english = (articles[f"ntrex-{language}-{event}.txt"] for language in ("id", "en"))
        assert english["language"]["code"] == "en"
        assert english["story"]["id"] == indonesian["id"]
        assert english["story"]["duplicate_of"] is None
    assert len({article["story"]["id"] for article in articles.values()}) == len(EVENTS)
