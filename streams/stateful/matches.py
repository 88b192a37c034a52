"""matches: an enriched article and the rules that it fits, each a record for who keeps that rule's state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.contracts import ENRICHED_ARTICLE, validator
from streams.errors import DecodeError, Reason, Stage
from streams.records import OutboundRecord
from streams.rules.facts import Facts
from streams.stages.quoting import point
from streams.stages.route.headers import INPUT, carry_trace
from streams.stateful.work import Answer, Remembering
from streams.topics import ENRICHED, MATCHED

if TYPE_CHECKING:
    from streams.records import Headers, InboundRecord
    from streams.rules.boards import RuleBoard
    from streams.rules.facts import Trends
    from streams.rules.matches import Match


class Matches:
    """Articles against the rules that are live; remembers nothing.

    Args:
        board: the rules.
        trends: of the entities.
    """

    def __init__(self, board: RuleBoard, trends: Trends) -> None:
        self._board = board
        self._trends = trends

    def take(self, record: InboundRecord) -> Answer:
        """Return a record for each rule that an article fits.

        Raises:
            DecodeError: it is no enriched article.
        """
        matches = self._board.match(Facts(read_article(record), self._trends))
        carried = carry_input(record)
        return Answer(tuple(_publish(match, carried) for match in matches), "published" if matches else "none")

    def tick(self, now: float) -> Answer:
        """Do nothing: nothing waits here."""
        del now
        return Answer(name="none")


def matching(board: RuleBoard, trends: Trends) -> Remembering:
    """Return the stage."""
    return Remembering(Stage.MATCHES, ENRICHED, None, lambda _: Matches(board, trends))


def read_article(record: InboundRecord) -> dict[str, Any]:
    """Return the article of a record of `news.articles.enriched`: anyone may have written it.

    Raises:
        DecodeError: it is none.
    """
    if record.value is None:
        raise DecodeError(Reason.TOMBSTONE, "no value")
    try:
        article: dict[str, Any] = orjson.loads(record.value)
    except orjson.JSONDecodeError as error:
        raise DecodeError(Reason.BAD_JSON, f"no JSON: {error}") from None
    checker = validator(ENRICHED_ARTICLE)
    if not checker.is_valid(article):
        error_ = next(checker.iter_errors(article))
        raise DecodeError(Reason.BAD_SCHEMA, f"{point(error_.instance_path)} fails {error_.kind.name}")
    return article


def carry_input(record: InboundRecord) -> Headers:
    """Return the headers that name the raw record and its trace, as they came."""
    place = record.header(INPUT)
    return (((INPUT, place),) if place else ()) + carry_trace(record)


def _publish(match: Match, carried: Headers) -> OutboundRecord:
    return OutboundRecord(MATCHED.name, match.rule_id.encode(), orjson.dumps(match.to_json()), carried)
