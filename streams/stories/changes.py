"""What changed between two versions of a page: which fields, and which paragraphs came and went. Linear in the text."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from streams.stories.shingles import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIELDS: Final = ("title", "lede", "url", "source", "published_at", "byline", "agency", "dateline", "images")
"""Fields compared beside the text."""

SHOWN: Final = 10
"""Paragraphs shown of those that came, and of those that went."""

OPENING: Final = 160
"""Code points shown of a paragraph."""

MOST_PARAGRAPHS: Final = 400
"""Paragraphs told apart; the rest of a giant counts as one."""

_DIGEST: Final = 8


class Versioned(Protocol):
    """What is compared of an article, clean or enriched; the `FIELDS` are read as well."""

    @property
    def id(self) -> str:
        """Of the canonical URL."""

    @property
    def content_hash(self) -> str:
        """Of title and text."""

    @property
    def text(self) -> str:
        """The body."""

    @property
    def url(self) -> str | None:
        """Where it was found."""


def describe(article: Versioned) -> dict[str, Any]:
    """Return what is remembered of a version: digests of its fields, digest and opening of each paragraph."""
    fields = {name: _digest(orjson.dumps(getattr(article, name, None))) for name in FIELDS}
    return {"fields": fields, "paragraphs": list(_paragraphs(article.text[:LONGEST]))}


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed between two descriptions, short enough to be shown.

    Returns:
        `fields`: names; `added` and `removed`: how many paragraphs; `shown`: the first of them, `{change, at, text}`,
        `at` being the paragraph's number in its own version; `reordered`: the same paragraphs stand in another order.
    """
    fields = [name for name in FIELDS if before["fields"].get(name) != after["fields"].get(name)]
    added = _only_in(after["paragraphs"], before["paragraphs"])
    removed = _only_in(before["paragraphs"], after["paragraphs"])
    same = not added and not removed
    shown = [
        {"change": change, "at": at, "text": text}
        for change, places in (("added", added), ("removed", removed))
        for at, text in places[:SHOWN]
    ]
    reordered = same and [each[0] for each in before["paragraphs"]] != [each[0] for each in after["paragraphs"]]
    return {"fields": fields, "added": len(added), "removed": len(removed), "reordered": reordered, "shown": shown}


def overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Return the share of the paragraphs of `one` that stand in `other`, 0..1."""
    if not one["paragraphs"]:
        return 0.0
    return 1 - len(_only_in(one["paragraphs"], other["paragraphs"])) / len(one["paragraphs"])


def _paragraphs(text: str) -> Iterator[list[str]]:
    parts = [part for part in (" ".join(each.split()) for each in text.split("\n")) if part]
    if len(parts) > MOST_PARAGRAPHS:
        parts[MOST_PARAGRAPHS - 1 :] = [" ".join(parts[MOST_PARAGRAPHS - 1 :])]
    for part in parts:
        yield [_digest(part.encode("utf-8", "surrogatepass")), part[:OPENING]]


def _only_in(ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """Return number and opening of our paragraphs that stand not, or less often, in theirs."""
    left = Counter(digest for digest, _ in theirs)
    only: list[tuple[int, str]] = []
    for at, (digest, opening) in enumerate(ours):
        if left[digest]:
            left[digest] -= 1
        else:
            only.append((at, opening))
    return only


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_DIGEST).hexdigest()
