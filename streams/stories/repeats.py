"""A page read again: dropped where nothing changed, else a new version of the same article and what changed.

A re-crawl and a redelivery are not the same. A re-crawl is another record: unchanged, it is dropped. A redelivery is the
record that was here before, and perhaps was lost after we had remembered it: it gets the answer that it had. The time of
the raw record, which no consumer changes, tells them apart.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from streams.stories.addresses import page_keys
from streams.stories.changes import Versioned, describe, list_changes, overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping

Why = Literal["unchanged", "variant", "outdated"]

REMEMBERED: Final = 8
"""Versions of a page, and repeats of it, of which a redelivery is known."""

EDITIONS: Final = 4
"""Pages that one part of an address leads to, the latest first: a part may be a rubric's."""

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
    reason: Why


class Repeats:
    """The pages of one shard.

    Args:
        pages: article id -> when it was seen, and what was answered to its last crawls.
        texts: article id -> what its last version holds, what its last versions changed, and its keys in `variants`:
            what only a new version writes.
        variants: what variants of a page share -> article ids.
    """

    def __init__(
        self,
        pages: MutableMapping[str, dict[str, Any]],
        texts: MutableMapping[str, dict[str, Any]],
        variants: MutableMapping[str, list[str]],
    ) -> None:
        self._pages = pages
        self._texts = texts
        self._variants = variants

    def judge(
        self, article: Versioned, told: float, at: float | None = None, now: float | None = None
    ) -> Fresh | Unchanged:
        """Judge an article and remember it.

        Args:
            article: clean or enriched.
            told: time of its raw record as it stands there, by which a redelivery is known; seconds since 1970.
            at: the time to take for it, where that is another (see `StreamClock`): versions are in the order of it.
            now: what time it is, where that is another: a page of an archive was seen now.
        """
        crawl, seen = _name_crawl(article, told), describe(article)
        pages = {id_: page for id_ in self._candidates(article) if (page := self._pages.get(id_)) is not None}
        for id_, page in pages.items():
            known = _find(page, crawl)
            if known is not None:
                version, reason = known
                return Unchanged(id_, version, reason) if reason else Fresh(id_, version, self._changes(id_, version))
        id_ = self._page_of(article, pages, seen)
        at = told if at is None else at
        now = at if now is None else max(at, now)
        reason = self._compare(id_, article, at, seen) if id_ in pages else None
        if reason is None:
            return self._enter(id_, article, crawl, (at, now), seen)
        return self._leave_out(id_, crawl, now, reason)

    def find_old(self, before: float) -> Iterator[str]:
        """Yield the ids of the pages last seen before a time."""
        return (id_ for id_, page in self._pages.items() if page["at"] < before)

    def forget(self, id_: str, before: float) -> None:
        """Forget a page that is old still, and how it is found."""
        page = self._pages.get(id_)
        if page is None or page["at"] >= before:
            return
        self._pages.pop(id_)
        for key in self._texts.pop(id_)["keys"]:
            left = [each for each in self._variants.get(key, []) if each != id_]
            if left:
                self._variants[key] = left
            else:
                self._variants.pop(key, None)

    def _candidates(self, article: Versioned) -> dict[str, None]:
        """Return the ids of the pages that this may be a crawl of, its own first."""
        others = (id_ for key in page_keys(article.url) for id_ in self._variants.get(key, ()))
        return dict.fromkeys((article.id, *others))

    def _page_of(self, article: Versioned, pages: Iterable[str], seen: dict[str, Any]) -> str:
        """Return the id of the page that this is a variant of, its own where of none."""
        if article.id in pages:
            return article.id
        near = (id_ for id_ in pages if overlap(seen, self._texts[id_]["seen"]) >= SAME_PAGE)
        return next(near, article.id)

    def _compare(self, id_: str, article: Versioned, at: float, seen: dict[str, Any]) -> Why | None:
        """Return why a page is no new version, None where it is one."""
        page = self._pages[id_]
        if article.content_hash == page["hash"]:
            return "unchanged"
        if at < page["since"]:
            return "outdated"
        is_variant = id_ != article.id and overlap(seen, self._texts[id_]["seen"]) >= NOTHING_NEW
        return "variant" if is_variant else None

    def _leave_out(self, id_: str, crawl: str, now: float, reason: Why) -> Unchanged:
        page = self._pages[id_]
        version = page["versions"][-1][1]
        repeats = [*page["repeats"], [crawl, version, reason]][-REMEMBERED:]
        self._pages[id_] = page | {"at": max(page["at"], now), "repeats": repeats}
        return Unchanged(id_, version, reason)

    def _enter(
        self, id_: str, article: Versioned, crawl: str, times: tuple[float, float], seen: dict[str, Any]
    ) -> Fresh:
        page, text = self._pages.get(id_), self._texts.get(id_)
        versions = page["versions"] if page else []
        version = versions[-1][1] + 1 if versions else 1
        changes = list_changes(text["seen"], seen) if text else None
        versions = [*versions, [crawl, version]][-REMEMBERED:]
        told = {str(each): text["changes"].get(str(each)) for _, each in versions} if text else {}
        keys = text["keys"] if text else page_keys(article.url)
        self._texts[id_] = {"seen": seen, "changes": told | {str(version): changes}, "keys": keys}
        repeats = page["repeats"] if page else []
        (at, now), hash_ = times, article.content_hash
        self._pages[id_] = {"at": now, "since": at, "hash": hash_, "versions": versions, "repeats": repeats}
        if page is None:
            for key in keys:
                self._variants[key] = [id_, *self._variants.get(key, ())][:EDITIONS]
        return Fresh(id_, version, changes)

    def _changes(self, id_: str, version: int) -> dict[str, Any] | None:
        changes: dict[str, Any] | None = self._texts[id_]["changes"].get(str(version))
        return changes


def _name_crawl(article: Versioned, told: float) -> str:
    """Return what stands for one crawl of one address, whatever it was answered."""
    crawl = f"{article.id} {article.content_hash} {told!r}"
    return hashlib.blake2b(crawl.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _find(page: dict[str, Any], crawl: str) -> tuple[int, Why | None] | None:
    """Return version and reason of what was answered to a crawl, None where it was never seen."""
    answered = [*page["repeats"], *([*version, None] for version in page["versions"])]
    return next(((version, reason) for each, version, reason in answered if each == crawl), None)
