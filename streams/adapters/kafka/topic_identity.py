"""Are topics still those that we began to read? A topic that is deleted and made again has another id.

aiokafka fetches by name and goes on at the old positions: the first records of the new topic would be passed over, and a
commit would make sure that nobody ever reads them. So the ids are looked at before every commit, and a worker one of
whose topics is gone or another one ends without committing. It starts again at the new topic's beginning.

Source: https://kafka.apache.org/protocol, Metadata version 12 (ids came with version 10, KIP-516); aiokafka stops at
version 5. A broker that tells no ids is taken to keep its topics.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest_v5
from aiokafka.protocol.types import (
    AbstractType,
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)
from mode import Service

from streams.adapters.kafka.access import ask_any_node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from io import BytesIO

SECONDS: Final = 5.0
"""Between two looks when nothing is committed."""

_TEXT = CompactString("utf-8")
_TAGS = ("tags", TaggedFields)
_UNTOLD: Final = uuid.UUID(int=0)


class _Id(AbstractType):  # type: ignore[misc] # aiokafka ships no types
    """Sixteen bytes."""

    @classmethod
    def encode(cls, value: uuid.UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> uuid.UUID:
        return uuid.UUID(bytes=data.read(16))


class IdentityResponse(Response):  # type: ignore[misc] # aiokafka ships no types
    """Metadata version 12: with the id of each topic."""

    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", CompactArray(("node_id", Int32), ("host", _TEXT), ("port", Int32), ("rack", _TEXT), _TAGS)),
        ("cluster_id", _TEXT),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", _TEXT),
                ("topic_id", _Id),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        _TAGS,
                    ),
                ),
                ("authorized_operations", Int32),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class IdentityStruct(RequestStruct):  # type: ignore[misc] # aiokafka ships no types
    """Metadata version 12."""

    API_KEY = 3
    API_VERSION = 12
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = IdentityResponse
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Id), ("topic", _TEXT), _TAGS)),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        _TAGS,
    )


class IdentityRequest(Request[MetadataRequest_v5 | IdentityStruct]):  # type: ignore[misc] # aiokafka ships no types
    """Ask for topics by their names, without creating them."""

    API_KEY: ClassVar[int] = 3

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def build(self, request_struct_class: type[RequestStruct]) -> RequestStruct:
        """Return the request in the version that the broker speaks."""
        if request_struct_class is IdentityStruct:
            asked: list[tuple[uuid.UUID, str, dict[str, Any]]] = [(_UNTOLD, name, {}) for name in self._names]
            return IdentityStruct(asked, False, False, {})  # noqa: FBT003 - as the schema has it
        return request_struct_class(topics=list(self._names), allow_auto_topic_creation=False)


async def topic_ids(client: AIOKafkaClient, names: Sequence[str]) -> dict[str, uuid.UUID | None]:
    """Ask for the ids of topics.

    Args:
        client: connected.
        names: of the topics.

    Returns:
        The ids by name; None where the broker tells none.

    Raises:
        UnknownTopicOrPartitionError: there is no such topic; its only argument is the name.
        KafkaError: the broker cannot say now.
    """
    answer = await ask_any_node(client, IdentityRequest(names))
    found: dict[str, uuid.UUID | None] = {}
    for topic in answer.to_object()["topics"]:
        if topic["error_code"]:
            raise for_code(topic["error_code"])(topic["topic"])
        told: Any = topic.get("topic_id", _UNTOLD)
        found[topic["topic"]] = None if told == _UNTOLD else told
    return found


class TopicGuard(Service):
    """Ends a worker one of whose topics is no longer the one that it began to read.

    Args:
        names: of the topics.
        options: of an aiokafka client.
        end: ends the worker at once, given why.
    """

    mundane_level = "debug"

    def __init__(self, names: Sequence[str], options: Mapping[str, Any], end: Callable[[str], None]) -> None:
        super().__init__()
        self._names = names
        self._options = options
        self._end = end
        self._client: AIOKafkaClient | None = None
        self._known: dict[str, uuid.UUID | None] = {}

    async def on_start(self) -> None:
        """Connect, and remember which topics they are."""
        self._client = AIOKafkaClient(**self._options)
        with suppress(KafkaError):
            await self._client.bootstrap()
        await self.check()

    async def on_stop(self) -> None:
        """Close the connection; no commit comes after it."""
        if self._client is not None:
            await self._client.close()

    async def check(self) -> None:
        """End where a topic is gone or another one; where nobody can say now, a commit would fail as well."""
        if self._client is None:
            return
        try:
            told = await topic_ids(self._client, self._names)
        except UnknownTopicOrPartitionError as error:
            # Of one that was made a moment ago not every node knows.
            if error.args[0] in self._known:
                self._end(f"topic {error.args[0]} is gone")
        except (KafkaError, OSError):
            return
        else:
            for name, found in told.items():
                self._known[name] = self._known.get(name) or found
                if found != self._known[name]:
                    self._end(f"topic {name} was deleted and made again")

    @Service.task
    async def _look(self) -> None:
        """Look also while nothing is committed: without its topic aiokafka asks for it without a pause."""
        while not self.should_stop:
            await self.sleep(SECONDS)
            await self.check()
