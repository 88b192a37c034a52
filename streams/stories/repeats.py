"""A page read again: dropped where nothing changed, else a new version of the same article and what changed.

A re-crawl and a redelivery are not the same. A re-crawl is another record: unchanged, it is dropped. A redelivery is the
record that was here before, and perhaps was lost after we had remembered it: it gets the answer that it had. The time of
the raw record, which no consumer changes, tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from streams.stories.addresses import page_keys
from streams.stories.changes import Versioned, describe, list_changes, overlap

if TYPE_CHECKING:
    from collections.abc import MutableMapping

REMEMBERED: Final = 8
"""Versions of a page of which a redelivery is known."""

SAME_PAGE: Final = 0.5
"""Share of its paragraphs that another address of one publisher must share with a page to be a variant of it."""

NOTHING_NEW: Final = 0.9
"""Share from which a variant says nothing that the page does not."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """The first or a new version.

    Attributes:
        id: of the article, that of the page of which this is a variant.
        version: 1 for the first.
        changes: against the version before (see `list_changes`); None for the first.
    """

    id: str
    version: int
    changes: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing new: to be dropped.

    Attributes:
        id: of the article.
        version: that it repeats.
        reason: unchanged, variant (another address of the page) or outdated (crawled before what we have).
    """

    id: str
    version: int
    reason: str


class Repeats:
    """The pages of one shard.

    Args:
        pages: article id -> its last version, as plain JSON.
        variants: what variants of a page share -> article id.
    """

    def __init__(self, pages: MutableMapping[str, dict[str, Any]], variants: MutableMapping[str, str]) -> None:
        self._pages = pages
        self._variants = variants

    def judge(self, article: Versioned, at: float) -> Fresh | Unchanged:
        """Judge an article and remember it.

        Args:
            article: clean or enriched.
            at: time of its raw record, seconds since 1970.
        """
        seen = describe(article)
        id_ = self._page_of(article, seen)
        page = self._pages.get(id_)
        if page is None:
            self._variants.update(dict.fromkeys(page_keys(article.url), id_))
            return self._enter(id_, article.content_hash, at, seen, None)
        known = next((each for each in page["versions"] if each[:2] == [article.content_hash, at]), None)
        if known is not None:
            return Fresh(id_, known[2], known[3])
        return self._judge_again(id_, article, at, seen)

    def forget(self, before: float) -> int:
        """Forget pages last seen before a time; return how many."""
        old = {id_ for id_, page in self._pages.items() if page["at"] < before}
        for id_ in old:
            self._pages.pop(id_)
        for key in [key for key, id_ in self._variants.items() if id_ in old]:
            self._variants.pop(key)
        return len(old)

    def _page_of(self, article: Versioned, seen: dict[str, Any]) -> str:
        """Return the id of the page that this is a variant of, its own where of none."""
        if article.id in self._pages:
            return article.id
        others = dict.fromkeys(self._variants.get(key, "") for key in page_keys(article.url))
        near = (id_ for id_ in others if id_ in self._pages and overlap(seen, self._pages[id_]["seen"]) >= SAME_PAGE)
        return next(near, article.id)

    def _judge_again(self, id_: str, article: Versioned, at: float, seen: dict[str, Any]) -> Fresh | Unchanged:
        page = self._pages[id_]
        version = page["versions"][-1][2]
        if article.content_hash == page["versions"][-1][0]:
            self._pages[id_] = page | {"at": max(page["at"], at)}
            return Unchanged(id_, version, "unchanged")
        if at < page["versions"][-1][1]:
            return Unchanged(id_, version, "outdated")
        if id_ != article.id and overlap(seen, page["seen"]) >= NOTHING_NEW:
            return Unchanged(id_, version, "variant")
        return self._enter(id_, article.content_hash, at, seen, page)

    def _enter(self, id_: str, hash_: str, at: float, seen: dict[str, Any], page: dict[str, Any] | None) -> Fresh:
        versions = page["versions"] if page else []
        fresh = Fresh(id_, versions[-1][2] + 1 if page else 1, list_changes(page["seen"], seen) if page else None)
        entry = [hash_, at, fresh.version, fresh.changes]
        self._pages[id_] = {"at": at, "seen": seen, "versions": [*versions, entry][-REMEMBERED:]}
        return fresh
