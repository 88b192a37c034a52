"""A stage that remembers, under kills and rebalances: every record gets one number, and the numbers have no gaps."""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from brokers import Topics, both_brokers
from streams.records import OutboundRecord
from streams.topics import DEAD, ENRICHED, READ

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = both_brokers
WORKER = [sys.executable, str(Path(__file__).with_name("counting_worker.py"))]
KEYS = [f"key {number}" for number in range(40)]


def feed(address: str, count: int, value: bytes = b"{}") -> None:
    rng = random.Random(count)
    Topics(address).publish([OutboundRecord(READ.name, rng.choice(KEYS).encode(), value) for _ in range(count)])


def wait_under_way(worker: Any) -> None:
    worker.wait_for(lambda: worker.metric('news_streams_agent_records_total{agent="repeats",outcome="published"}') > 50)


def numbers(address: str, at_least: int) -> dict[str, dict[str, set[int]]]:
    """Return the numbers that each record got, by key and place; a repeat must have the number that it had."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for record in Topics(address).read(ENRICHED.name, at_least=at_least):
        key, _, number = json.loads(record.value)["id"].rpartition(" ")
        place = dict(record.headers)["news_streams.input"].decode()
        found[key][place].add(int(number))
    return found


def check(address: str, count: int) -> None:
    """Require that each of so many records got one number, and each key's numbers are 1, 2, 3 and so on."""
    deadline = time.monotonic() + 60
    found = numbers(address, count)
    while sum(map(len, found.values())) < count:
        assert time.monotonic() < deadline, f"{sum(map(len, found.values()))} of {count}"
        found = numbers(address, count)
    for key, places in found.items():
        assert all(len(each) == 1 for each in places.values()), f"two answers to one record of {key}"
        assert sorted(number for each in places.values() for number in each) == list(range(1, len(places) + 1)), key


@pytest.fixture
def desk(start_worker: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **settings: start_worker(WORKER, **settings)


def test_numbers_go_on_after_a_stop_and_a_start(topics: Any, desk: Callable[..., Any]) -> None:
    feed(topics.address, 200)
    worker = desk()
    check(topics.address, 200)
    assert worker.stop() == 0
    feed(topics.address, 300)
    worker = desk()
    check(topics.address, 500)
    assert worker.stop() == 0


@pytest.mark.parametrize("on_disk", [False, True])
def test_no_number_is_lost_or_given_twice_over_kills(
    topics: Any, desk: Callable[..., Any], tmp_path: Path, *, on_disk: bool
) -> None:
    settings = {"state_dir": str(tmp_path / "state")} if on_disk else {}
    rng = random.Random(7)
    for round_ in range(4):
        feed(topics.address, 1_500)
        worker = desk(**settings)
        wait_under_way(worker)
        time.sleep(rng.random() * 0.3)
        worker.kill()
        assert round_ < 4
    desk(**settings)
    check(topics.address, 6_000)


def test_workers_that_join_and_leave_take_the_tables_along(topics: Any, desk: Callable[..., Any]) -> None:
    first = desk()
    feed(topics.address, 1_000)
    second = desk()
    feed(topics.address, 1_001)
    assert first.stop() == 0
    third = desk()
    feed(topics.address, 1_002)
    second.kill()
    feed(topics.address, 1_003)
    check(topics.address, 4_006)
    assert third.stop() == 0


def test_what_a_bad_record_changed_is_undone(topics: Any, desk: Callable[..., Any]) -> None:
    feed(topics.address, 50)
    feed(topics.address, 20, b"bad")
    feed(topics.address, 51)
    worker = desk()
    check(topics.address, 101)
    assert len(Topics(topics.address).read(DEAD.name, at_least=20)) == 20
    assert worker.stop() == 0


def test_a_worker_that_slept_through_its_replacement_ends_itself(topics: Any, desk: Callable[..., Any]) -> None:
    sleeper = desk()
    feed(topics.address, 500)
    sleeper.process.send_signal(signal.SIGSTOP)
    other = desk()
    feed(topics.address, 501)
    check(topics.address, 1_001)
    sleeper.process.send_signal(signal.SIGCONT)
    feed(topics.address, 502)
    check(topics.address, 1_503)
    assert sleeper.process.poll() in (None, 85), sleeper.log
    assert other.process.poll() is None
