"""Reaching a broker: addresses, and one clear error where nobody answers."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.errors import BrokerUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PATIENCE = 4.0
"""Seconds that a broker has to answer before we say that there is none."""


def bootstrap_servers(broker: str) -> list[str]:
    """Return the hosts of `kafka://host:port,host:port` as Kafka clients take them."""
    return broker.removeprefix("kafka://").split(",")


@asynccontextmanager
async def administration(broker: str, patience: float = PATIENCE) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect an admin client for the length of a `with`.

    Args:
        broker: `kafka://host:port[,host:port]`.
        patience: seconds to wait for an answer.

    Raises:
        BrokerUnavailableError: nobody speaks Kafka there, or what was asked within failed; the text
            names the address.
    """
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers(broker), request_timeout_ms=int(patience * 1000))
    try:
        with quiet_client():
            async with asyncio.timeout(patience):
                await client.start()
    except (KafkaError, OSError, TimeoutError) as error:
        await client.close()
        msg = f"no Kafka broker answers at {broker} (waited up to {patience:g} s)"
        raise BrokerUnavailableError(msg) from error
    try:
        yield client
    except KafkaError as error:
        msg = f"the broker at {broker} failed: {type(error).__name__}: {error}"
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


@contextmanager
def quiet_client() -> Iterator[None]:
    """Keep aiokafka's own lines on a failed connection away: our error says it once."""
    logger = logging.getLogger("aiokafka")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
