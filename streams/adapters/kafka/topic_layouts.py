"""Topics on the broker against the table of topics: list, create what is missing, check what is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from streams.errors import TopicLayoutError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiokafka.admin import AIOKafkaAdminClient

    from streams.topics import Topic

ROOM_FOR_HEADERS = 1024 * 1024
"""Bytes that an outbound record may be larger than the largest inbound one: a dead letter carries its reason."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a topic stands on the broker.

    Attributes:
        partitions: how many.
        config: the broker's settings of the topic as far as it tells them; a topic that a
            producer created by accident has none on the embedded broker.
    """

    partitions: int
    config: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Name the layout on one line."""
        count = f"{self.partitions} partition{'s' if self.partitions != 1 else ''}"
        return ", ".join([count, *(f"{name}={self.config[name]}" for name in self.config)])


def wanted_layout(topic: Topic) -> Layout:
    """Return the layout that the table of topics asks for."""
    return Layout(topic.partitions, topic.config)


async def find_layouts(client: AIOKafkaAdminClient, topics: Sequence[Topic]) -> dict[str, Layout | None]:
    """Look up how topics stand; None for one that does not exist.

    Asks for the names of all topics first: asking for a topic by its name would create it.
    """
    partitions = {found["topic"]: len(found["partitions"]) for found in await client.describe_topics()}
    existing = [topic for topic in topics if topic.name in partitions]
    configs = await _read_configs(client, existing)
    return {
        topic.name: Layout(partitions[topic.name], configs[topic.name]) if topic in existing else None
        for topic in topics
    }


async def _read_configs(client: AIOKafkaAdminClient, topics: Sequence[Topic]) -> dict[str, dict[str, str]]:
    """Read the settings that the table names, of each topic; those that the broker does not tell are left out."""
    configs: dict[str, dict[str, str]] = {topic.name: {} for topic in topics}
    if not topics:
        return configs
    # All settings of a topic: the embedded broker hangs up when asked for some by their names.
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    for response in await client.describe_configs(asked):
        for _, _, _, name, entries in (tuple(resource)[:5] for resource in response.resources):
            found = {entry[0]: entry[1] for entry in entries}
            wanted = next(topic for topic in topics if topic.name == name).config
            configs[name] = {setting: found[setting] for setting in wanted if setting in found}
    return configs


async def create_missing(
    client: AIOKafkaAdminClient, topics: Sequence[Topic], *, replication: int, max_record_bytes: int
) -> list[str]:
    """Create the topics that do not exist, and check those that do.

    Args:
        client: connected.
        topics: of the table.
        replication: copies of each partition.
        max_record_bytes: the largest raw value that is processed; sets `max.message.bytes`.

    Returns:
        The names of the topics created, by us and not by another at the same moment.

    Raises:
        TopicLayoutError: a topic exists with another layout, or the broker refuses to create one.
    """
    found = await find_layouts(client, topics)
    require_layouts(topics, {name: layout for name, layout in found.items() if layout is not None})
    missing = [topic for topic in topics if found[topic.name] is None]
    if not missing:
        return []
    limits = {"max.message.bytes": str(largest_record(max_record_bytes))}
    created = await client.create_topics(
        [NewTopic(topic.name, topic.partitions, replication, topic_configs=topic.config | limits) for topic in missing]
    )
    for name, code, *message in created.topic_errors:
        _require_created(name, code, *message)
    return [name for name, code, *_ in created.topic_errors if not code]


def largest_record(max_record_bytes: int) -> int:
    """Return the bytes of the largest record that our topics take: any that we process, enriched or dead, fits."""
    return max_record_bytes * 3 // 2 + ROOM_FOR_HEADERS


def _require_created(name: str, code: int, message: str | None = None) -> None:
    # Another worker that started at the same moment may have been faster.
    if code in (0, TopicAlreadyExistsError.errno):
        return
    error = for_code(code)
    msg = f"topic {name} cannot be created: {error.__name__}: {message or error.description}"
    raise TopicLayoutError(msg)


def require_layouts(topics: Sequence[Topic], found: Mapping[str, Layout | None]) -> None:
    """Compare topics with the table, those in `found`.

    Raises:
        TopicLayoutError: some differ or (None) are missing; the text names both layouts of each.
    """
    faults = [fault for topic in topics if topic.name in found and (fault := difference(topic, found[topic.name]))]
    if faults:
        raise TopicLayoutError("; ".join(faults))


def difference(topic: Topic, found: Layout | None) -> str | None:
    """Say how a topic differs from the table on one line, or None where it does not."""
    wanted = wanted_layout(topic)
    if found is None:
        return f"topic {topic.name} does not exist, wanted {wanted}"
    told = all(wanted.config[name] == value for name, value in found.config.items())
    if found.partitions == wanted.partitions and told:
        return None
    return f"topic {topic.name} has another layout: found {found}, wanted {wanted}"
