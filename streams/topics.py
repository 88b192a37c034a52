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
ENRICHED = Topic("news.articles.enriched", "article.enriched.v1.json", "article id", 8, timedelta(days=30))
MENTIONED = Topic("news.entities.mentioned", "entity.mentioned.v1.json", "entity id", 8, timedelta(days=30))
DROPPED = Topic("news.articles.dropped", "article.dropped.v1.json", "article id", 8, timedelta(days=30))
DEAD = Topic("news.articles.dlq", None, "as it came", 8, timedelta(days=90))

TOPICS: tuple[Topic, ...] = (RAW, ENRICHED, MENTIONED, DROPPED, DEAD)
