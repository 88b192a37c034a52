"""What became of one record: exactly one of published, dropped or dead-lettered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.articles import EnrichedArticle
    from streams.errors import Reason, Stage
    from streams.records import OutboundRecord


@dataclass(frozen=True, slots=True)
class Published:
    """The record was enriched; these records carry the result."""

    article: EnrichedArticle
    records: tuple[OutboundRecord, ...]
    name: str = "published"


class DropReason(StrEnum):
    """Why a record was left out; a closed set for us, an open one for readers of the topic."""

    UNCHANGED = "unchanged"
    VARIANT = "variant"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Dropped:
    """The record was left out on purpose (an unchanged re-crawl, say); made by `streams.stages.drop`.

    Attributes:
        reason: why, from the closed set.
        records: the one record for the topic of what was dropped, by which `news-streams audit` knows it from a loss.
    """

    reason: DropReason
    records: tuple[OutboundRecord, ...]
    name: str = "dropped"


@dataclass(frozen=True, slots=True)
class DeadLettered:
    """The record could not be processed; it goes to the dead-letter topic as it came.

    Attributes:
        stage: where it failed.
        reason: why, from the closed set.
        message: one line for a person.
        records: the one record for the dead-letter topic.
    """

    stage: Stage
    reason: Reason
    message: str
    records: tuple[OutboundRecord, ...]
    name: str = "dead_lettered"


Outcome = Published | Dropped | DeadLettered
