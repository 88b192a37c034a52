"""drop: a record that is left out on purpose, with a small record that says so.

Without it nobody could tell it from a lost one: `news-streams audit` counts an outcome on a topic, not a promise.
A record at one place must be dropped each time it is read there or never: one that is enriched, redelivered and then
dropped as its own repeat has two outcomes. Whoever decides compares with other places than the record's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.contracts import ARTICLE_DROPPED
from streams.outcomes import Dropped
from streams.records import OutboundRecord
from streams.stages.route.events import Event, derive_id
from streams.stages.route.headers import carry_trace, make_headers, name_input
from streams.stages.route.wire import encode
from streams.times import rfc3339
from streams.topics import DROPPED

if TYPE_CHECKING:
    from streams.articles import CleanArticle
    from streams.outcomes import DropReason
    from streams.records import InboundRecord

LONGEST_MESSAGE: Final = 300
"""Code points, as the schema has it."""


def drop(record: InboundRecord, article: CleanArticle, reason: DropReason, message: str) -> Dropped:
    """Return the outcome of a record that is left out, with the record that says so.

    Args:
        record: as it was read.
        article: what it holds.
        reason: why it is left out.
        message: one line for a person.

    Raises:
        RouteError: of reason bad_output where the value does not fit its schema: a defect of ours.
    """
    carried = name_input(record) + carry_trace(record)
    event = announce_drop(article, reason, message[:LONGEST_MESSAGE], carried[0][1] or b"", rfc3339(record.timestamp))
    value = encode(event.value, event.schema)
    return Dropped(reason, (OutboundRecord(event.topic, event.subject.encode(), value, make_headers(event) + carried),))


def announce_drop(article: CleanArticle, reason: DropReason, message: str, place: bytes, at: str) -> Event:
    """Announce that an article was left out; each place it came from is an event of its own."""
    event_id = derive_id(article.id, place.decode(), reason)
    about = {"id": article.id, "url": article.url, "source": article.source}
    return Event(
        topic=DROPPED.name,
        schema=ARTICLE_DROPPED,
        type="news.article.dropped.v1",
        id=event_id,
        subject=article.id,
        time=at,
        filters={"reason": reason},
        value={"id": event_id, "reason": reason, "message": message, "article": about, "dropped_at": at},
    )
