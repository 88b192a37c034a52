"""Counts in a window: which articles were seen of late, in bounded memory."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from streams.times import rfc3339

if TYPE_CHECKING:
    from streams.rules.matches import Match
    from streams.rules.model import Count

MOST_SIGHTINGS: Final = 200
"""Articles that are remembered of one window, the latest: twice what a rule may ask for."""

Row = dict[str, Any]


def see(row: Row | None, count: Count, match: Match) -> Row:
    """Return a window's row with one more article; a new version of one takes its place.

    The window ends with the latest article, whatever the order in which they come.
    """
    new = {name: match.article[name] for name in ("id", "title", "url", "source")} | {"time": rfc3339(match.time)}
    known = [each for each in (row or {}).get("sightings", ()) if each["id"] != new["id"]]
    ordered = sorted([*known, new], key=lambda each: (_time(each), each["id"]))
    oldest = _time(ordered[-1]) - count.within
    kept = [each for each in ordered if _time(each) > oldest][-MOST_SIGHTINGS:]
    return {"sightings": kept, "due": rfc3339(_time(ordered[-1]) + count.within)}


def is_reached(row: Row, count: Count) -> bool:
    """Tell whether so many articles from so many sources are in the window; an unknown source counts for none."""
    sources = {each["source"] for each in row["sightings"] if each["source"]}
    enough = len(sources) >= count.sources or count.sources == 1
    return len(row["sightings"]) >= count.at_least and enough


def _time(sighting: Row) -> datetime:
    return datetime.fromisoformat(sighting["time"])
