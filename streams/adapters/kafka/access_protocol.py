"""Two requests of Kafka's protocol that tell what the asker may do; aiokafka has them in older versions only.

Source: https://kafka.apache.org/protocol, Metadata version 8 and DescribeGroups version 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from aiokafka.protocol.admin import DescribeGroupsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest_v5
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT = String("utf-8")


class TopicsResponse(Response):  # type: ignore[misc] # aiokafka ships no types
    """Metadata version 8: with the asker's operations on each topic, as bits."""

    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", Array(("node_id", Int32), ("host", _TEXT), ("port", Int32), ("rack", _TEXT))),
        ("cluster_id", _TEXT),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", _TEXT),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class TopicsStruct(RequestStruct):  # type: ignore[misc] # aiokafka ships no types
    """Metadata version 8."""

    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = TopicsResponse
    SCHEMA = Schema(
        ("topics", Array(_TEXT)),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class TopicsRequest(Request[MetadataRequest_v5 | TopicsStruct]):  # type: ignore[misc] # aiokafka ships no types
    """Ask for topics by their names, without creating them; a broker before Kafka 2.3 tells no operations."""

    API_KEY: ClassVar[int] = 3

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)

    def build(self, request_struct_class: type[RequestStruct]) -> RequestStruct:
        """Return the request in the version that the broker speaks."""
        if request_struct_class is TopicsStruct:
            flags = dict.fromkeys(TopicsStruct.SCHEMA.names[1:], False) | {"include_topic_authorized_operations": True}
            return TopicsStruct(topics=self._names, **flags)
        return request_struct_class(topics=self._names, allow_auto_topic_creation=False)


class GroupsStruct(RequestStruct):  # type: ignore[misc] # aiokafka ships no types
    """DescribeGroups version 3: with the asker's operations on each group, as bits."""

    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE = DescribeGroupsResponse_v3
    SCHEMA = Schema(("groups", Array(_TEXT)), ("include_authorized_operations", Boolean))


class GroupsRequest(Request[GroupsStruct]):  # type: ignore[misc] # aiokafka ships no types
    """Ask for groups by their names; they need not exist."""

    API_KEY: ClassVar[int] = 15

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)

    def build(self, request_struct_class: type[GroupsStruct]) -> GroupsStruct:
        """Return the request."""
        return request_struct_class(groups=self._names, include_authorized_operations=True)
