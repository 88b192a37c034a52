"""The pipeline: one outcome per record, in order, whatever a stage does."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from streams.errors import Reason, Stage
from streams.outcomes import DeadLettered, Published
from streams.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streams.articles import CleanArticle, EnrichedArticle
    from streams.pipeline import Enrich
    from streams.records import InboundRecord

    Inbound = Callable[..., InboundRecord]

GOOD = {
    "text": "Presiden Putin tiba di Minsk pada hari Sabtu.\n\nIa bertemu dengan sejumlah menteri di sana.\n\nPutin pulang Minggu."
}


class Panic(BaseException):
    """What a panic of Rust code looks like from Python."""


def test_outcomes_stand_in_the_order_of_their_records(inbound: Inbound, enrich: Enrich) -> None:
    records = [inbound(GOOD), inbound(b"{"), inbound(GOOD), inbound(None)]
    outcomes = Pipeline(enrich).process(records)
    assert [type(outcome) for outcome in outcomes] == [Published, DeadLettered, Published, DeadLettered]
    assert Pipeline(enrich).process([]) == []


@pytest.mark.parametrize("text", ["Kim bertemu Putin di Vladivostok.", "Hello world", "Dolar naik"])
def test_one_sentence_is_an_article(inbound: Inbound, enrich: Enrich, text: str) -> None:
    (outcome,) = Pipeline(enrich).process([inbound({"text": text})])
    assert isinstance(outcome, Published)
    assert outcome.article.text == text


def test_the_size_limit_is_the_pipelines(inbound: Inbound, enrich: Enrich) -> None:
    (outcome,) = Pipeline(enrich, max_record_bytes=10).process([inbound(GOOD)])
    assert outcome.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("no"), Reason.INTERNAL),
        (TimeoutError(), Reason.TIMEOUT),
        (RecursionError(), Reason.TOO_DEEP),
        (MemoryError(), Reason.OUT_OF_MEMORY),
        (StopIteration(), Reason.INTERNAL),
        (Panic("index out of bounds"), Reason.INTERNAL),
    ],
)
def test_a_failure_in_a_batch_stays_one_records_own(
    inbound: Inbound, enrich: Enrich, error: BaseException, reason: Reason
) -> None:
    def failing(articles: Sequence[CleanArticle], at: Sequence[str]) -> list[EnrichedArticle]:
        if any("gagal" in article.text for article in articles):
            raise error
        return enrich(articles, at)

    bad = {"text": GOOD["text"].replace("tiba", "gagal")}
    first, failed, last = Pipeline(failing).process([inbound(GOOD), inbound(bad), inbound(GOOD)])
    assert isinstance(first, Published)
    assert isinstance(last, Published)
    assert (failed.stage, failed.reason) == (Stage.ENRICH, reason)


@pytest.mark.parametrize("answers", [lambda given: given[:-1], lambda _: [], lambda given: [*given, given[0]]])
def test_too_few_or_too_many_answers_shift_nobodys(inbound: Inbound, enrich: Enrich, answers: Any) -> None:
    def wrong(articles: Sequence[CleanArticle], at: Sequence[str]) -> list[EnrichedArticle]:
        given = enrich(articles, at)
        return answers(given) if len(articles) > 1 else given

    records = [inbound({"text": f"{GOOD['text']} Itu kali ke-{number}."}) for number in range(3)]
    outcomes = Pipeline(wrong).process(records)
    assert [f"ke-{number}." in outcome.article.text for number, outcome in enumerate(outcomes)] == [True] * 3


def test_no_answer_at_all_is_a_dead_letter(inbound: Inbound) -> None:
    (outcome,) = Pipeline(lambda articles, at: []).process([inbound(GOOD)])  # noqa: ARG005
    assert (outcome.stage, outcome.reason) == (Stage.ENRICH, Reason.INTERNAL)


def test_an_answer_that_breaks_the_contract_is_not_published(inbound: Inbound) -> None:
    (outcome,) = Pipeline(lambda articles, at: ["no article"] * len(at)).process([inbound(GOOD)])  # noqa: ARG005
    assert outcome.stage is Stage.ROUTE


def test_a_record_without_a_zone_in_its_time_is_its_own_failure(inbound: Inbound, enrich: Enrich) -> None:
    naive = inbound(GOOD)
    object.__setattr__(naive, "timestamp", datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
    failed, good = Pipeline(enrich).process([naive, inbound(GOOD)])
    assert isinstance(failed, DeadLettered)
    assert isinstance(good, Published)


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_ends_it(inbound: Inbound, end: type[BaseException]) -> None:
    def stopped(*_: object) -> list[EnrichedArticle]:
        raise end

    with pytest.raises(end):
        Pipeline(stopped).process([inbound(GOOD)])


def test_every_stage_is_timed_once_a_run(inbound: Inbound, enrich: Enrich) -> None:
    seen: list[Stage] = []

    @contextmanager
    def timer(stage: Stage, records: Sequence[InboundRecord]) -> Iterator[None]:
        seen.append(stage)
        together.append(len(records))
        yield

    together: list[int] = []
    Pipeline(enrich, timer).process([inbound(GOOD), inbound(GOOD), inbound(b"{")])
    assert seen == [*([Stage.DECODE, Stage.EXTRACT] * 2), Stage.DECODE, Stage.ENRICH, Stage.ROUTE, Stage.ROUTE]
    assert together == [1, 1, 1, 1, 1, 2, 1, 1]
