"""trends: which names are suddenly everywhere, told when the level or the score of one changes, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from streams.contracts import ENTITY_MENTIONED, ENTITY_TREND, validator
from streams.errors import Stage
from streams.stages.route.events import Event, derive_id
from streams.stages.route.wire import make_record, to_wire
from streams.stateful.reading import read_value, time_of
from streams.stateful.sweep import DAY, Ageing, Sweep
from streams.stateful.work import Answer, Remembering
from streams.stories.clock import StreamClock
from streams.stories.trends import MINUTE, Trends
from streams.times import rfc3339
from streams.topics import MENTIONED, TRENDS, TRENDS_STATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from streams.records import InboundRecord, OutboundRecord
    from streams.stateful.work import Tables, Work
    from streams.stories.trends import Trend

SEEN: Final = DAY
"""Seconds for which an article's mention of an entity is known again, redelivered or in a new version."""

SILENT: Final = 60 * DAY
"""Seconds after which an entity that nobody mentions is forgotten."""

LULL: Final = 60.0
"""Seconds without a record after which the clock on the wall tells what is over."""

TOLD: Final = ("level", "before", "score", "count", "expected", "deviation", "sentiment")


class TrendLevels:
    """The entities of one partition.

    Args:
        tables: `rows` and `hot` (see `Trends`); `seen`: article and entity -> when; `clock`.
    """

    def __init__(self, tables: Tables) -> None:
        shard = tables.json("clock")
        rows = tables.json("rows")
        self._clock = StreamClock(shard)
        self._trends = Trends(rows, tables.json("hot"), shard)
        self._seen = tables.json("seen")
        silent = Ageing(SILENT, self._trends.find_silent, self._trends.forget)
        self._sweep = Sweep(shard, Ageing(SEEN, self._find_seen, self._forget_seen), silent)
        self._cooled: int | None = None
        self._lull_began: float | None = None

    def take(self, record: InboundRecord) -> Answer:
        """Count a mention; return the windows of any entity of which there is something to announce.

        An article counts once for an entity: a mention that comes again, or in a new version, changes nothing.

        Raises:
            DecodeError: it is no mention.
        """
        value = read_value(record, ENTITY_MENTIONED)
        told = time_of(value)
        self._lull_began = None
        entity_id, mood = value["entity"]["id"], value["entity"]["sentiment"]
        key = f"{value['article']['id']} {entity_id}"
        if key in self._seen:
            return Answer(name="none")
        at = self._clock.settle(told, record.timestamp.timestamp())
        now = self._clock.now
        self._seen[key] = now
        changed = self._trends.observe(entity_id, at, mood and mood["score"])
        changed += self._cool(now)
        self._sweep.run(now)
        return _answer(changed)

    def tick(self, now: float) -> Answer:
        """Look what is over, where nothing has come for a while: the stream tells no time then."""
        self._lull_began = now if self._lull_began is None else self._lull_began
        return _answer(self._cool(now) if now - self._lull_began >= LULL else [])

    def _cool(self, now: float) -> list[Trend]:
        minute = int(now // MINUTE)
        if minute == self._cooled:
            return []
        changed = self._trends.cool(now)
        # Those that were too many for one answer come with the next.
        self._cooled = None if changed else minute
        return changed

    def _find_seen(self, before: float) -> Iterator[str]:
        return (key for key, at in self._seen.items() if at < before)

    def _forget_seen(self, key: str, before: float) -> None:
        if self._seen.get(key, before) < before:
            self._seen.pop(key)


def open_trends(tables: Tables) -> Work:
    """Return the work of one partition."""
    return TrendLevels(tables)


def trending() -> Remembering:
    """Return the stage."""
    return Remembering(Stage.TRENDS, MENTIONED, TRENDS_STATE, open_trends)


def announce_trend(trend: Trend) -> Event:
    """Announce an entity's level and score in a window; level 0 is the end of it."""
    at = rfc3339(datetime.fromtimestamp(trend.at, UTC))
    event_id = derive_id(trend.entity_id, trend.window, at, str(trend.level), str(trend.count))
    about = {"id": event_id, "entity_id": trend.entity_id, "window": trend.window}
    return Event(
        topic=TRENDS.name,
        schema=ENTITY_TREND,
        type="news.entity.trend.v1",
        id=event_id,
        subject=f"{trend.entity_id} {trend.window}",
        time=at,
        filters={"window": trend.window, "level": str(trend.level)},
        value=to_wire({**about, **{name: getattr(trend, name) for name in TOLD}, "at": at}),
    )


def read_trend(value: bytes | None) -> dict[str, Any] | None:
    """Return what a record of `news.entities.trends` says, None where it says nothing of the kind."""
    try:
        told: dict[str, Any] = orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        return None
    return told if validator(ENTITY_TREND).is_valid(told) else None


def top_trends(trends: Iterable[Mapping[str, Any]], window: str, most: int = 20) -> list[Mapping[str, Any]]:
    """Return the entities above level 0 in a window, the highest score first, of what `read_trend` returned last of each."""
    found = [trend for trend in trends if trend["window"] == window and trend["level"]]
    return sorted(found, key=lambda trend: (-trend["score"], trend["entity_id"]))[:most]


def _answer(changed: Iterable[Trend]) -> Answer:
    records: tuple[OutboundRecord, ...] = tuple(make_record(announce_trend(trend), ()) for trend in changed)
    return Answer(records, "published" if records else "none")
