"""One alert for each story and cool-down: a thread is opened by an article, and later ones join it.

A row holds what was said already and what came since. In quiet hours it waits with its alert; at the end of the cool-down
what joined it is told in one update, and the row goes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from streams.rules.alerts import make_alert, make_update
from streams.rules.quiet import quiet_until
from streams.times import rfc3339

if TYPE_CHECKING:
    from streams.rules.matches import Match
    from streams.rules.model import Rule

MOST_SEEN: Final = 500
"""Versions of articles by which a redelivered one is known again."""
MOST_SOURCES: Final = 50
MOST_JOINED: Final = 20
"""Articles that an alert or update names; the rest is counted."""

Row = dict[str, Any]


def open_thread(rule: Rule, match: Match, group: str, sightings: list[Row]) -> Row:
    """Return the row of a new thread.

    Args:
        rule: the match's.
        match: the article that opens it.
        group: what is told once: a story, or what is counted.
        sightings: the other articles of the count that was reached; none where nothing is counted.
    """
    others = [each for each in sightings if each["id"] != match.article["id"]]
    sources = dict.fromkeys(each["source"] for each in (match.article, *others) if each["source"])
    until = match.time + rule.cooldown
    waits = quiet_until(rule, match.time)
    return {
        "rule": rule.id,
        "alert": make_alert(rule, match, group, sightings),
        "opened": rfc3339(match.time),
        "until": rfc3339(until),
        "due": rfc3339(waits or until),
        "state": "held" if waits else "open",
        "seen": [_version(match), *(each["id"] for each in others)],
        "sources": list(sources)[:MOST_SOURCES],
        "articles": 1 + len(others),
        "joined": others[-MOST_JOINED:],
        "since": 0,
    }


def join(row: Row, match: Match) -> Row:
    """Return the row with another article; one that is seen again changes nothing."""
    if _version(match) in row["seen"]:
        return row
    is_new = not any(each.partition(":")[0] == match.article["id"] for each in row["seen"])
    source = match.article["source"]
    sources = row["sources"] if not source or source in row["sources"] else [*row["sources"], source][:MOST_SOURCES]
    told = {name: match.article[name] for name in ("id", "title", "url", "source")} | {"time": rfc3339(match.time)}
    return row | {
        "seen": [*row["seen"], _version(match)][-MOST_SEEN:],
        "sources": sources,
        "articles": row["articles"] + is_new,
        "joined": [*row["joined"], told][-MOST_JOINED:] if is_new else row["joined"],
        "since": row["since"] + is_new,
    }


def is_over(row: Row, moment: datetime) -> bool:
    """Tell whether a moment lies outside the thread: behind what is due, or a whole cool-down before its beginning.

    The latter is a thread that an article with a wrong clock opened in the future: it must not swallow the present.
    """
    opened, until, due = (datetime.fromisoformat(row[name]) for name in ("opened", "until", "due"))
    return moment >= due or moment < opened - (until - opened)


def advance(row: Row, rule: Rule | None) -> tuple[Row | None, dict[str, Any] | None]:
    """Do what is due: return the row that stays, if any, and what is to be sent, if anything.

    Args:
        row: a thread's.
        rule: as it is now; None where it was deleted: what waits is sent, and nothing waits any more.
    """
    if row["state"] == "held":
        sent = make_update(row, "alert")
        stays = row | {"state": "open", "due": max(row["until"], row["due"]), "joined": [], "since": 0}
        return (stays if row["until"] > row["due"] else None), sent
    if not row["since"]:
        return None, None
    waits = quiet_until(rule, datetime.fromisoformat(row["due"])) if rule and row["state"] == "open" else None
    if waits:
        return row | {"state": "waiting", "due": rfc3339(waits)}, None
    return None, make_update(row, "update")


def _version(match: Match) -> str:
    return f"{match.article['id']}:{match.article['content_hash']}"
