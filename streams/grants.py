"""The table of grants: what each kind of client may do on a broker with access control, and nothing more.

Made from the table of topics. `news-streams topics acls` prints it for Kafka's own `kafka-acls`; a worker asks the
broker for these same rights when it starts, and the tests run every kind of client with exactly these.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from streams.topics import DEAD, MENTIONED, RAW, TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Operation(StrEnum):
    """What may be done, under Kafka's names; Read and Write imply Describe."""

    READ = "Read"
    WRITE = "Write"
    CREATE = "Create"
    DESCRIBE = "Describe"
    DESCRIBE_CONFIGS = "DescribeConfigs"


class Role(StrEnum):
    """The kinds of clients."""

    WORKER = "worker"
    """`news-streams worker`; it needs topics that exist."""
    CRAWLER = "crawler"
    """Whoever publishes raw articles, and `produce`."""
    SUBSCRIBER = "subscriber"
    """Whoever reads what comes out, outside of a group, and `tail`."""
    OPERATOR = "operator"
    """`dlq` and `audit`."""
    ADMINISTRATOR = "administrator"
    """`topics list|create|check`, and a worker that may create topics."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right.

    Attributes:
        kind: of the resource.
        name: of the resource.
        operation: what may be done with it.
    """

    kind: Literal["group", "topic"]
    name: str
    operation: Operation

    def __str__(self) -> str:
        """Say it: `Read topic news.articles.raw`."""
        return f"{self.operation} {self.kind} {self.name}"


WRITTEN_BY_WORKERS = tuple(topic.name for topic in TOPICS if topic is not RAW)


def grants_of(role: Role, group: str) -> tuple[Grant, ...]:
    """Return what a kind of client needs.

    Args:
        role: the kind.
        group: the workers' consumer group.
    """
    return tuple(dict.fromkeys(_grants_of(role, group)))


def _grants_of(role: Role, group: str) -> Iterator[Grant]:
    every = [topic.name for topic in TOPICS]
    match role:
        case Role.WORKER:
            yield from topic_grants(Operation.READ, [RAW.name])
            yield from topic_grants(Operation.WRITE, WRITTEN_BY_WORKERS)
            # To see at the start that partitions and retention are as wanted.
            yield from topic_grants(Operation.DESCRIBE_CONFIGS, every)
            yield Grant("group", group, Operation.READ)
        case Role.CRAWLER:
            yield from topic_grants(Operation.WRITE, [RAW.name])
        case Role.SUBSCRIBER:
            yield from topic_grants(Operation.READ, WRITTEN_BY_WORKERS)
        case Role.OPERATOR:
            yield from topic_grants(Operation.READ, [name for name in every if name != MENTIONED.name])
            yield from topic_grants(Operation.WRITE, [RAW.name, DEAD.name])
            yield Grant("group", group, Operation.DESCRIBE)
        case Role.ADMINISTRATOR:
            for operation in (Operation.CREATE, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS):
                yield from topic_grants(operation, every)


def topic_grants(operation: Operation, names: Iterable[str]) -> tuple[Grant, ...]:
    """Return one right on several topics."""
    return tuple(Grant("topic", name, operation) for name in names)


def kafka_acls(grants: Iterable[Grant], principal: str, servers: str) -> list[str]:
    """Return the lines for a shell that make these grants with Kafka's own tool, one for each resource.

    Args:
        grants: in any order.
        principal: as Kafka names a user: `User:name`, for a certificate its distinguished name `User:CN=…`.
        servers: `host:port[,host:port]`.
    """
    lines = []
    for (kind, name), of_one in groupby(sorted(grants), key=lambda grant: (grant.kind, grant.name)):
        operations = [word for grant in of_one for word in ("--operation", grant.operation)]
        start = ["kafka-acls.sh", "--bootstrap-server", servers, "--command-config", "admin.properties", "--add"]
        lines.append(shlex.join([*start, "--allow-principal", principal, *operations, f"--{kind}", name]))
    return lines
