"""Which names are suddenly everywhere: counts and mood of an entity over sliding windows against its own past.

A window slides in slices. Its past is made of windows laid end to end, which are closed when the next one has a mention
(those of nothing between are reckoned in one step). A mention that comes late counts while its slice is in the window,
and is no past. An entity is announced when its level changes, and above level 0 when its score is far from the one announced
last: above the highest level nobody could tell otherwise who is ahead. The time that lets it fall is that of other records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from streams.stories.significance import Past, keep_of, significance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping, Sequence

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Window:
    """One sliding window.

    Attributes:
        length: seconds.
        slices: steps in which it slides.
        half_life: windows after which the past counts half.
        bias: count that is taken for noise (see `significance`).
    """

    length: int
    slices: int
    half_life: float
    bias: float

    @property
    def step(self) -> int:
        """Seconds of a slice."""
        return self.length // self.slices


WINDOWS: Final[Mapping[str, Window]] = {
    "5m": Window(5 * MINUTE, 10, 288, 2),
    "1h": Window(HOUR, 12, 168, 3),
    "1d": Window(DAY, 24, 28, 5),
}
"""The windows; the past of each is about a day, a week and a month long."""

LEVELS: Final = (3.0, 6.0, 12.0)
"""Scores from which an entity is at level 1, 2, 3."""

FALL: Final = 0.5
"""Part of a level's score that an entity must fall below to leave it: one article more or less changes nothing."""

GROWTH: Final = 1.5
"""Factor by which a score must have grown or shrunk at the same level to be announced anew."""


@dataclass(frozen=True, slots=True)
class Trend:
    """An entity in one window.

    Attributes:
        entity_id: whose.
        window: 5m, 1h or 1d.
        level: 0 for nothing special, to 3.
        before: the level announced last.
        score: see `significance`.
        count: articles in the window.
        expected: mean count of its past windows.
        deviation: of them.
        sentiment: mean score towards it in the window, -1..1; None where nobody judged.
        at: seconds since 1970.
    """

    entity_id: str
    window: str
    level: int
    before: int
    score: float
    count: int
    expected: float
    deviation: float
    sentiment: float | None
    at: float


class Trends:
    """The entities of one shard.

    Args:
        rows: entity id -> its windows, as plain JSON.
        hot: ids of entities above level 0 -> when that began.
        shard: `began`: the time of the first record.
    """

    def __init__(
        self,
        rows: MutableMapping[str, dict[str, Any]],
        hot: MutableMapping[str, float],
        shard: MutableMapping[str, float],
    ) -> None:
        self._rows = rows
        self._hot = hot
        self._shard = shard

    def observe(self, entity_id: str, at: float, sentiment: float | None) -> list[Trend]:
        """Count one article's mention; return the windows of which there is something to announce.

        Args:
            entity_id: who is mentioned.
            at: time of the article's raw record.
            sentiment: towards the entity, -1..1.
        """
        began = self._begin(at)
        row = self._rows.get(entity_id, {})
        row = {name: _count(row.get(name, _EMPTY), window, at, sentiment) for name, window in WINDOWS.items()}
        latest = _latest(row)
        return self._announce(entity_id, row, list(_measure(entity_id, row, latest, began)), latest)

    def cool(self, at: float, most: int = 100) -> list[Trend]:
        """Look again at the entities above level 0 at a time; return the windows of which there is something to announce.

        Args:
            at: seconds since 1970.
            most: entities that are announced at a time; others wait for the next call.
        """
        began = self._begin(at)
        changed: list[Trend] = []
        for id_ in sorted(self._hot):
            row = self._rows[id_]
            # Not before it was mentioned last: the present may lag behind, and would not see what has just come.
            trends = list(_measure(id_, row, max(at, _latest(row)), began))
            if any(_is_news(trend, row) for trend in trends):
                changed += self._announce(id_, row, trends, at)
                most -= 1
            if not most:
                break
        return changed

    def read(self, entity_id: str, at: float) -> list[Trend]:
        """Return the windows of an entity at a time, as they are."""
        row = self._rows.get(entity_id)
        return list(_measure(entity_id, row, at, self._shard["began"])) if row else []

    def top(self, window: str, at: float, most: int = 20) -> list[Trend]:
        """Return the entities above level 0 in a window, the highest score first."""
        found = [trend for id_ in self._hot for trend in self.read(id_, at) if trend.window == window and trend.level]
        return sorted(found, key=lambda trend: (-trend.score, trend.entity_id))[:most]

    def find_silent(self, before: float) -> Iterator[str]:
        """Yield the ids of entities not mentioned since a time, but those above level 0: their end is to be told."""
        return (id_ for id_, row in self._rows.items() if row["1d"]["latest"] < before and id_ not in self._hot)

    def forget(self, id_: str, before: float) -> None:
        """Forget an entity if it is silent still."""
        row = self._rows.get(id_)
        if row is not None and row["1d"]["latest"] < before and id_ not in self._hot:
            self._rows.pop(id_)

    def _begin(self, at: float) -> float:
        """Return when the stream began: windows before that are no past of anyone."""
        known = self._shard.get("began")
        if known is not None and known <= at:
            return known
        self._shard["began"] = at
        return at

    def _announce(self, entity_id: str, row: Mapping[str, Any], trends: Sequence[Trend], at: float) -> list[Trend]:
        changed = [trend for trend in trends if _is_news(trend, row)]
        told = {trend.window: {"level": trend.level, "told": round(trend.score, DIGITS)} for trend in changed}
        self._rows[entity_id] = {name: state | told.get(name, {}) for name, state in row.items()}
        if any(trend.level for trend in trends):
            if entity_id not in self._hot:
                self._hot[entity_id] = at
        elif entity_id in self._hot:
            self._hot.pop(entity_id)
        return changed


