"""Topics on both brokers: created by the table, and named where they differ from it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiokafka.admin import NewTopic
from click.testing import CliRunner

from brokers import both_brokers
from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.topic_layouts import create_missing, find_layouts, require_layouts
from streams.cli.topics import command
from streams.errors import TopicLayoutError
from streams.topics import RAW, TOPICS

if TYPE_CHECKING:
    from aiokafka.admin import AIOKafkaAdminClient
    from click.testing import Result

    from apache_kafka import ApacheKafka
    from streams.adapters.broker import EmbeddedBroker

    Place = EmbeddedBroker | ApacheKafka

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]


def run(place: Place, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--broker", place.address])


def ours(names: list[str]) -> list[str]:
    """Return the topics of news-streams: other tests of one broker leave some of their own."""
    return [name for name in names if name.startswith("news.")]


@both_brokers
def test_creates_what_is_missing_and_nothing_twice(place: Place) -> None:
    assert "missing; wanted 8 partitions" in run(place, "list").output
    assert isinstance(run(place, "check").exception, TopicLayoutError)
    first = run(place, "create")
    assert first.exit_code == 0
    assert first.output.count("created") == len(TOPICS)
    assert run(place, "create").output.count("exists") == len(TOPICS)
    checked = run(place, "check")
    assert (checked.exit_code, checked.output) == (0, f"all {len(TOPICS)} topics are as wanted\n")
    listed = run(place, "list").output
    for topic in TOPICS:
        policy, kept = topic.config["cleanup.policy"], topic.config["retention.ms"]
        layout = f"{topic.partitions} partition{'s' if topic.partitions != 1 else ''}, cleanup.policy={policy}, retention.ms={kept}"
        assert f"{topic.name}\n  {layout}" in listed


async def create(client: AIOKafkaAdminClient, new: NewTopic) -> None:
    """Create a topic and wait until the broker tells of it: Apache Kafka acknowledges some moments before."""
    await client.create_topics([new])
    while True:
        found = (await find_layouts(client, [RAW]))[RAW.name]
        if found and all(found.config.get(name, value) == value for name, value in new.topic_configs.items()):
            return
        await asyncio.sleep(0.02)


@both_brokers
async def test_looking_creates_nothing(place: Place) -> None:
    async with administration(place.address) as client:
        assert set((await find_layouts(client, TOPICS)).values()) == {None}
        assert ours(await client.list_topics()) == []


@both_brokers
@pytest.mark.parametrize(
    ("partitions", "config", "told"),
    [
        (3, {}, ("found 3 partitions",)),
        (8, {"cleanup.policy": "compact"}, ("found 8 partitions, cleanup.policy=compact",)),
        (8, {"retention.ms": "1"}, ("found 8 partitions", "retention.ms=1, wanted")),
    ],
)
async def test_another_layout_is_named_with_the_wanted_one(
    place: Place, partitions: int, config: dict[str, str], told: tuple[str, ...]
) -> None:
    async with administration(place.address) as client:
        await create(client, NewTopic(RAW.name, partitions, 1, topic_configs=config))
        with pytest.raises(TopicLayoutError) as caught:
            await create_missing(client, TOPICS, replication=1, max_record_bytes=1024)
        assert str(caught.value).startswith(f"topic {RAW.name} has another layout: {told[0]}")
        for words in (*told, "wanted 8 partitions, cleanup.policy=delete"):
            assert words in str(caught.value)
        assert ours(await client.list_topics()) == [RAW.name], "nothing was created beside it"
        with pytest.raises(TopicLayoutError, match=r"news\.articles\.dlq does not exist"):
            require_layouts(TOPICS, await find_layouts(client, TOPICS))


@both_brokers
async def test_workers_that_create_at_the_same_moment_do_not_disturb_each_other(place: Place) -> None:
    async with administration(place.address) as one, administration(place.address) as other:
        # The other worker creates them between our look and our creation.
        original = one.create_topics

        async def late(topics: list[NewTopic]) -> object:
            await create_missing(other, TOPICS, replication=1, max_record_bytes=1024)
            return await original(topics)

        one.create_topics = late
        await create_missing(one, TOPICS, replication=1, max_record_bytes=1024)
        require_layouts(TOPICS, await find_layouts(one, TOPICS))


@pytest.mark.parametrize("arguments", [["create", "--replication", "0"], ["create", "--replication", "x"], ["nothing"]])
def test_wrong_arguments_are_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == 2
