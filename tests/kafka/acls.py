"""Grants on a broker, made from the lines that `news-streams topics acls` prints, as `kafka-acls` would.

Source: https://kafka.apache.org/protocol, CreateAcls and DescribeAcls version 1; aiokafka has none of it.
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
from typing import TYPE_CHECKING, Any, ClassVar

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int8, Int16, Int32, Schema, String

from streams.adapters.kafka.connection import administration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiokafka.admin import AIOKafkaAdminClient

OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10}
RESOURCES = {"topic": 2, "group": 3}
PATTERNS = {"literal": 3, "prefixed": 4}
ALLOW, ANY = 3, 1


class CreateAclsResponse(Response):
    API_KEY = 30
    API_VERSION = 1
    SCHEMA = Schema(("throttle_time_ms", Int32), ("results", Array(("code", Int16), ("message", String("utf-8")))))


class CreateAclsStruct(RequestStruct):
    API_KEY = 30
    API_VERSION = 1
    RESPONSE_TYPE = CreateAclsResponse
    SCHEMA = Schema(
        (
            "creations",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                ("pattern_type", Int8),
                ("principal", String("utf-8")),
                ("host", String("utf-8")),
                ("operation", Int8),
                ("permission", Int8),
            ),
        )
    )


class CreateAclsRequest(Request[CreateAclsStruct]):
    API_KEY: ClassVar[int] = 30

    def __init__(self, creations: Sequence[tuple[Any, ...]]) -> None:
        self._creations = creations

    def build(self, request_struct_class: type[CreateAclsStruct]) -> CreateAclsStruct:
        return request_struct_class(list(self._creations))


class DescribeAclsResponse(Response):
    API_KEY = 29
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("code", Int16),
        ("message", String("utf-8")),
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                ("pattern_type", Int8),
                (
                    "acls",
                    Array(
                        ("principal", String("utf-8")),
                        ("host", String("utf-8")),
                        ("operation", Int8),
                        ("permission", Int8),
                    ),
                ),
            ),
        ),
    )


class DescribeAclsStruct(RequestStruct):
    API_KEY = 29
    API_VERSION = 1
    RESPONSE_TYPE = DescribeAclsResponse
    SCHEMA = Schema(
        ("resource_type", Int8),
        ("resource_name", String("utf-8")),
        ("pattern_type", Int8),
        ("principal", String("utf-8")),
        ("host", String("utf-8")),
        ("operation", Int8),
        ("permission", Int8),
    )


class DescribeAclsRequest(Request[DescribeAclsStruct]):
    API_KEY: ClassVar[int] = 29

    def build(self, request_struct_class: type[DescribeAclsStruct]) -> DescribeAclsStruct:
        return request_struct_class(ANY, None, ANY, None, None, ANY, ANY)


def parse_line(line: str) -> list[tuple[str, str, str, str, str]]:
    """Return the grants of a line: kind, name and pattern of the resource, principal, operation."""
    command, *arguments = shlex.split(line)
    assert command == "kafka-acls.sh"
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--command-config", required=True)
    parser.add_argument("--add", action="store_true", required=True)
    parser.add_argument("--allow-principal", required=True)
    parser.add_argument("--operation", action="append", required=True)
    parser.add_argument("--resource-pattern-type", choices=PATTERNS, default="literal")
    parser.add_argument("--topic")
    parser.add_argument("--group")
    given = parser.parse_args(arguments)
    kind = "topic" if given.topic else "group"
    what = (kind, getattr(given, kind), given.resource_pattern_type, given.allow_principal)
    return [(*what, operation) for operation in given.operation]


async def grant(address: str, grants: Sequence[tuple[str, str, str, str, str]]) -> None:
    """Make grants, as whoever the broker takes us for, and wait until the broker goes by them."""
    creations = [
        (RESOURCES[kind], name, PATTERNS[pattern], principal, "*", OPERATIONS[operation], ALLOW)
        for kind, name, pattern, principal, operation in grants
    ]
    async with administration(address, patience=30) as client:
        response = await client._send_to_controller(CreateAclsRequest(creations))
        assert [code for code, _ in response.results] == [0] * len(grants), response
        # The controller has them; the broker hears of them a moment later.
        made = {(kind, name, pattern, whom, what) for kind, name, pattern, whom, _, what, _ in creations}
        while not made <= await known(client):  # noqa: ASYNC110 - another process' state: nothing tells us
            await asyncio.sleep(0.02)


async def known(client: AIOKafkaAdminClient) -> set[tuple[int, str, int, str, int]]:
    """Return the grants that the broker goes by."""
    response = await client._send_request(DescribeAclsRequest())
    found = response.to_object()["resources"]
    return {
        (each["resource_type"], each["resource_name"], each["pattern_type"], acl["principal"], acl["operation"])
        for each in found
        for acl in each["acls"]
    }
