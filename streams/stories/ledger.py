"""Who belongs to which story and copies whom: decided once, when an article comes, and remembered for the window.

A story is named after the article that opened it. Stories never join: what reports of two belongs to the one it shares
most with. An article that comes again, or in a new version, keeps its place.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from streams.stories.agencies import runs_agency

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence

    from streams.stories.comparing import Match
    from streams.stories.fingerprints import Fingerprint


@dataclass(frozen=True, slots=True)
class Place:
    """An article's place.

    Attributes:
        story_id: id of the article that opened the story.
        duplicate_of: id of the first article seen of the same text, None where this is the first.
        copies: articles of the same text that came before.
        original: id of the agency's own article of this text, where it is seen.
        articles: articles of the story that came before.
    """

    story_id: str
    duplicate_of: str | None
    copies: int
    original: str | None
    articles: int


class Ledger:
    """The places of one shard's articles.

    Args:
        articles: article id -> its place, as plain JSON.
        texts: id of the first article of a text -> how many printed it, and whose it is.
        stories: story id -> how many articles it had.
    """

    def __init__(
        self,
        articles: MutableMapping[str, dict[str, Any]],
        texts: MutableMapping[str, dict[str, Any]],
        stories: MutableMapping[str, dict[str, Any]],
    ) -> None:
        self._articles = articles
        self._texts = texts
        self._stories = stories

    def knows(self, id_: str) -> bool:
        """Tell whether an article has its place."""
        return id_ in self._articles

    def place(self, print_: Fingerprint, matches: Sequence[tuple[str, Match]]) -> Place:
        """Decide an article's place.

        Args:
            print_: of the article.
            matches: who tells the same, the strongest first; those that are not in the ledger count for nothing.
        """
        known = self._articles.get(print_.id)
        if known is not None:
            return Place(**known)
        found = [(id_, match) for id_, match in matches if id_ in self._articles]
        # The strongest match is a copy where any is one.
        story_id = self._articles[found[0][0]]["story_id"] if found else print_.id
        place = self._enter(print_, story_id, self._first([id_ for id_, match in found if match.kind == "copy"]))
        self._articles[print_.id] = asdict(place)
        return place

    def forget(self, ids: Iterable[str]) -> None:
        """Forget articles, and texts and stories of which none is left."""
        for id_ in ids:
            row = self._articles.pop(id_, None)
            if row is not None:
                _leave(self._texts, row["duplicate_of"] or id_)
                _leave(self._stories, row["story_id"])

    def _first(self, ids: Sequence[str]) -> str | None:
        """Return whose copy an article is: of those that it copies the first of its text, else the strongest.

        What a copy copied itself is not gone back to: a page that prints two articles would tie them together.
        """
        return next((id_ for id_ in ids if self._articles[id_]["duplicate_of"] is None), ids[0] if ids else None)

    def _enter(self, print_: Fingerprint, story_id: str, duplicate_of: str | None) -> Place:
        text_id = duplicate_of or print_.id
        text = self._texts.get(text_id, {"seen": 0 if duplicate_of is None else 1, "left": 0, "original": None})
        story = self._stories.get(story_id, {"seen": 0, "left": 0})
        original = text["original"] or (print_.id if runs_agency(print_.source, print_.agency) else None)
        self._texts[text_id] = {"seen": text["seen"] + 1, "left": text["left"] + 1, "original": original}
        self._stories[story_id] = {"seen": story["seen"] + 1, "left": story["left"] + 1}
        return Place(story_id, duplicate_of, text["seen"], original, story["seen"])


def _leave(rows: MutableMapping[str, dict[str, Any]], id_: str) -> None:
    row = rows.get(id_)
    if row is None:
        return
    if row["left"] > 1:
        rows[id_] = row | {"left": row["left"] - 1}
    else:
        rows.pop(id_)
