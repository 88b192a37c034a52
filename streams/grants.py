"""The table of grants: what each kind of client may do on a broker with access control, and nothing more.

Made from the table of topics. `news-streams topics acls` prints it for Kafka's own `kafka-acls`; a worker asks the
broker for these same rights when it starts, and the tests run every kind of client with exactly these.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from streams.settings import desk_group
from streams.topics import (
    ALERTS,
    ALERTS_DEAD,
    DEAD,
    DROPPED,
    ENRICHED,
    FRESH,
    MATCHED,
    MENTIONED,
    RAW,
    READ,
    RULES,
    TOPICS,
    TRENDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.topics import Topic


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
    """Whoever reads what comes out, outside of a group: `tail`, `subscribe`, the live page."""
    OPERATOR = "operator"
    """`dlq` and `audit`."""
    AUTHOR = "author"
    """Whoever writes alert rules: `rules apply`, `list`, `delete` and `test`."""
    OBSERVER = "observer"
    """Whoever sees how far workers are behind, and no record: KEDA, an exporter of lag."""
    ADMINISTRATOR = "administrator"
    """`topics list|create|check`, and a worker that may create topics."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right.

    Attributes:
        kind: of the resource.
        name: of the resource.
        operation: what may be done with it.
        prefix: whether it is meant for all whose names begin so; the broker cannot be asked about such a right.
    """

    kind: Literal["group", "topic"]
    name: str
    operation: Operation
    prefix: bool = False

    def __str__(self) -> str:
        """Say it: `Read topic news.articles.raw`, `Write topic news.alerts.*`."""
        return f"{self.operation} {self.kind} {self.name}{'*' if self.prefix else ''}"


SOURCES: Final = (RAW, READ, FRESH, ENRICHED, MENTIONED, MATCHED)
"""What the workers' agents read, and where a replayed dead letter may go back to."""
OUTPUTS: Final = (ENRICHED, MENTIONED, TRENDS, DROPPED, DEAD, ALERTS, ALERTS_DEAD)
"""What is meant for others: the rest lies between our own stages."""
OWN_ALERTS: Final = f"{ALERTS.name}."
"""What the topics begin with that rules have of their own."""


def grants_of(role: Role, group: str) -> tuple[Grant, ...]:
    """Return what a kind of client needs.

    Args:
        role: the kind.
        group: the workers' consumer group.
    """
    return tuple(dict.fromkeys(_grants_of(role, group)))


def _grants_of(role: Role, group: str) -> Iterator[Grant]:
    match role:
        case Role.WORKER:
            yield from _grant(Operation.READ, (topic for topic in TOPICS if topic not in _READ_BY_OTHERS))
            yield from _grant(Operation.WRITE, (topic for topic in TOPICS if topic not in _WRITTEN_BY_OTHERS))
            # To see at the start that partitions and retention are as wanted.
            yield from _grant(Operation.DESCRIBE_CONFIGS, TOPICS)
            yield Grant("topic", OWN_ALERTS, Operation.WRITE, prefix=True)
            yield Grant("group", group, Operation.READ)
        case Role.CRAWLER:
            yield from _grant(Operation.WRITE, [RAW])
        case Role.SUBSCRIBER:
            yield from _grant(Operation.READ, OUTPUTS)
            yield Grant("topic", OWN_ALERTS, Operation.READ, prefix=True)
            yield from _grant(Operation.WRITE, [ALERTS_DEAD])
        case Role.OPERATOR:
            yield from _grant(Operation.READ, {*SOURCES, *OUTPUTS} - {MENTIONED, TRENDS})
            yield from _grant(Operation.WRITE, [*SOURCES, DEAD])
            yield from (Grant("group", name, Operation.DESCRIBE) for name in (group, desk_group(group)))
        case Role.AUTHOR:
            yield from _grant(Operation.READ, [RULES, ENRICHED, TRENDS])
            yield from _grant(Operation.WRITE, [RULES])
            for operation in _TO_CREATE:
                yield Grant("topic", OWN_ALERTS, operation, prefix=True)
        case Role.OBSERVER:
            yield from _grant(Operation.DESCRIBE, TOPICS)
            yield from (Grant("group", name, Operation.DESCRIBE) for name in (group, desk_group(group)))
        case Role.ADMINISTRATOR:
            for operation in _TO_CREATE:
                yield from _grant(operation, TOPICS)


_READ_BY_OTHERS: Final = frozenset({DROPPED, DEAD, ALERTS, ALERTS_DEAD})
_WRITTEN_BY_OTHERS: Final = frozenset({RAW, RULES, ALERTS_DEAD})
_TO_CREATE: Final = (Operation.CREATE, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)


def _grant(operation: Operation, topics: Iterable[Topic]) -> tuple[Grant, ...]:
    return topic_grants(operation, sorted(topic.name for topic in topics))


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
    for (kind, name, prefix), operations in by_resource(grants):
        words = [word for operation in operations for word in ("--operation", operation)]
        start = ["kafka-acls.sh", "--bootstrap-server", servers, "--command-config", "admin.properties", "--add"]
        pattern = ["--resource-pattern-type", "prefixed"] if prefix else []
        lines.append(shlex.join([*start, "--allow-principal", principal, *words, *pattern, f"--{kind}", name]))
    return lines


def by_resource(grants: Iterable[Grant]) -> Iterator[tuple[tuple[str, str, bool], list[Operation]]]:
    """Yield each resource, as kind, name and whether it is a prefix, with what may be done with it."""
    ordered = sorted(grants, key=lambda grant: (grant.kind, grant.name, grant.prefix, grant.operation))
    for resource, of_one in groupby(ordered, key=lambda grant: (grant.kind, grant.name, grant.prefix)):
        yield resource, [grant.operation for grant in of_one]
