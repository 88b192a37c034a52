"""Rules applied, articles in, alerts out, through a whole worker on both brokers; and what a kill changes: nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from brokers import Topics, both_brokers
from streams.contracts import ALERT, schema_folder, validator
from streams.records import OutboundRecord
from streams.rules.alerts import derive_id
from streams.topics import ALERTS, ENRICHED, RULES

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = both_brokers

STREAMS = [sys.executable, "-m", "streams.cli"]
WORKER = [*STREAMS, "worker"]
DESK = {"agents": "desk", "stories": "false"}
EXAMPLE = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())
PATIENCE = 120.0


def apply(address: str, *rules: dict[str, Any]) -> None:
    text = "\n---\n".join(json.dumps(rule) for rule in rules)
    command = [*STREAMS, "rules", "apply", "-", "--yes", "--broker", address]
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def enriched(name: str, **more: Any) -> OutboundRecord:
    """Return an article of a story of its own, as the worker publishes it."""
    story = {"id": name, "duplicate_of": None, "copies": 0, "original": None}
    value = EXAMPLE | {"id": name, "story": story, "enriched_at": datetime.now(UTC).isoformat()} | more
    headers = (("news_streams.input", b"news.articles.raw/0/1"),)
    return OutboundRecord(ENRICHED.name, name.encode(), orjson.dumps(value), headers)


def sent(address: str, *topics: str, at_least: int = 0) -> dict[str, set[bytes]]:
    """Return the values of each alert by its id, each held against its schema."""
    found: dict[str, set[bytes]] = defaultdict(set)
    for record in Topics(address).read(*topics, at_least=at_least):
        value = orjson.loads(record.value)
        validator(ALERT, strict=True).validate(value)
        assert dict(record.headers)["ce_id"].decode() == value["id"]
        assert record.topic == value["topic"]
        found[value["id"]].add(record.value)
    return found


def wait_sent(address: str, wanted: set[str], *topics: str) -> dict[str, set[bytes]]:
    """Return all alerts once these are there."""
    deadline = time.monotonic() + PATIENCE
    while not wanted <= (found := sent(address, *topics)).keys():
        assert time.monotonic() < deadline, f"{len(wanted - found.keys())} of {len(wanted)} are missing"
    return found


def alert_id(rule: str, name: str) -> str:
    return derive_id(rule, name, name, EXAMPLE["content_hash"])


def test_an_article_is_told_to_whom_a_rule_names_as_the_rule_is_now(
    topics: Any, start_worker: Callable[..., Any]
) -> None:
    address = topics.address
    rule = {"rule": "putin", "when": {"entity": "Vladimir Putin", "words": "tiba"}, "severity": "high"}
    apply(address, rule, {"rule": "diam", "when": {"words": "gempa"}})
    worker = start_worker(WORKER)
    raw = {
        "url": "https://a.example/1",
        "text": "Presiden Rusia Vladimir Putin tiba di Minsk, Senin.",
        "language": "id",
    }
    produce = [*STREAMS, "produce", "--broker", address, "-"]
    subprocess.run(produce, input=json.dumps(raw), text=True, check=True, capture_output=True, timeout=60)
    (first,) = [orjson.loads(value) for (value,) in sent(address, ALERTS.name, at_least=1).values()]
    assert (first["rule"]["id"], first["severity"], first["kind"]) == ("putin", "high", "alert")
    assert first["article"]["url"] == raw["url"]
    because = {each["condition"]: each for each in first["because"]}
    assert because["words"]["text"] == "tiba"
    assert because["entity"]["sentence"]["text"] == raw["text"]
    assert first["article"]["story_id"] == first["article"]["id"]

    bad = [OutboundRecord(RULES.name, key, value) for key, value in ((b"x", b"{"), (b"diam", b'{"rule": "diam"}'))]
    Topics(address).publish(bad)
    apply(address, rule | {"severity": "low"})
    worker.wait_for(lambda: worker.metric("news_streams_refused_rules") == 2)
    number = 0
    while not any(b'"severity":"low"' in value for values in sent(address, ALERTS.name).values() for value in values):
        number += 1
        assert number < 60
        Topics(address).publish([enriched(f"later{number}")])


def test_no_alert_is_missed_and_none_is_told_in_two_ways_over_kills(
    topics: Any, start_worker: Callable[..., Any]
) -> None:
    address, names = topics.address, [f"a{number}" for number in range(500)]
    tiba, own = ({"rule": name, "when": {"words": "tiba"}} for name in ("tiba", "milik"))
    count = {"rule": "ramai", "when": {"words": "tiba"}, "count": {"at_least": 20, "within": "1h"}}
    apply(address, tiba, own | {"send_to": "own"}, count)
    own_topic = f"{ALERTS.name}.milik"
    Topics(address).publish([enriched(name) for name in names])
    told = 'news_streams_agent_records_total{agent="alerts",outcome="published"}'
    for _ in range(2):
        worker = start_worker(WORKER, ready=False, **DESK)
        worker.wait_for(lambda worker=worker: worker.metric(told) > 20)
        worker.kill()
    start_worker(WORKER, ready=False, **DESK)
    wanted = {alert_id(rule, name) for rule in ("tiba", "milik") for name in names}
    found = wait_sent(address, wanted, ALERTS.name, own_topic)
    assert all(len(values) == 1 for values in found.values()), "an id with two values"
    others = [orjson.loads(next(iter(found[id_]))) for id_ in found.keys() - wanted]
    assert [each["rule"]["id"] for each in others] == ["ramai"]
    assert {each.topic for each in Topics(address).read(ALERTS.name, own_topic)} == {ALERTS.name, own_topic}


def test_a_rules_own_topic_that_is_not_there_holds_up_nobody(topics: Any, start_worker: Callable[..., Any]) -> None:
    address = topics.address
    rule = {"rule": "tanpa-topik", "when": {"words": "tiba"}, "send_to": "own"}
    Topics(address).publish([OutboundRecord(RULES.name, b"tanpa-topik", orjson.dumps(rule))])
    start_worker(WORKER, **DESK)
    Topics(address).publish([enriched("a")])
    wait_sent(address, {alert_id("tanpa-topik", "a")}, ALERTS.name)


def test_a_rule_that_is_deleted_tells_no_more_and_one_that_comes_later_does(
    topics: Any, start_worker: Callable[..., Any]
) -> None:
    address = topics.address
    apply(address, {"rule": "alt", "when": {"words": "tiba"}})
    worker = start_worker(WORKER, **DESK)
    Topics(address).publish([OutboundRecord(RULES.name, b"alt", None)])
    apply(address, {"rule": "neu", "when": {"words": "tiba"}})
    worker.wait_for(lambda: worker.metric("news_streams_loaded_rules") == 1 and "neu" in listed(address))
    number = 0
    while not (found := sent(address, ALERTS.name)):
        number += 1
        assert number < 60
        Topics(address).publish([enriched(f"a{number}")])
    (last,) = {orjson.loads(value)["rule"]["id"] for values in found.values() for value in values} - {"alt"}
    assert last == "neu"


def listed(address: str) -> str:
    command = [*STREAMS, "rules", "list", "--broker", address]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
