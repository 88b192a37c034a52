"""`news-streams topics strimzi`: the tables of topics and of grants, as Strimzi's resources for Kubernetes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from streams.cli.options import examples
from streams.grants import Role, by_resource, grants_of
from streams.topics import TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.topics import Topic

API: Final = "kafka.strimzi.io/v1"
"""Served by Strimzi from 0.49 on; see deploy/README.md for those before."""
SAFE_REPLICATION: Final = 3
"""From so many replicas on, two must have a record before it counts as published."""

Resource = dict[str, Any]


@click.command(
    "strimzi",
    epilog=examples("news-streams topics strimzi", "news-streams topics strimzi --cluster kafka --replication 3"),
)
@click.option("--cluster", default="kafka", show_default=True, help="Name of Strimzi's Kafka resource.")
@click.option("--replication", type=click.IntRange(min=1), help="Copies of each partition [default: the setting].")
@click.option("--group", help="The workers' consumer group [default: the setting `group`].")
def command(cluster: str, replication: int | None, group: str | None) -> None:
    """Print a KafkaTopic for each topic and a KafkaUser for each kind of client, from our own tables.

    Asks no broker. The users are those of `topics acls`, with SCRAM-SHA-512; Strimzi makes their passwords.
    """
    import yaml  # noqa: PLC0415 - not for --help

    from streams.settings import Settings  # noqa: PLC0415

    settings = Settings.load(replication=replication, group=group)
    resources = [
        *make_topics(cluster, settings.replication, settings.max_record_bytes),
        *make_users(cluster, settings.group),
    ]
    click.echo("# Written by `news-streams topics strimzi`; a test compares them.")
    click.echo(yaml.safe_dump_all(resources, sort_keys=False, width=120), nl=False)


def make_topics(cluster: str, replication: int, max_record_bytes: int) -> Iterator[Resource]:
    """Yield a KafkaTopic for each topic.

    Args:
        cluster: name of Strimzi's Kafka resource.
        replication: copies of each partition.
        max_record_bytes: the largest raw value that is processed.
    """
    from streams.adapters.kafka.topic_layouts import largest_record  # noqa: PLC0415 - not for --help

    limits: dict[str, Any] = {"max.message.bytes": largest_record(max_record_bytes)}
    if replication >= SAFE_REPLICATION:
        limits["min.insync.replicas"] = 2
    for topic in TOPICS:
        config = {name: int(value) if value.isdigit() else value for name, value in topic.config.items()}
        yield _resource("KafkaTopic", topic.name, cluster, _layout(topic, replication, config | limits))


def _layout(topic: Topic, replication: int, config: Resource) -> Resource:
    return {"partitions": topic.partitions, "replicas": replication, "config": config}


def make_users(cluster: str, group: str) -> Iterator[Resource]:
    """Yield a KafkaUser for each kind of client, with its rights.

    Args:
        cluster: name of Strimzi's Kafka resource.
        group: of the workers; a desk that runs by itself has one of its own, and the same rights.
    """
    for role in Role:
        grants = dict.fromkeys((*grants_of(role, group), *grants_of(role, f"{group}-desk")))
        acls = [
            {
                "resource": {"type": kind, "name": name, "patternType": "prefix" if prefix else "literal"},
                "operations": [str(operation) for operation in operations],
            }
            for (kind, name, prefix), operations in by_resource(grants)
        ]
        rights = {"authentication": {"type": "scram-sha-512"}, "authorization": {"type": "simple", "acls": acls}}
        yield _resource("KafkaUser", f"news-streams-{role}", cluster, rights)


def _resource(kind: str, name: str, cluster: str, spec: Resource) -> Resource:
    labels = {"strimzi.io/cluster": cluster, "app.kubernetes.io/part-of": "news-streams"}
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name, "labels": labels}, "spec": spec}
