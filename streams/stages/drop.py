"""drop: a record that is left out on purpose, with a small record that says so.

Without it nobody could tell it from a lost one: `news-streams audit` counts an outcome on a topic, not a promise.
A record at one place must be dropped each time it is read there or never: one that is enriched, redelivered and then
dropped as its own repeat has two outcomes. Whoever decides compares with other places than the record's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from streams.contracts import ARTICLE_DROPPED
from streams.outcomes import Dropped
from streams.stages.route.events import Event, derive_id
from streams.stages.route.wire import make_record
from streams.topics import DROPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.outcomes import DropReason
    from streams.records import Headers

LONGEST_MESSAGE: Final = 300
"""Code points, as the schema has it."""


def drop(article: Mapping[str, Any], reason: DropReason, message: str, carried: Headers) -> Dropped:
    """Return the outcome of a record that is left out, with the record that says so.

    Args:
        article: what it holds, as `schemas/article.enriched.v1.json` describes it.
        reason: why it is left out.
        message: one line for a person.
        carried: the header that names its raw record, first, and its trace.

    Raises:
        RouteError: of reason bad_output where the value does not fit its schema: a defect of ours.
    """
    event = announce_drop(article, reason, message[:LONGEST_MESSAGE], carried[0][1] or b"")
    return Dropped(reason, (make_record(event, carried),))


def announce_drop(article: Mapping[str, Any], reason: DropReason, message: str, place: bytes) -> Event:
    """Announce that an article was left out; each place it came from is an event of its own."""
    event_id = derive_id(article["id"], place.decode(), reason)
    about = {name: article[name] for name in ("id", "url", "source")}
    at = article["enriched_at"]
    return Event(
        topic=DROPPED.name,
        schema=ARTICLE_DROPPED,
        type="news.article.dropped.v1",
        id=event_id,
        subject=article["id"],
        time=at,
        filters={"reason": reason},
        value={"id": event_id, "reason": reason, "message": message, "article": about, "dropped_at": at},
    )