DIGITS: Final = 4
"""Decimals of a sum of moods, as of a mood on the wire: the rest is noise, and a third of the row."""

_EMPTY: Final[Mapping[str, Any]] = {
    "slices": {},
    "window": None,
    "open": 0,
    "mean": 0.0,
    "square": 0.0,
    "level": 0,
    "told": 0.0,
    "latest": float("-inf"),
}


def _latest(row: Mapping[str, Any]) -> float:
    """Return when an entity was mentioned last."""
    latest: float = max(state["latest"] for state in row.values())
    return latest


def _count(state: Mapping[str, Any], window: Window, at: float, sentiment: float | None) -> dict[str, Any]:
    """Return the state of one window with one more mention."""
    here, latest = int(at // window.length), max(state["latest"], at)
    open_, count, past = state["window"], state["open"], Past(state["mean"], state["square"])
    if open_ is None:
        open_ = here
    elif here > open_:
        past, open_, count = past.close(count, here - open_ - 1, keep_of(window.half_life)), here, 0
    slice_, newest = int(at // window.step), int(latest // window.step)
    slices = {key: kept for key, kept in state["slices"].items() if newest - int(key) < window.slices}
    if newest - slice_ < window.slices:
        number, moods, judged = slices.get(str(slice_), (0, 0.0, 0))
        judges = sentiment is not None
        slices[str(slice_)] = [number + 1, round(moods + (sentiment or 0.0), DIGITS), judged + judges]
    counted = count + (here == open_)
    moments = {"mean": past.mean, "square": past.square}
    return {**state, "slices": slices, "window": open_, "open": counted, "latest": latest, **moments}


def _measure(entity_id: str, row: Mapping[str, Any], at: float, began: float) -> Iterator[Trend]:
    """Yield each window of an entity at a time."""
    for name, window in WINDOWS.items():
        state, keep = row[name], keep_of(window.half_life)
        newest, here = int(at // window.step), int(at // window.length)
        inside = [kept for key, kept in state["slices"].items() if 0 <= newest - int(key) < window.slices]
        count = sum(number for number, _, _ in inside)
        judged = sum(number for _, _, number in inside)
        past, closed = Past(state["mean"], state["square"]), state["window"]
        if here > closed:
            past, closed = past.close(state["open"], here - closed - 1, keep), here
        mean, deviation = past.spread(max(closed - int(began // window.length), 0), keep)
        score = significance(count, mean, deviation, window.bias)
        mood = sum(sum_ for _, sum_, _ in inside) / judged if judged else None
        level = _level(score, state["level"])
        yield Trend(entity_id, name, level, state["level"], score, count, mean, deviation, mood, at)


def _is_news(trend: Trend, row: Mapping[str, Any]) -> bool:
    """Whether a window is to be announced: another level, or far from the score announced last."""
    told = row[trend.window]["told"]
    return trend.level != trend.before or (trend.level > 0 and not told / GROWTH < trend.score < told * GROWTH)


def _level(score: float, before: int) -> int:
    """Return the level of a score, given the one before."""
    reached = sum(score >= least for least in LEVELS)
    stays = reached < before and score >= LEVELS[before - 1] * FALL
    return before if stays else reached
