"""An enriched article as rules see it; the one place that knows how its fields are called.

What an article does not have (its story and what came before are found by stages that may not run) is unknown, not zero.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from streams.rules.entities import keys_of_entity

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_LEDE: Final = 500
"""Code points of a first paragraph that is taken for the lede."""
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)


class Trends(Protocol):
    """What was last announced of who is in the news more than usual."""

    def trend(self, entity_id: str, window: str) -> float | None:
        """Return an entity's score in a window (5m, 1h or 1d), None where nobody told."""


class Facts:
    """One article.

    Args:
        value: what `news.articles.enriched` carries, already checked against its schema.
        trends: of the entities; None where nobody knows any.
    """

    def __init__(self, value: Mapping[str, Any], trends: Trends | None = None) -> None:
        self.value = value
        self._trends = trends
        self.id: str = value["id"]
        self.content_hash: str = value["content_hash"]
        self.language: str = value["language"]["code"]
        self.entities: list[Mapping[str, Any]] = value["entities"]
        self.sentiment: Mapping[str, Any] | None = value["sentiment"]

    @cached_property
    def time(self) -> datetime:
        """When its raw record was produced, in UTC; kept so far from the calendar's ends that durations can be added."""
        try:
            time = datetime.fromisoformat(self.value["enriched_at"]).astimezone(UTC)
        except OverflowError:
            return LATEST
        return min(max(time, EARLIEST), LATEST)

    @cached_property
    def zones(self) -> dict[str, str]:
        """What is read, by zone: title, text, and the lede where the text does not hold it."""
        title, lede, text = (self.value[name] or "" for name in ("title", "lede", "text"))
        zones = {"title": title, "text": text}
        return zones if not lede or lede in text else zones | {"lede": lede}

    @cached_property
    def top_end(self) -> int:
        """Where the lede ends in the text: 0 where the text does not hold it, its first paragraph where there is none."""
        text, lede = self.value["text"], self.value["lede"]
        if lede:
            return text.find(lede) + len(lede) if lede in text else 0
        paragraph = text.find("\n\n")
        return min(len(text) if paragraph < 0 else paragraph, LONGEST_LEDE)

    @cached_property
    def names(self) -> list[tuple[int, int]]:
        """Where the text names entities, in order; names do not overlap."""
        return sorted((each["start"], each["end"]) for entity in self.entities for each in entity["mentions"])

    def is_in_name(self, start: int, end: int) -> bool:
        """Tell whether a place in the text lies inside a longer name."""
        place = bisect_right(self.names, (start, len(self.value["text"]))) - 1
        if place < 0:
            return False
        first, last = self.names[place]
        return first <= start and end <= last and last - first > end - start

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Its source as given and, for a host, every domain above it: `news.detik.com`, `detik.com`, `com`."""
        source = (self.value["source"] or "").strip().lower()
        if " " in source or "." not in source:
            return (source,) if source else ()
        parts = source.split(".")
        return tuple(".".join(parts[place:]) for place in range(len(parts)))

    @cached_property
    def by_key(self) -> dict[str, list[Mapping[str, Any]]]:
        """Its entities by every key that names them."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for entity in self.entities:
            for key in keys_of_entity(entity):
                found.setdefault(key, []).append(entity)
        return found

    @property
    def story(self) -> Mapping[str, Any] | None:
        """Its story and whose text it prints, None where nobody told."""
        story: Mapping[str, Any] | None = self.value.get("story")
        return story

    @cached_property
    def _novelty(self) -> dict[tuple[str, str | None], Mapping[str, Any]]:
        """What came before: of the story, of each entity, and of each entity in the same mood."""
        told: dict[tuple[str, str | None], Mapping[str, Any]] = {("story", None): self.value.get("novelty") or {}}
        for entity in self.entities:
            counts = entity.get("novelty") or {}
            told |= {(of, entity["id"]): counts.get(of) or {} for of in ("entity", "mood")}
        return told

    def before(self, of: str, within: str, entity: str | None) -> int | None:
        """Return how many articles of a story, an entity or a mood came before, None where nobody told."""
        count = self._novelty.get((of, entity), {}).get(within)
        return count if isinstance(count, int) else None

    def trend(self, within: str, entity: str) -> float | None:
        """Return the trend score of one of its entities, None where nobody told."""
        return None if self._trends is None else self._trends.trend(entity, within)
