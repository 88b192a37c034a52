"""route: an enriched article becomes the records that carry it.

One record for `news.articles.enriched`, keyed by the article, and one per entity for
`news.entities.mentioned`, keyed by the entity. Ids and bytes are functions of the input alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.records import OutboundRecord
from streams.stages.route.events import Event, announce_article, announce_mentions
from streams.stages.route.headers import carry_trace, make_headers, name_input
from streams.stages.route.wire import check_offsets, encode

if TYPE_CHECKING:
    from streams.articles import EnrichedArticle
    from streams.records import Headers, InboundRecord

__all__ = ["route"]


def route(article: EnrichedArticle, record: InboundRecord) -> tuple[OutboundRecord, ...]:
    """Return the outbound records of an article, the article itself first.

    Args:
        article: as enriched.
        record: the raw record it came from; its place, `traceparent` and `tracestate` are carried on.

    Raises:
        RouteError: of reason bad_output where a value does not fit its schema: a defect of ours.
    """
    check_offsets(article)
    carried = name_input(record) + carry_trace(record)
    announced = announce_article(article)
    return tuple(_publish(event, carried) for event in (announced, *announce_mentions(article, announced)))


def _publish(event: Event, carried: Headers) -> OutboundRecord:
    # The value first: it is checked against its schema, and with it what key and headers repeat.
    value = encode(event.value, event.schema)
    return OutboundRecord(event.topic, event.subject.encode(), value, make_headers(event) + carried)
