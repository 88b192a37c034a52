"""The table of topics: name, schema, key, partitions, retention, cleanup policy.

`news-streams topics` creates and checks them by this table; nothing else knows a topic's layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

CleanupPolicy = Literal["delete", "compact"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    Attributes:
        name: as on the broker.
        schema: file under `schemas/` that its values fit; None where values are anyone's bytes.
        key: what the record key is, for a reader.
        partitions: how many; also the most workers that can share the work.
        retention: how long records are kept.
        cleanup_policy: Kafka's `cleanup.policy`.
    """

    name: str
    schema: str | None
    key: str
    partitions: int
    retention: timedelta
    cleanup_policy: CleanupPolicy = "delete"

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings under the broker's names."""
        return {
            "cleanup.policy": self.cleanup_policy,
            "retention.ms": str(int(self.retention.total_seconds() * 1000)),
        }


RAW = Topic("news.articles.raw", "article.raw.v1.json", "the crawler's (URL)", 8, timedelta(days=7))
READ = Topic("news.articles.read", "article.enriched.v1.json", "article id", 8, timedelta(days=7))
"""Between our own stages: enriched, and not yet compared with what came before."""
FRESH = Topic("news.articles.fresh", "article.enriched.v1.json", "article id", 1, timedelta(days=7))
"""Between our own stages: pages that are new or changed, in the one order in which stories are made of them."""
ENRICHED = Topic("news.articles.enriched", "article.enriched.v1.json", "article id", 8, timedelta(days=30))
MENTIONED = Topic("news.entities.mentioned", "entity.mentioned.v1.json", "entity id", 8, timedelta(days=30))
TRENDS = Topic("news.entities.trends", "entity.trend.v1.json", "entity id and window", 8, timedelta(days=30), "compact")
DROPPED = Topic("news.articles.dropped", "article.dropped.v1.json", "article id", 8, timedelta(days=30))
DEAD = Topic("news.articles.dlq", None, "as it came", 8, timedelta(days=90))
RULES = Topic("news.alerts.rules", "rule.v1.json", "rule id", 1, timedelta(days=30), "compact")
MATCHED = Topic("news.alerts.matched", None, "rule id", 8, timedelta(days=7))
"""Between our own stages: an article and a rule that it fits."""
ALERTS = Topic("news.alerts", "alert.v1.json", "alert id", 8, timedelta(days=30))
ALERTS_DEAD = Topic("news.alerts.dlq", None, "as it came", 8, timedelta(days=90))
"""Alerts that a subscriber's command or webhook never took."""


def changelog_of(stage: str, source: Topic) -> Topic:
    """Return the topic that keeps the tables of a stage: a partition for each of its source's."""
    return Topic(f"news.state.{stage}", None, "table and row", source.partitions, timedelta(days=30), "compact")


REPEATS_STATE = changelog_of("repeats", READ)
PLACES_STATE = changelog_of("places", FRESH)
TRENDS_STATE = changelog_of("trends", MENTIONED)
ALERTS_STATE = changelog_of("alerts", MATCHED)

TOPICS: tuple[Topic, ...] = (
    *(RAW, READ, FRESH, ENRICHED, MENTIONED, TRENDS, DROPPED, DEAD),
    *(RULES, MATCHED, ALERTS, ALERTS_DEAD),
    *(REPEATS_STATE, PLACES_STATE, TRENDS_STATE, ALERTS_STATE),
)
