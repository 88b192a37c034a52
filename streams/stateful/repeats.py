"""repeats: a page read again is dropped where nothing in it is new, else it is a new version of the same article.

A page may have several addresses (an AMP edition at another host). Whichever of them was read first gives the article its
id: what is new at the others goes on as a new version under that id and not under their own. So an article has one id
on `news.articles.fresh` and behind it, and its `url` may be any of the page's.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

from streams.errors import Stage
from streams.outcomes import DropReason
from streams.stages.drop import drop
from streams.stages.route.events import announce_article
from streams.stages.route.headers import VECTOR, name_vector
from streams.stages.route.wire import make_record
from streams.stateful.reading import carry, read_article, time_of
from streams.stateful.sweep import DAY, Ageing, Sweep
from streams.stateful.work import Answer, Remembering
from streams.stories.clock import StreamClock
from streams.stories.repeats import Repeats, Unchanged
from streams.topics import FRESH, READ, REPEATS_STATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.records import InboundRecord
    from streams.stateful.work import Tables, Work

KEPT: Final = 30 * DAY
"""Seconds for which a page is remembered after it was seen last."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """An article as `Repeats` compares it: the names are those of the wire."""

    id: str
    content_hash: str
    text: str
    title: str | None
    lede: str | None
    url: str | None
    source: str | None
    published_at: str | None
    byline: Any
    agency: str | None
    dateline: Any
    images: Any

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Take what is compared out of an article."""
        return cls(**{field.name: value[field.name] for field in fields(cls)})


class Recrawls:
    """The pages of one partition.

    Args:
        tables: `pages`, `texts` and `variants` (see `Repeats`); `clock`.
    """

    def __init__(self, tables: Tables) -> None:
        shard = tables.json("clock")
        self._clock = StreamClock(shard)
        self._repeats = Repeats(tables.json("pages"), tables.json("texts"), tables.json("variants"))
        self._sweep = Sweep(shard, Ageing(KEPT, self._repeats.find_old, self._repeats.forget))

    def take(self, record: InboundRecord) -> Answer:
        """Drop an article, or let it go on with `version` and `changes`.

        Raises:
            DecodeError: it is none.
            RouteError: a defect of ours.
        """
        value, carried = read_article(record), carry(record)
        told = time_of(value)
        at = self._clock.settle(told, record.timestamp.timestamp())
        found = self._repeats.judge(Crawl.of(value), told, at, self._clock.now)
        self._sweep.run(self._clock.now)
        if isinstance(found, Unchanged):
            left_out = drop(value, DropReason(found.reason), _explain(found), carried)
            return Answer(left_out.records, left_out.name)
        fresh = value | {"id": found.id, "version": found.version, "changes": found.changes}
        vector = name_vector(record.header(VECTOR) or b"")
        return Answer((make_record(announce_article(fresh, FRESH), carried + vector),))

    def tick(self, now: float) -> Answer:
        """Do nothing: nothing waits here."""
        del now
        return Answer(name="none")


def open_repeats(tables: Tables) -> Work:
    """Return the work of one partition."""
    return Recrawls(tables)


def repeating() -> Remembering:
    """Return the stage."""
    return Remembering(Stage.REPEATS, READ, REPEATS_STATE, open_repeats)


def _explain(found: Unchanged) -> str:
    """Say for a person what a page repeats."""
    said = {
        "unchanged": f"as version {found.version} of {found.id}",
        "variant": f"another address of version {found.version} of {found.id}",
        "outdated": f"crawled before version {found.version} of {found.id}",
    }
    return said[found.reason]
