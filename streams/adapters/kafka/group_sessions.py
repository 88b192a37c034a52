"""The start-up check of the group: the broker must take our session time-out.

Apache Kafka refuses a join whose session time-out is outside of its bounds, and Faust's consumer then stays alive
without partitions, for ever and silently. The bounds are settings of the broker; where it does not tell them (no
right to DescribeConfigs on the cluster, the embedded broker) the watchdog finds out: exit code 83.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from streams.errors import SettingsError

if TYPE_CHECKING:
    from aiokafka.admin import AIOKafkaAdminClient

LEAST: Final = "group.min.session.timeout.ms"
MOST: Final = "group.max.session.timeout.ms"
PATIENCE: Final = 2.0


async def require_session(client: AIOKafkaAdminClient, session_timeout: float) -> None:
    """Compare our session time-out with the broker's bounds.

    Args:
        client: connected; it may be of no more use afterwards.
        session_timeout: seconds.

    Raises:
        SettingsError: the broker would refuse it; the text names the bound.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            told = await _broker_settings(client)
    except (KafkaError, TimeoutError):
        return
    least, most = float(told.get(LEAST, 0)) / 1000, float(told.get(MOST, "inf")) / 1000
    if session_timeout < least:
        msg = f"setting session_timeout: the broker takes {least:g} s at least ({LEAST}), found {session_timeout:g}"
        raise SettingsError(msg)
    if session_timeout > most:
        msg = f"setting session_timeout: the broker takes {most:g} s at most ({MOST}), found {session_timeout:g}"
        raise SettingsError(msg)


async def _broker_settings(client: AIOKafkaAdminClient) -> dict[str, str]:
    node = (await client.describe_cluster())["brokers"][0]["node_id"]
    found: dict[str, str] = {}
    for response in await client.describe_configs([ConfigResource(ConfigResourceType.BROKER, str(node))]):
        for resource in response.resources:
            found |= {entry[0]: entry[1] for entry in resource[4] if entry[0] in {LEAST, MOST}}
    return found
