"""What we may do on the broker, asked before it is done: a right that is missing is told at once, by its name.

Kafka tells the operations that the asker may do on a topic and on a group (KIP-430, since 2.3). Without it a missing
right shows late and as something else: a consumer that ends, a publication that is tried again and again.
A broker that does not tell (the embedded one) is taken to allow everything.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any, Final

from aiokafka.client import CoordinationType
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    NodeNotReadyError,
    TopicAuthorizationFailedError,
    for_code,
)

from streams.adapters.kafka.access_protocol import GroupsRequest, TopicsRequest
from streams.errors import AccessRefusedError, BrokerUnavailableError
from streams.grants import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aiokafka.client import AIOKafkaClient
    from aiokafka.protocol.api import Request, RequestStruct, Response

    from streams.grants import Grant

BITS: Final = {
    Operation.READ: 3,
    Operation.WRITE: 4,
    Operation.CREATE: 5,
    Operation.DESCRIBE: 8,
    Operation.DESCRIBE_CONFIGS: 10,
}
"""Which bit stands for an operation. Source: Kafka's AclOperation."""
UNTOLD: Final = -(2**31)
NOTHING: Final = 0
HIDDEN: Final = 1 << BITS[Operation.DESCRIBE_CONFIGS]
"""Of a topic that we may not Describe, as Read and Write imply: of this one operation nothing can be known then."""
COORDINATOR_SECONDS: Final = 30.0
"""The first question about any group makes Kafka create its topic of offsets: some seconds."""
_PAUSE: Final = 0.1


async def require_access(client: AIOKafkaClient, grants: Iterable[Grant], broker: str) -> Mapping[str, Sequence[int]]:
    """Make sure that we may do all of this.

    Args:
        client: connected.
        grants: what we need; those on a prefix are passed over.
        broker: its address, for the text.

    Returns:
        The partitions of each topic that was asked for, none where it does not exist.

    Raises:
        AccessRefusedError: naming every right that is missing.
        BrokerUnavailableError: the group's coordinator did not answer.
        KafkaError: the broker failed.
    """
    # No broker can be asked about all whose names begin so.
    needed = tuple(grant for grant in grants if not grant.prefix)
    topics = await _ask_topics(client, sorted({grant.name for grant in needed if grant.kind == "topic"}))
    # The embedded broker answers about groups in no known form, and it tells no rights.
    groups = {grant.name for grant in needed if grant.kind == "group"} if _tells(topics) else set()
    operations = {("topic", name): found["authorized_operations"] for name, found in topics.items()}
    operations |= {("group", name): await _ask_group(client, name) for name in groups}
    refused = [grant for grant in needed if not _allows(operations.get((grant.kind, grant.name), UNTOLD), grant)]
    if refused:
        what = ", ".join(str(grant) for grant in sorted(refused))
        msg = f"the broker at {broker} does not let us {what}; `news-streams topics acls` prints the grants"
        raise AccessRefusedError(msg)
    return {name: [each["partition"] for each in found["partitions"]] for name, found in topics.items()}


def _allows(operations: int, grant: Grant) -> bool:
    return operations == UNTOLD or bool(operations >> BITS[grant.operation] & 1)


def _tells(topics: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether the broker says anything of rights; it does not of topics that do not exist."""
    return any(found["authorized_operations"] != UNTOLD for found in topics.values())


async def _ask_topics(client: AIOKafkaClient, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    response = await ask_any_node(client, TopicsRequest(names))
    found = {each["topic"]: {"authorized_operations": UNTOLD, **each} for each in response.to_object()["topics"]}
    for topic in found.values():
        if topic["error_code"] == TopicAuthorizationFailedError.errno:
            topic["authorized_operations"] = HIDDEN
    return found


async def ask_any_node(client: AIOKafkaClient, request: Request[RequestStruct]) -> Response:
    """Ask the nodes one after the other until one answers: of a cluster, one may be down.

    Raises:
        KafkaError: none can be asked, or the one that was failed.
    """
    nodes = [node.nodeId for node in client.cluster.brokers()]
    failed = NodeNotReadyError("no node of the cluster is known")
    for node in random.sample(nodes, len(nodes)):
        try:
            return await client.send(node, request)
        except NodeNotReadyError as error:
            failed = error
    raise failed


async def _ask_group(client: AIOKafkaClient, name: str) -> int:
    try:
        async with asyncio.timeout(COORDINATOR_SECONDS):
            return await _ask_coordinator(client, name)
    except GroupAuthorizationFailedError:
        return NOTHING
    except TimeoutError:
        msg = f"the coordinator of group {name} did not answer within {COORDINATOR_SECONDS:g} s"
        raise BrokerUnavailableError(msg) from None


async def _ask_coordinator(client: AIOKafkaClient, name: str) -> int:
    """Ask until the group has a coordinator."""
    while True:
        try:
            node = await client.coordinator_lookup(CoordinationType.GROUP, name)
            (found,) = (await client.send(node, GroupsRequest([name]))).to_object()["groups"]
            if not found["error_code"]:
                return int(found["authorized_operations"])
            raise for_code(found["error_code"])
        except KafkaError as error:
            if not error.retriable:
                raise
        await asyncio.sleep(_PAUSE)
