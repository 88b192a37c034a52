"""`news-streams topics`: list, create and check the topics; print the grants that clients need, and Strimzi's resources."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from streams.cli import strimzi
from streams.cli.options import broker_option, examples

if TYPE_CHECKING:
    from aiokafka.admin import AIOKafkaAdminClient

    from streams.adapters.kafka.topic_layouts import Layout
    from streams.settings import Settings
    from streams.topics import Topic

SECONDS_TO_BE_TOLD = 10.0


@click.group(
    "topics", epilog=examples("news-streams topics create --broker kafka://127.0.0.1:9092", "news-streams topics list")
)
def command() -> None:
    """List, create and check the topics that news-streams reads and writes."""


@command.command("list", epilog=examples("news-streams topics list"))
@broker_option
def list_topics(broker: str | None) -> None:
    """Show every topic: its layout on the broker, its key and the schema of its values."""
    from streams.topics import TOPICS  # noqa: PLC0415 - --help needs none of this

    found = asyncio.run(look_up(load_settings(broker)))
    for topic in TOPICS:
        click.echo(f"{topic.name}\n  {state(topic, found[topic.name])}\n  {content(topic)}")


@command.command("create", epilog=examples("news-streams topics create", "news-streams topics create --replication 3"))
@broker_option
@click.option("--replication", type=click.IntRange(min=1), help="Copies of each partition [default: the setting].")
def create_topics(broker: str | None, replication: int | None) -> None:
    """Create the topics that are missing; those that exist are checked and never changed."""
    from streams.topics import TOPICS  # noqa: PLC0415

    created = asyncio.run(create(load_settings(broker, replication)))
    for topic in TOPICS:
        click.echo(f"{'created' if topic.name in created else 'exists '}  {topic.name}")


@command.command("check", epilog=examples("news-streams topics check"))
@broker_option
def check_topics(broker: str | None) -> None:
    """Compare the topics with what the workers need; exit code 1 names what differs."""
    from streams.adapters.kafka.topic_layouts import require_layouts  # noqa: PLC0415
    from streams.topics import TOPICS  # noqa: PLC0415

    require_layouts(TOPICS, asyncio.run(look_up(load_settings(broker))))
    click.echo(f"all {len(TOPICS)} topics are as wanted")


@command.command(
    "acls",
    epilog=examples(
        "news-streams topics acls --principal User:news-streams",
        "news-streams topics acls --principal User:crawler --role crawler",
    ),
)
@broker_option
@click.option("--principal", required=True, help="Whom: User:name; for a certificate, User: and its subject.")
@click.option(
    "--role",
    type=click.Choice(["worker", "crawler", "subscriber", "operator", "author", "observer", "administrator"]),
    default="worker",
    show_default=True,
    help="What they do.",
)
@click.option("--group", help="The workers' consumer group [default: the setting `group`].")
def print_acls(broker: str | None, principal: str, role: str, group: str | None) -> None:
    """Print the kafka-acls commands that grant someone what the role needs, and nothing more.

    \b
    worker         reads raw articles, writes what comes out
    crawler        writes raw articles: a crawler, `produce`
    subscriber     reads what comes out: `tail`, `subscribe`, the live page
    operator       `dlq` and `audit`
    author         alert rules: `rules apply`, `list`, `delete` and `test`
    observer       sees how far workers are behind: KEDA
    administrator  `topics list`, `create` and `check`

    Asks no broker. admin.properties is the file by which kafka-acls logs in as someone who may alter ACLs.
    """  # noqa: D301 - the mark is click's, for lines that stay as they are
    from streams.grants import Role, grants_of, kafka_acls  # noqa: PLC0415

    settings = load_settings(broker, group=group)
    servers = settings.broker.removeprefix("kafka://")
    joined = settings.own_group if role == Role.WORKER else settings.group
    click.echo("\n".join(kafka_acls(grants_of(Role(role), joined), principal, servers)))


command.add_command(strimzi.command)


def load_settings(broker: str | None, replication: int | None = None, group: str | None = None) -> Settings:
    """Read the settings with what was given on the command line."""
    from streams.settings import Settings  # noqa: PLC0415

    return Settings.load(broker=broker, replication=replication, group=group)


async def look_up(settings: Settings) -> dict[str, Layout | None]:
    """Return the layout of every topic of the table, None where it does not exist."""
    from streams.adapters.kafka.connection import administration  # noqa: PLC0415
    from streams.adapters.kafka.topic_layouts import find_layouts  # noqa: PLC0415
    from streams.topics import TOPICS  # noqa: PLC0415

    async with administration(settings) as client:
        await require_rights(client, settings)
        return await find_layouts(client, TOPICS)


async def create(settings: Settings) -> list[str]:
    """Create what is missing; return the names."""
    from streams.adapters.kafka.connection import administration  # noqa: PLC0415
    from streams.adapters.kafka.topic_layouts import create_missing, find_layouts  # noqa: PLC0415
    from streams.topics import TOPICS  # noqa: PLC0415

    async with administration(settings) as client:
        await require_rights(client, settings)
        created = await create_missing(
            client, TOPICS, replication=settings.replication, max_record_bytes=settings.max_record_bytes
        )
        # Apache Kafka acknowledges some moments before it tells of them: whoever looks next must find them.
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_BE_TOLD):
                while None in (await find_layouts(client, TOPICS)).values():  # noqa: ASYNC110 - it gives no sign
                    await asyncio.sleep(0.05)
        return created


async def require_rights(client: AIOKafkaAdminClient, settings: Settings) -> None:
    """Make sure that we may see what we compare: what is hidden from us would pass for right.

    Raises:
        AccessRefusedError: naming what we may not.
    """
    from streams.adapters.kafka.access import require_access  # noqa: PLC0415
    from streams.grants import Operation, topic_grants  # noqa: PLC0415
    from streams.topics import TOPICS  # noqa: PLC0415

    names = [topic.name for topic in TOPICS]
    seen = (*topic_grants(Operation.DESCRIBE, names), *topic_grants(Operation.DESCRIBE_CONFIGS, names))
    await require_access(client._client, seen, settings.broker)  # noqa: SLF001 - no public word for our own requests


def state(topic: Topic, found: Layout | None) -> str:
    """Say how the topic stands."""
    from streams.adapters.kafka.topic_layouts import difference, wanted_layout  # noqa: PLC0415

    if found is None:
        return f"missing; wanted {wanted_layout(topic)}"
    return f"differs: {difference(topic, found)}" if difference(topic, found) else str(wanted_layout(topic))


def content(topic: Topic) -> str:
    """Say what the topic's records hold."""
    return f"key: {topic.key}; values: {topic.schema or 'as they came'}"
