"""route: an enriched article becomes the records that carry it.

With stories, one record for `news.articles.read`, from where the stages that remember go on. Without them one for
`news.articles.enriched`, keyed by the article, and one per entity for `news.entities.mentioned`, keyed by the entity.
Ids and bytes are functions of the input alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.stages.route.events import announce_article, announce_mentions
from streams.stages.route.headers import carry_trace, name_input, name_vector
from streams.stages.route.wire import check_offsets, make_record, to_wire
from streams.topics import READ

if TYPE_CHECKING:
    from streams.articles import EnrichedArticle
    from streams.records import InboundRecord, OutboundRecord

__all__ = ["route"]


def route(article: EnrichedArticle, record: InboundRecord, *, stories: bool = False) -> tuple[OutboundRecord, ...]:
    """Return the outbound records of an article, the article itself first.

    Args:
        article: as enriched.
        record: the raw record it came from; its place, `traceparent` and `tracestate` are carried on.
        stories: repeats, stories and novelty are still to be told of it.

    Raises:
        RouteError: of reason bad_output where a value does not fit its schema: a defect of ours.
    """
    value = to_wire(article)
    check_offsets(value)
    carried = name_input(record) + carry_trace(record)
    if stories:
        return (make_record(announce_article(value, READ), carried + name_vector(article.vector)),)
    return tuple(make_record(event, carried) for event in (announce_article(value), *announce_mentions(value)))
