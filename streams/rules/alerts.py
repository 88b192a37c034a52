"""An alert as it goes on the wire: who is told what, and why. `schemas/alert.v1.json` describes it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from streams.rules.durations import write_duration
from streams.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.rules.matches import Match
    from streams.rules.model import Rule

COMMON: Final = "news.alerts"
"""The topic of all rules that ask for none of their own, and what the others' names begin with."""
ID_DIGITS: Final = 32
MOST_TOLD: Final = 20

Alert = dict[str, Any]


def topic_of(rule: Rule) -> str:
    """Return the topic that a rule's alerts go to."""
    return f"{COMMON}.{rule.id}" if rule.send_to == "own" else COMMON


def make_alert(rule: Rule, match: Match, group: str, sightings: Sequence[Mapping[str, Any]]) -> Alert:
    """Return the alert that a match opens; its id is a function of rule, group and article alone.

    Args:
        rule: the match's.
        match: the article.
        group: what is told once.
        sightings: all articles of the count that was reached, this one among them; none where nothing is counted.
    """
    id_ = derive_id(rule.id, group, match.article["id"], match.article["content_hash"])
    sources = list(dict.fromkeys(each["source"] for each in (*sightings, match.article) if each["source"]))
    others = [dict(each) for each in sightings if each["id"] != match.article["id"]]
    count = rule.count
    return {
        "id": id_,
        "kind": "alert",
        "alert_id": id_,
        "rule": {"id": rule.id, "version": match.version, "title": rule.title, "owner": rule.owner},
        "severity": rule.severity,
        "time": rfc3339(match.time),
        "held_until": None,
        "topic": topic_of(rule),
        "article": dict(match.article),
        "because": [dict(each) for each in match.because],
        "entities": [dict(each) for each in match.entities],
        "count": count
        and {
            "articles": len(sightings),
            "sources": len(sources),
            "within": write_duration(count.within),
            "of": count.of,
        },
        "articles": 1 + len(others),
        "sources": sources,
        "joined": others[-MOST_TOLD:],
    }


def make_update(row: Mapping[str, Any], kind: str) -> Alert:
    """Return what a thread says at its due time: its alert, held until now, or the update on what joined it."""
    alert: Alert = row["alert"]
    said = {"articles": row["articles"], "sources": row["sources"], "joined": row["joined"]}
    if kind == "alert":
        return alert | said | {"held_until": row["due"]}
    held = row["due"] if row["state"] == "waiting" else None
    # What it tells is in the id: told again after a crash, and with one article more, it is another update.
    id_ = derive_id(alert["id"], "update", str(row["articles"]), *(each["id"] for each in row["joined"]))
    return alert | said | {"id": id_, "kind": "update", "time": row["until"], "held_until": held}


def derive_id(*parts: str) -> str:
    """Return a stable id of these parts; no two lists of parts share one."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:ID_DIGITS]
