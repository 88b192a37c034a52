"""Reaching a broker, and one clear error where nobody answers or it does not let us in."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, NodeNotReadyError

from streams.adapters.kafka.credentials import bootstrap_servers, client_options
from streams.adapters.kafka.refusals import CANNOT_CONNECT, explain_failure, quiet_client
from streams.errors import BrokerUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from streams.settings import Settings

__all__ = ["PATIENCE", "administration", "bootstrap_servers", "cluster_id"]

PATIENCE = 4.0
"""Seconds that a broker has to answer before we say that there is none."""


@asynccontextmanager
async def administration(broker: Settings | str, patience: float = PATIENCE) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect an admin client for the length of a `with`.

    Args:
        broker: the settings; a mere address `kafka://host:port[,host:port]` stands for a broker open to everyone.
        patience: seconds to wait for an answer.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or what was asked within failed; the text
            names the address.
        AccessRefusedError: a broker is there and does not let us in, or is not to be trusted.
        SettingsError: a file of the settings cannot be used.
    """
    address = broker if isinstance(broker, str) else broker.broker
    options = client_options(broker)
    client = AIOKafkaAdminClient(**options, request_timeout_ms=int(patience * 1000))
    cluster = client._client.cluster  # noqa: SLF001 - no public word for the nodes it learned of
    try:
        with quiet_client():
            async with asyncio.timeout(patience):
                await client.start()
    except (KafkaError, *CANNOT_CONNECT) as error:
        await client.close()
        raise await explain_failure(options, address, patience) from error
    try:
        yield client
    except NodeNotReadyError as error:
        # It told us of nodes that we cannot connect to: another name, perhaps, than its certificate has.
        raise await explain_failure(options, address, patience, cluster.brokers()) from error
    except KafkaError as error:
        msg = f"the broker at {address} failed: {type(error).__name__}: {error}"
        raise BrokerUnavailableError(msg) from error
    finally:
        await client.close()


async def cluster_id(broker: str, patience: float = PATIENCE) -> str:
    """Return the id of the cluster at an address.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there.
    """
    async with administration(broker, patience) as client:
        return str((await client.describe_cluster())["cluster_id"])
