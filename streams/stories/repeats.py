"""A page read again: dropped where nothing changed, else a new version of the same article and what changed.

A re-crawl and a redelivery are not the same. A re-crawl is another record: unchanged, it is dropped. A redelivery is the
record that was here before, and perhaps was lost after we had remembered it: it gets the answer that it had. The time of
the raw record, which no consumer changes, tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from streams.stories.addresses import page_keys
from streams.stories.changes import Versioned, describe, list_changes, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

Why = Literal["unchanged", "variant", "outdated"]

REMEMBERED: Final = 8
"""Versions of a page, and repeats of it, of which a redelivery is known."""

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
        variants: what variants of a page share -> article id.
    """

    def __init__(
        self,
        pages: MutableMapping[str, dict[str, Any]],
        texts: MutableMapping[str, dict[str, Any]],
        variants: MutableMapping[str, str],
    ) -> None:
        self._pages = pages
        self._texts = texts
        self._variants = variants

    def judge(self, article: Versioned, told: float, at: float | None = None) -> Fresh | Unchanged:
        """Judge an article and remember it.

        Args:
            article: clean or enriched.
            told: time of its raw record as it stands there, by which a redelivery is known; seconds since 1970.
            at: the time to take for it, where that is another (see `StreamClock`).
        """
        seen = describe(article)
        id_ = self._page_of(article, seen)
        page = self._pages.get(id_)
        at = told if at is None else at
        if page is None:
            return self._enter(id_, article, (told, at), seen, None)
        known = _find(page, article.content_hash, told)
        if known is not None:
            version, reason = known
            return Unchanged(id_, version, reason) if reason else Fresh(id_, version, self._changes(id_, version))
        return self._judge_again(id_, article, (told, at), seen)

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
            if self._variants.get(key) == id_:
                self._variants.pop(key)

    def _page_of(self, article: Versioned, seen: dict[str, Any]) -> str:
        """Return the id of the page that this is a variant of, its own where of none."""
        if article.id in self._pages:
            return article.id
        others = dict.fromkeys(self._variants.get(key, "") for key in page_keys(article.url))
        near = (id_ for id_ in others if id_ in self._pages and overlap(seen, self._texts[id_]["seen"]) >= SAME_PAGE)
        return next(near, article.id)

    def _judge_again(
        self, id_: str, article: Versioned, times: tuple[float, float], seen: dict[str, Any]
    ) -> Fresh | Unchanged:
        page, (told, at) = self._pages[id_], times
        hash_, _, version = page["versions"][-1]
        reason: Why | None = None
        if article.content_hash == hash_:
            reason = "unchanged"
        elif at < page["since"]:
            reason = "outdated"
        elif id_ != article.id and overlap(seen, self._texts[id_]["seen"]) >= NOTHING_NEW:
            reason = "variant"
        if reason is None:
            return self._enter(id_, article, times, seen, page)
        latest = max(page["at"], at) if reason == "unchanged" else page["at"]
        repeats = [*page["repeats"], [article.content_hash, told, version, reason]][-REMEMBERED:]
        self._pages[id_] = page | {"at": latest, "repeats": repeats}
        return Unchanged(id_, version, reason)

    def _enter(
        self,
        id_: str,
        article: Versioned,
        times: tuple[float, float],
        seen: dict[str, Any],
        page: dict[str, Any] | None,
    ) -> Fresh:
        text = self._texts[id_] if page else {"seen": seen, "changes": {}, "keys": page_keys(article.url)}
        versions = page["versions"] if page else []
        changes = list_changes(text["seen"], seen) if page else None
        fresh = Fresh(id_, versions[-1][2] + 1 if page else 1, changes)
        versions = [*versions, [article.content_hash, times[0], fresh.version]][-REMEMBERED:]
        kept = {str(version): text["changes"].get(str(version)) for _, _, version in versions}
        self._texts[id_] = text | {"seen": seen, "changes": kept | {str(fresh.version): changes}}
        repeats = page["repeats"] if page else []
        self._pages[id_] = {"at": times[1], "since": times[1], "versions": versions, "repeats": repeats}
        if page is None:
            self._variants.update(dict.fromkeys(text["keys"], id_))
        return fresh

    def _changes(self, id_: str, version: int) -> dict[str, Any] | None:
        changes: dict[str, Any] | None = self._texts[id_]["changes"].get(str(version))
        return changes


def _find(page: dict[str, Any], hash_: str, told: float) -> tuple[int, Why | None] | None:
    """Return version and reason of what was answered to a crawl, None where it was never seen."""
    answered = [*page["repeats"], *([*version, None] for version in page["versions"])]
    return next(((version, reason) for each, at, version, reason in answered if (each, at) == (hash_, told)), None)
