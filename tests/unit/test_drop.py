"""drop: what is left out says so, once and the same again, by its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import RouteError
from streams.outcomes import DropReason
from streams.stages.drop import drop
from streams.topics import DROPPED

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.records import Headers

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ARTICLE = {"id": "a1", "url": "https://e.org/a", "source": "Harian", "enriched_at": "2026-01-02T03:04:05.678Z"}


def carried(offset: int = 17, *more: tuple[str, bytes]) -> Headers:
    return (("news_streams.input", b"news.articles.raw/3/%d" % offset), *more)


def test_it_says_which_record_was_left_out_and_why(fits_contract: Callable[..., None]) -> None:
    outcome = drop(ARTICLE, DropReason.UNCHANGED, "as version 1 of a1", carried(17, ("traceparent", TRACE)))
    (said,) = outcome.records
    fits_contract(said)
    value, headers = orjson.loads(said.value), dict(said.headers)
    assert (said.topic, said.key, outcome.reason) == (DROPPED.name, b"a1", "unchanged")
    assert value["article"] == {"id": "a1", "url": "https://e.org/a", "source": "Harian"}
    assert (value["reason"], value["message"]) == ("unchanged", "as version 1 of a1")
    assert value["dropped_at"] == "2026-01-02T03:04:05.678Z"
    assert (headers["reason"], headers["news_streams.input"]) == (b"unchanged", b"news.articles.raw/3/17")
    assert headers["ce_id"].decode() == value["id"]
    assert headers["traceparent"] == TRACE


def test_a_redelivery_is_the_same_bytes_and_another_crawl_is_another_event() -> None:
    def at(offset: int) -> Any:
        return drop(ARTICLE, DropReason.UNCHANGED, "as it was", carried(offset))

    assert at(5) == at(5)
    assert orjson.loads(at(5).records[0].value)["id"] != orjson.loads(at(6).records[0].value)["id"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.sampled_from(DropReason))
def test_any_message_fits(fits_contract: Callable[..., None], message: str, reason: DropReason) -> None:
    (said,) = drop(ARTICLE, reason, message, carried()).records
    fits_contract(said)


def test_a_value_that_breaks_the_contract_is_not_published() -> None:
    with pytest.raises(RouteError, match=r"article\.dropped\.v1\.json: /message"):
        drop(ARTICLE, DropReason.UNCHANGED, "", carried())
