"""Enriched articles compared by their ids: what is counted, and which differ most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Article = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One article that differs.

    Attributes:
        id: of the article.
        title: or empty.
        what: each difference in words.
    """

    id: str
    title: str
    what: tuple[str, ...]


@dataclass(slots=True)
class Comparison:
    """What came of it.

    Attributes:
        common: articles that both have.
        counts: differences by their kind.
        differences: the articles that differ.
        models: of both sides, `name version`.
    """

    common: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    models: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def share(self) -> float:
        """The share of the common articles that differ."""
        return len(self.differences) / self.common if self.common else 0.0

    def examples(self, most: int) -> list[Difference]:
        """Return the articles with the most differences, the first ones of as many."""
        return sorted(self.differences, key=lambda each: -len(each.what))[:most]

    def to_json(self, most: int) -> dict[str, Any]:
        """Return it as JSON has it."""
        told = [{"id": each.id, "title": each.title, "what": each.what} for each in self.examples(most)]
        models = {"old": self.models[0], "new": self.models[1]}
        return {"models": models, "common": self.common, "share": self.share, "counts": self.counts, "examples": told}


def compare(old: Iterable[Article], new: Iterable[Article]) -> Comparison:
    """Compare articles by their ids; of one that comes twice, the last counts.

    Args:
        old: as `schemas/article.enriched.v1.json` has them; they are held in memory, without their texts.
        new: likewise; read one at a time.
    """
    before, after = _digest(old), _digest(new)
    both = before.keys() & after.keys()
    found = Comparison(common=len(both), models=(_models(before), _models(after)))
    found.counts["only_old"] = len(before) - len(both)
    found.counts["only_new"] = len(after) - len(both)
    for id_ in (each for each in before if each in both):
        kinds = list(_differ(before[id_], after[id_]))
        found.counts.update(kind for kind, _ in kinds)
        if kinds:
            found.differences.append(Difference(id_, before[id_]["title"], tuple(said for _, said in kinds)))
    return found


def _digest(articles: Iterable[Article]) -> dict[str, Article]:
    return {
        article["id"]: {
            "title": article.get("title") or "",
            "text": article["content_hash"],
            "language": article["language"]["code"],
            "sentiment": _label(article),
            "entities": {each["id"]: (each["name"], each["type"], _label(each)) for each in article["entities"]},
            "models": tuple(sorted(f"{name} {version}" for name, version in article["models"].items())),
        }
        for article in articles
    }


def _label(judged: Article) -> str:
    return str((judged.get("sentiment") or {}).get("label", "none"))


def _models(articles: dict[str, Article]) -> tuple[str, ...]:
    return tuple(sorted({name for article in articles.values() for name in article["models"]}))


def _differ(old: Article, new: Article) -> Iterator[tuple[str, str]]:
    """Yield each difference: its kind, and in words."""
    for kind in ("text", "language", "sentiment"):
        if old[kind] != new[kind]:
            yield kind, kind if kind == "text" else f"{kind} {old[kind]} -> {new[kind]}"
    ours, theirs = old["entities"], new["entities"]
    for id_ in ours | theirs:
        name, type_, mood = ours.get(id_) or theirs[id_]
        if id_ not in theirs:
            yield "entity_only_old", f"- {name} ({type_})"
        elif id_ not in ours:
            yield "entity_only_new", f"+ {name} ({type_})"
        elif theirs[id_][1] != type_:
            yield "entity_type", f"{name}: {type_} -> {theirs[id_][1]}"
        elif theirs[id_][2] != mood:
            yield "entity_sentiment", f"{name}: {mood} -> {theirs[id_][2]}"
