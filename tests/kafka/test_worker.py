"""The worker as a process, on both brokers: every raw record ends as exactly one outcome."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from brokers import both_brokers
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120), both_brokers]

PUBLISHED = 'news_streams_records_total{outcome="published"}'
BEGUN = "news_streams_batch_size_records_count"
"""Batches that the pipeline was given: what only waits for one is let go by a stop."""


def names(count: int, prefix: str = "a") -> set[str]:
    return {f"{prefix}{index}" for index in range(count)}


def test_every_record_ends_as_exactly_one_outcome(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    good, dead, dropped = names(300), names(40, "d"), names(20, "x")
    records = [order(n) for n in good] + [order(n, "dead") for n in dead] + [order(n, "drop") for n in dropped]
    produce([*records, b"\xff\xfe no json", b"", None])
    worker = start_worker()
    outputs.wait(enriched=good, mentioned=good, dead=43)
    worker.wait_for(lambda: worker.metric('news_streams_records_total{outcome="dropped"}') == 20)
    assert worker.metric(PUBLISHED) == 300
    assert worker.metric('news_streams_records_total{outcome="dead_lettered"}') == 43
    assert worker.metric('news_streams_dead_letters_total{reason="bad_schema",stage="decode"}') == 40
    assert worker.metric("news_streams_in_flight_records") == 0
    assert worker.stop() == 0
    outputs.settle()
    assert {dict(record.headers)["reason"] for record in outputs.dropped} == {b"unchanged"}
    assert len({dict(record.headers)["ce_id"] for record in outputs.dropped}) == len(outputs.dropped) == 20
    assert set(outputs.enriched.values()) == {1}
    assert set(outputs.mentioned) == good
    assert len(outputs.dead) == 43


def test_dead_letters_are_as_they_came(produce: Callable[..., None], start_worker: Any, outputs: Any) -> None:
    headers = [("traceparent", b"00-1"), ("traceparent", b"00-2"), ("empty", None)]
    bodies = {b"\x00\xff bytes", b"[]", b""}
    bare: list[Any] = [(None, b"keyless", []), (b"tombstone", None, []), (None, None, headers)]
    produce([(b"key \xff", body, headers) for body in bodies] + bare)
    start_worker()
    outputs.wait(dead=6)
    by_value = {letter.value: letter for letter in outputs.dead}
    assert set(by_value) == bodies | {b"keyless", None}
    assert by_value[b"keyless"].key is None
    assert {letter.key for letter in outputs.dead if letter.value is None} == {b"tombstone", None}
    for body in bodies:
        assert by_value[body].key == b"key \xff"
        assert list(by_value[body].headers[:3]) == headers
        written = dict(by_value[body].headers)
        assert written["__connect.errors.topic"] == b"news.articles.raw"
        assert written["__connect.errors.reason"] == b"bad_json"


def test_what_the_pipeline_raises_is_one_dead_letter(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    good = names(100)
    produce([order("r", "raise_"), *(order(n) for n in good), order("e", "exit"), order("r2", "raise_")])
    worker = start_worker()
    outputs.wait(enriched=good, dead=3)
    classes = sorted(dict(letter.headers)["__connect.errors.exception.class.name"] for letter in outputs.dead)
    assert classes == [b"builtins.MemoryError", b"builtins.MemoryError", b"builtins.SystemExit"]
    assert worker.stop() == 0


def test_an_output_that_is_too_large_is_a_dead_letter(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    value = order("big", "large")
    produce([order("a0"), value, order("a1")])
    worker = start_worker(max_record_bytes="2000000")
    outputs.wait(enriched=names(2), dead=1)
    (letter,) = outputs.dead
    assert letter.value == value
    assert dict(letter.headers)["__connect.errors.reason"] == b"too_large"
    assert outputs.settle().mentioned.keys() == names(2), "nothing of it was published"
    assert worker.stop() == 0


def test_a_record_too_large_for_the_dead_letter_topic_says_where_it_is(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    produce([order("a0"), (b"k", b"\xff" * 3_000_000, [("mine", b"x" * 100)]), order("a1")])
    worker = start_worker(max_record_bytes="1024")
    outputs.wait(enriched=names(2), dead=1)
    (letter,) = outputs.dead
    assert letter.value is None
    assert letter.key == b"k"
    written = dict(letter.headers)
    assert written["news_streams.value.left_at"].startswith(b"news.articles.raw/")
    why = (written["__connect.errors.stage"], written["__connect.errors.reason"])
    assert why == (b"decode", b"bad_json"), "why it is dead, not why its bytes stayed behind"
    assert worker.stop() == 0


def test_large_records_pass(produce: Callable[..., None], start_worker: Any, outputs: Any) -> None:
    produce([order("a0", pad="x" * 7_900_000), order("a1")])
    start_worker()
    outputs.wait(enriched=names(2))


@pytest.mark.parametrize("compression", ["gzip", "lz4", "snappy", "zstd"])
def test_reads_what_crawlers_compress(
    produce: Callable[..., None], start_worker: Any, outputs: Any, compression: str
) -> None:
    produce([order(n) for n in names(20)], compression_type=compression)
    start_worker()
    outputs.wait(enriched=names(20))


@pytest.mark.parametrize("timestamp", [0, -5, 2**62])
def test_any_timestamp_is_taken(produce: Callable[..., None], start_worker: Any, outputs: Any, timestamp: int) -> None:
    produce([order("a0")], timestamp_ms=timestamp)
    start_worker()
    outputs.wait(enriched=names(1))


def test_two_workers_share_the_partitions(produce: Callable[..., None], start_worker: Any, outputs: Any) -> None:
    first = start_worker()
    produce([order(n, "slow") for n in names(100)])
    second = start_worker()
    produce([order(n, "slow") for n in names(300, "b")])
    outputs.wait(enriched=names(100) | names(300, "b"))
    assert first.metric("news_streams_assigned_partitions") == 4
    assert second.metric("news_streams_assigned_partitions") == 4
    assert first.metric(PUBLISHED) > 0
    assert second.metric(PUBLISHED) > 0
    assert first.stop() == 0
    produce([order(n) for n in names(50, "c")])
    outputs.wait(enriched=names(50, "c"))
    assert second.stop() == 0


def test_a_killed_worker_loses_nothing(produce: Callable[..., None], start_worker: Any, outputs: Any) -> None:
    everything = names(400)
    produce([order(n, "slow") for n in everything])
    for _ in range(2):
        worker = start_worker()
        worker.wait_for(lambda worker=worker: worker.metric(PUBLISHED) >= 20)
        worker.kill()
    start_worker()
    outputs.wait(enriched=everything, mentioned=everything)


def test_a_stopping_worker_finishes_what_is_in_flight(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    everything = names(200)
    produce([order(n, "slow") for n in everything])
    worker = start_worker()
    worker.wait_for(lambda: worker.metric(PUBLISHED) >= 10)
    assert worker.stop() == 0
    done = outputs.settle().enriched
    assert 10 <= len(done) < 200
    start_worker()
    outputs.wait(enriched=everything, mentioned=everything)
    assert set(outputs.settle().enriched.values()) == {1}, "what was finished is not read again"


def test_workers_that_come_and_go_lose_nothing(produce: Callable[..., None], start_worker: Any, outputs: Any) -> None:
    everything = names(1500)
    orders = [order(n, "slow") for n in everything]
    produce(orders[:500])
    start_worker(in_flight="200")
    for more in (orders[500:1000], orders[1000:]):
        other = start_worker(in_flight="200")
        # However slow the machine is, there is work left for whoever has joined.
        produce(more)
        other.wait_for(lambda other=other: other.metric(PUBLISHED) >= 20)
        assert other.stop() == 0
    outputs.wait(enriched=everything, mentioned=everything)


def test_a_worker_that_hangs_ends_in_time_and_says_so(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    produce([order("a0")])
    worker = start_worker(stop_timeout="2")
    outputs.wait(enriched=names(1))
    produce([order("h", "hang")])
    worker.wait_for(lambda: worker.metric(BEGUN) == 2)
    assert worker.stop() == 75
    assert "records in flight" in worker.log


def test_a_second_signal_ends_it_at_once(produce: Callable[..., None], start_worker: Any) -> None:
    produce([order("h", "hang")])
    worker = start_worker()
    worker.wait_for(lambda: worker.metric(BEGUN) == 1)
    worker.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert worker.stop(signal.SIGINT) == 75


def test_stops_while_it_is_joining(start_worker: Any, outputs: Any) -> None:
    del outputs
    worker = start_worker(ready=False, session_timeout="12")
    worker.wait_for(lambda: "joining" in worker.log)
    assert worker.stop() == 0


def test_a_free_web_port_is_taken_where_any_will_do(
    produce: Callable[..., None], start_worker: Any, outputs: Any
) -> None:
    worker = start_worker(ready=False, web_port="0")
    produce([order("a0")])
    outputs.wait(enriched=names(1))
    assert "on http://127.0.0.1:" in worker.log
    assert "on http://127.0.0.1:0" not in worker.log


def test_shows_itself_over_http(produce: Callable[..., None], start_worker: Any) -> None:
    worker = start_worker(ready=False)
    worker.wait_for(lambda: worker.get("/live")[0] == 200)
    worker.wait_ready()
    status, body = worker.get("/ready")
    assert (status, json.loads(body)) == (
        200,
        {
            "ready": True,
            "model_loaded": True,
            "assigned": True,
            "reachable": True,
            "recovered": True,
            "progressing": True,
        },
    )
    produce([order(n) for n in names(10)])
    worker.wait_for(lambda: worker.metric(PUBLISHED) == 10)
    assert worker.metric('news_streams_model_info{name="fake",version="1"}') == 1
    assert worker.metric("news_streams_end_to_end_latency_seconds_count") == 10
    assert 'news_streams_consumer_lag_seconds{partition="0",topic="news.articles.raw"} 0.0' in worker.get("/metrics")[1]
    assert worker.get("/nothing")[0] == 404
