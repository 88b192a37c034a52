"""Topics on the embedded broker: created by the table, and named where they differ from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiokafka.admin import NewTopic
from click.testing import CliRunner

from streams.adapters.connection import administration
from streams.adapters.topic_layouts import create_missing, find_layouts, require_layouts
from streams.cli.topics import command
from streams.errors import TopicLayoutError
from streams.topics import RAW, TOPICS

if TYPE_CHECKING:
    from click.testing import Result

    from streams.adapters.broker import EmbeddedBroker

pytestmark = [pytest.mark.broker, pytest.mark.timeout(60)]


def run(broker: EmbeddedBroker, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--broker", broker.address])


def test_creates_what_is_missing_and_nothing_twice(broker: EmbeddedBroker) -> None:
    assert "missing; wanted 8 partitions" in run(broker, "list").output
    assert isinstance(run(broker, "check").exception, TopicLayoutError)
    first = run(broker, "create")
    assert first.exit_code == 0
    assert first.output.count("created") == len(TOPICS)
    assert run(broker, "create").output.count("exists") == len(TOPICS)
    checked = run(broker, "check")
    assert (checked.exit_code, checked.output) == (0, f"all {len(TOPICS)} topics are as wanted\n")
    listed = run(broker, "list").output
    for topic in TOPICS:
        assert (
            f"{topic.name}\n  8 partitions, cleanup.policy=delete, retention.ms={topic.config['retention.ms']}"
            in listed
        )


async def test_looking_creates_nothing(broker: EmbeddedBroker) -> None:
    async with administration(broker.address) as client:
        assert set((await find_layouts(client, TOPICS)).values()) == {None}
        assert await client.list_topics() == []


@pytest.mark.parametrize(
    ("partitions", "config", "told"),
    [
        (3, {}, "found 3 partitions, wanted 8 partitions, cleanup.policy=delete"),
        (8, {"cleanup.policy": "compact"}, "found 8 partitions, cleanup.policy=compact, wanted 8 partitions, cleanup"),
        (8, {"retention.ms": "1"}, "found 8 partitions, retention.ms=1, wanted 8 partitions, cleanup.policy=delete"),
    ],
)
async def test_another_layout_is_named_with_the_wanted_one(
    broker: EmbeddedBroker, partitions: int, config: dict[str, str], told: str
) -> None:
    async with administration(broker.address) as client:
        await client.create_topics([NewTopic(RAW.name, partitions, 1, topic_configs=config)])
        with pytest.raises(TopicLayoutError) as caught:
            await create_missing(client, TOPICS, replication=1, max_record_bytes=1024)
        assert f"topic {RAW.name} has another layout: {told}" in str(caught.value)
        assert await client.list_topics() == [RAW.name], "nothing was created beside it"
        with pytest.raises(TopicLayoutError, match=r"news\.articles\.dlq does not exist"):
            require_layouts(TOPICS, await find_layouts(client, TOPICS))


async def test_workers_that_create_at_the_same_moment_do_not_disturb_each_other(broker: EmbeddedBroker) -> None:
    async with administration(broker.address) as one, administration(broker.address) as other:
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
