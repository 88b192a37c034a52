"""`news-streams audit` on both brokers: what agrees, what is lost, and where."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from click.testing import CliRunner

from streams.adapters.kafka.clients import open_reader
from streams.adapters.kafka.connection import administration, bootstrap_servers
from streams.adapters.kafka.reading_to_end import read_to_end
from streams.cli import commands
from streams.errors import BrokerUnavailableError, DecodeError, Reason
from streams.outcomes import DropReason
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.stages.drop import drop
from streams.stages.route.headers import INPUT
from streams.topics import DEAD, ENRICHED, FRESH, RAW, READ

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.testing import Result

    from brokers import Topics
    from streams.topics import Topic

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

DO = {0: "dead", 3: "drop", 6: "drop", 9: "drop"}
BROKEN = DecodeError(Reason.BAD_JSON, "not JSON")


def audit(address: str, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["audit", "--broker", address, *arguments])


def counts(address: str, *arguments: str) -> dict[str, Any]:
    result = audit(address, "--json", *arguments)
    assert result.stdout, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    assert told["agrees"] is (result.exit_code == 0)
    return told


def raw(count: int) -> list[OutboundRecord]:
    return [OutboundRecord(RAW.name, b"%d" % number, b"{}") for number in range(count)]


def enriched(offsets: Iterable[int], partition: int = 0) -> list[OutboundRecord]:
    places = (f"{RAW.name}/{partition}/{offset}".encode() for offset in offsets)
    return [OutboundRecord(ENRICHED.name, b"k", b"{}", ((INPUT, place),)) for place in places]


def dropped(offsets: Iterable[int], partition: int) -> list[OutboundRecord]:
    article = {"id": "a", "url": None, "source": None, "enriched_at": "2026-01-02T00:00:00.000Z"}
    places = (((INPUT, f"{RAW.name}/{partition}/{offset}".encode()),) for offset in offsets)
    return [drop(article, DropReason.UNCHANGED, "as it was", place).records[0] for place in places]


def between(topic: Topic, offsets: Iterable[int], partition: int = 0) -> list[OutboundRecord]:
    places = (f"{RAW.name}/{partition}/{offset}".encode() for offset in offsets)
    return [OutboundRecord(topic.name, b"k", b"{}", ((INPUT, place),)) for place in places]


def test_nothing_there_agrees(any_broker: Topics) -> None:
    told = counts(any_broker.address)
    assert (told["read"], told["agrees"], len(told["partitions"])) == (0, True, 8)


def test_every_record_is_one_thing_or_on_its_way(any_broker: Topics) -> None:
    any_broker.bury(raw(20), BROKEN)
    any_broker.publish(raw(80), 0)
    any_broker.publish(raw(7), 5)
    any_broker.publish(enriched(range(20, 90)) + enriched(range(20, 25)))
    any_broker.commit("mine", {0: 60})
    told = counts(any_broker.address, "--group", "mine")
    assert told["agrees"]
    assert (told["read"], told["enriched"], told["dead_lettered"], told["in_flight"]) == (107, 70, 20, 17)
    assert (told["missing"], told["both"], told["repeated"], told["elsewhere"], told["unnamed"]) == (0, 0, 5, 0, 0)
    assert told["partitions"][5]["in_flight"] == 7
    assert (told["partitions"][0]["committed"], told["partitions"][5]["committed"]) == (60, None)
    shown = audit(any_broker.address, "--group", "mine").stdout
    assert "in 107 = 70 enriched + 0 dropped + 20 dead-lettered + 17 in flight" in shown


def test_what_is_lost_is_named(any_broker: Topics) -> None:
    any_broker.publish(raw(50), 3)
    any_broker.publish(enriched(set(range(50)) - {7, 11, *range(30, 50)}, partition=3))
    any_broker.commit("mine", {3: 40})
    result = audit(any_broker.address, "--group", "mine")
    assert result.exit_code == 1
    first = ", ".join(f"news.articles.raw/3/{offset}" for offset in (7, 11, *range(30, 38)))
    assert result.stderr == f"12 committed, but no outcome: {first} …\n"
    told = counts(any_broker.address, "--group", "mine")
    assert (told["missing"], told["in_flight"]) == (12, 10)
    assert told["partitions"][3]["first_missing"] == [7, 11, *range(30, 38)]


def test_two_outcomes_of_one_record_disagree(any_broker: Topics) -> None:
    any_broker.bury(raw(3), BROKEN)
    any_broker.publish(enriched([1]))
    result = audit(any_broker.address)
    assert result.exit_code == 1
    assert "1 with more than one outcome: news.articles.raw/0/1\n" in result.stderr


def test_what_was_dropped_is_not_missed(any_broker: Topics) -> None:
    any_broker.publish(raw(10), 2)
    any_broker.publish(enriched(range(6), partition=2) + dropped(range(5, 9), partition=2))
    any_broker.commit("mine", {2: 10})
    told = counts(any_broker.address, "--group", "mine")
    assert (told["enriched"], told["dropped"], told["missing"], told["both"]) == (6, 4, 1, 1)
    assert (told["partitions"][2]["first_missing"], told["partitions"][2]["first_both"]) == ([9], [5])


def test_what_stands_between_two_stages_is_on_its_way(any_broker: Topics) -> None:
    any_broker.publish(raw(10), 0)
    any_broker.commit("mine", {0: 10})
    any_broker.publish(between(READ, range(8)), 1)
    any_broker.publish(between(FRESH, range(2)), 0)
    told = counts(any_broker.address, "--group", "mine")
    assert (told["in_flight"], told["missing"]) == (8, 2)
    any_broker.publish(enriched([0]))
    any_broker.commit("mine", {1: 4}, READ.name)
    any_broker.commit("mine", {0: 1}, FRESH.name)
    # Of the first four that the next stage took, one came out, one stands further on, two are lost with the last two.
    told = counts(any_broker.address, "--group", "mine")
    assert (told["enriched"], told["in_flight"], told["missing"]) == (1, 5, 4)
    assert told["partitions"][0]["first_missing"] == [2, 3, 8, 9]


def test_the_desk_may_commit_for_itself(any_broker: Topics) -> None:
    any_broker.publish(raw(10), 0)
    any_broker.commit("mine", {0: 10})
    any_broker.publish(between(READ, range(10)), 1)
    any_broker.publish(enriched(range(6)))
    # Whole workers came to 2, then those of the desk alone went on to 7.
    any_broker.commit("mine", {1: 2}, READ.name)
    any_broker.commit("mine-desk", {1: 7}, READ.name)
    told = counts(any_broker.address, "--group", "mine")
    assert (told["enriched"], told["in_flight"], told["missing"]) == (6, 3, 1)
    assert told["partitions"][0]["first_missing"] == [6]


def test_a_replay_is_a_record_of_its_own(any_broker: Topics) -> None:
    any_broker.bury(raw(2), BROKEN)
    replay = ["dlq", "replay", "--broker", any_broker.address, "--confirm", "2"]
    assert CliRunner().invoke(commands, replay).exit_code == 0
    any_broker.publish(enriched([2]))
    told = counts(any_broker.address)
    assert told["agrees"]
    assert (told["read"], told["enriched"], told["dead_lettered"], told["in_flight"]) == (4, 1, 2, 1)
    assert (told["elsewhere"], told["unnamed"]) == (0, 0), "marks are no outputs"


def test_outputs_of_nothing_that_was_read_are_counted_apart(any_broker: Topics) -> None:
    strange = [b"", b"news.articles.raw/0", b"news.articles.raw/0/-1", b"news.articles.raw/0/x", b"\xff"]
    far = [b"news.articles.raw/0/999999999999999999", b"news.articles.raw/999999999/0", b"other/0/0"]
    any_broker.publish(raw(1), 0)
    any_broker.publish([OutboundRecord(ENRICHED.name, b"k", b"{}", ((INPUT, place),)) for place in strange + far])
    any_broker.publish([OutboundRecord(DEAD.name, b"k", b"not a dead letter")])
    told = counts(any_broker.address)
    assert (told["elsewhere"], told["unnamed"], told["in_flight"]) == (3, 6, 1)


def test_a_real_worker_adds_up(any_broker: Topics, request: pytest.FixtureRequest) -> None:
    start_worker = request.getfixturevalue("start_worker_at")
    orders = [json.dumps({"id": f"a{n}", "do": DO.get(n % 10, "publish")}).encode() for n in range(300)]
    worker = start_worker(any_broker.address, group="real")
    any_broker.publish([OutboundRecord(RAW.name, order, order) for order in orders])
    worker.wait_for(lambda: worker.metric("news_streams_end_to_end_latency_seconds_count") == 300)
    assert worker.stop() == 0
    told = counts(any_broker.address, "--group", "real")
    assert told["agrees"], told
    assert (told["read"], told["enriched"], told["dead_lettered"], told["in_flight"]) == (300, 180, 30, 0)
    assert told["dropped"] == 90, "each with its reason"


@pytest.mark.apache
def test_what_a_transaction_writes_between_the_records_is_no_record(apache_topics: Topics) -> None:
    async def write() -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap_servers(apache_topics.address), transactional_id="crawler"
        )
        await producer.start()
        for _ in range(3):
            async with producer.transaction():
                await producer.send(RAW.name, b"{}", partition=0)
        await producer.stop()

    asyncio.run(write())
    apache_topics.publish(enriched([0, 2]))
    apache_topics.commit("mine", {0: 6})
    told = counts(apache_topics.address, "--group", "mine")
    assert (told["read"], told["enriched"], told["missing"]) == (3, 2, 1)
    assert told["partitions"][0]["first_missing"] == [4]


@pytest.mark.apache
def test_records_whose_retention_is_over_are_not_asked_for(apache_topics: Topics) -> None:
    from aiokafka.admin import RecordsToDelete  # noqa: PLC0415

    async def delete() -> None:
        async with administration(apache_topics.address, patience=10) as client:
            await client.delete_records({TopicPartition(RAW.name, 0): RecordsToDelete(before_offset=6)})

    apache_topics.publish(raw(10), 0)
    apache_topics.publish(enriched([0, 1, 7, 8, 9]))
    apache_topics.commit("mine", {0: 10})
    asyncio.run(delete())
    told = counts(apache_topics.address, "--group", "mine")
    assert (told["read"], told["enriched"], told["missing"], told["elsewhere"]) == (4, 3, 1, 2)
    assert told["partitions"][0]["first"] == 6


def test_without_topics_it_is_one_line(broker: Any) -> None:
    result = audit(broker.address)
    assert result.exit_code == 1
    assert result.stderr.startswith("news-streams: no topic news.articles.raw at kafka://127.0.0.1:")
    assert result.stderr.count("\n") == 1


def test_without_a_broker_it_is_one_line() -> None:
    result = audit("kafka://127.0.0.1:1")
    assert result.exit_code == 1
    assert "no Kafka broker answers at kafka://127.0.0.1:1" in result.stderr
    assert result.stderr.count("\n") == 1


async def test_a_broker_that_goes_away_is_one_error(topics: Any) -> None:
    settings = Settings.load(broker=topics.address)
    async with open_reader(settings, (RAW.name,), "earliest") as reader:
        place = TopicPartition(RAW.name, 0)
        told = await reader.end_offsets([place])
        # An end that never comes, as where the broker stops answering half-way.
        reader.end_offsets = lambda _: asyncio.sleep(0, {place: told[place] + 1})
        with pytest.raises(
            BrokerUnavailableError, match=r"gave nothing for 1 s, short of the end of news\.articles\.raw"
        ):
            async for _ in read_to_end(reader, stall=1):
                pass
