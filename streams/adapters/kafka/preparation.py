"""What a worker makes sure of before it joins its group: a broker, the rights, the topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.kafka.access import require_access
from streams.adapters.kafka.connection import administration
from streams.adapters.kafka.group_sessions import require_session
from streams.adapters.kafka.topic_layouts import create_missing
from streams.grants import Role, grants_of
from streams.topics import TOPICS

if TYPE_CHECKING:
    from streams.settings import Settings


async def prepare_topics(settings: Settings) -> list[str]:
    """Make sure that a broker lets us do what a worker does, and that the topics are as wanted.

    The right to create topics is needed only where one is missing.

    Returns:
        The names of the topics created.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there.
        AccessRefusedError: the broker does not let us in, or a right is missing.
        TopicLayoutError: a topic has another layout, or cannot be created.
        SettingsError: a file of the settings cannot be used, or the broker refuses our session_timeout.
    """
    grants = grants_of(Role.WORKER, settings.own_group)
    async with administration(settings) as admin:
        client = admin._client  # noqa: SLF001 - the admin client has no public word for requests of our own
        await require_access(client, grants, settings.broker)
        created = await create_missing(
            admin, TOPICS, replication=settings.replication, max_record_bytes=settings.max_record_bytes
        )
        if created:
            # Of a topic that did not exist, the broker told no rights.
            await require_access(client, grants, settings.broker)
        await require_session(admin, settings.session_timeout)
    return created
