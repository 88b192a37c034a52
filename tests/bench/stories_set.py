"""The labelled stream of stories: real articles from a folder, with copies and look-alikes made of them by seeded edits.

Nothing of the articles is kept here: `build` makes the same stream of the same folder and seed every time.

    folder/load/*.csv.gz        articles with article_id, judul, isi, tanggal (Indonesian)
    folder/articles/ntrex-*     documents as lists of lines
    folder/articles/wikinews-*  documents with named paragraphs
"""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any, Final

from stories_edits import COPIES, OTHERS, Telling, another_day, fold, is_full_of_numbers
from streams.nlp import split_sentences
from streams.stages.extract.dates import read_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from stories_edits import Edit

HOUR: Final = 3600.0
FEWEST_SENTENCES: Final = 6
"""An article with fewer is left out: what is left of it after a cut is no article."""

NEIGHBOURS: Final = 25
"""Articles nearest in time of which the second article of an edit is one: the same days, the same people."""

NEAR: Final = 12 * 3600.0
"""Seconds between the two."""

WINDOW: Final = 72 * 3600.0
"""Seconds between two articles that are to be found."""

START: Final = datetime(2026, 5, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article of the stream and the truth of it.

    Attributes:
        telling: the article.
        kind: original, or the name of the edit that made it.
        groups: the originals whose text it prints; an original's own id. Two articles are copies if they share one.
        bases: the originals of which any sentence stands in it.
    """

    telling: Telling
    kind: str
    groups: frozenset[str]
    bases: frozenset[str]

    def copies(self, other: Labelled) -> bool:
        """Whether both print one text, or most of it, within the window."""
        near = abs(self.telling.time - other.telling.time) <= WINDOW
        return near and bool(self.groups & other.groups)


def build(originals: Sequence[Telling], seed: int = 5) -> list[Labelled]:
    """Make the stream, in the order of time: each original, one copy and one look-alike of it."""
    random = Random(seed)
    ordered = sorted(originals, key=lambda telling: (telling.time, telling.id))
    stream = [Labelled(telling, "original", *[frozenset({telling.id})] * 2) for telling in ordered]
    for at, telling in enumerate(ordered):
        stream.append(_copy(telling, _neighbour(ordered, at, random), random, COPIES[at % len(COPIES)]))
        edit = another_day if is_full_of_numbers(telling) else OTHERS[at % len(OTHERS)]
        stream.append(_look_alike(telling, _neighbour(ordered, at, random), random, edit))
    return sorted(stream, key=lambda each: (each.telling.time, each.telling.id))


def _copy(telling: Telling, other: Telling, random: Random, edit: Edit) -> Labelled:
    """Copies come five minutes to a day after, or an hour before: the desk was faster than our crawler."""
    made = edit(telling, other, random)
    delay = random.choice((random.uniform(0.1, 24), random.uniform(24, 60), -random.uniform(0.1, 1))) * HOUR
    groups = {telling.id, other.id} if edit.__name__ == "merge" else {telling.id}
    return _label(made, (telling, other), edit, delay, groups)


def _look_alike(telling: Telling, other: Telling, random: Random, edit: Edit) -> Labelled:
    made = edit(telling, other, random)
    name = f"{telling.id}-{edit.__name__}"
    # The news of the next in a series is the other article's own, word for word.
    groups = {name} if edit.__name__ == "another_day" else {name, other.id}
    return _label(made, (telling, other), edit, random.uniform(18, 60) * HOUR, groups)


def _label(made: Telling, made_of: Sequence[Telling], edit: Edit, delay: float, groups: set[str]) -> Labelled:
    first = made_of[0]
    name, source = f"{first.id}-{edit.__name__}", f"{edit.__name__}.example"
    telling = replace(made, id=name, source=source, time=first.time + delay)
    return Labelled(telling, edit.__name__, frozenset(groups), frozenset(each.id for each in made_of))


def _neighbour(ordered: Sequence[Telling], at: int, random: Random) -> Telling:
    low = max(0, at - NEIGHBOURS)
    others = [each for each in ordered[low : at + NEIGHBOURS + 1] if each is not ordered[at]]
    near = [each for each in others if abs(each.time - ordered[at].time) <= NEAR]
    return random.choice(near or others)


# --- where the originals come from ---------------------------------------------------------------------------------


def read_load(folder: Path) -> Iterator[Telling]:
    """Read the articles of the load files."""
    csv.field_size_limit(10_000_000)
    for path in sorted((folder / "load").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                moment = read_timestamp(row["tanggal"], "id")
                time = datetime.fromisoformat(moment.value).timestamp() if moment and moment.exact else START
                parts = [row["isi"]]
                yield from _telling(Telling(row["article_id"], "id", row["judul"], (), time, "detik.com"), parts)


def read_ntrex(folder: Path, language: str) -> Iterator[Telling]:
    """Read the documents of NTREX, six to an hour."""
    for at, document in enumerate(_read_lines(folder / "articles" / f"ntrex-{language}.jsonl.gz")):
        title, *lines = document["lines"]
        id_, time = f"{language}-{document['doc']}", START + at * HOUR / 6
        yield from _telling(Telling(id_, language, title, (), time, "ntrex.example"), lines)


def read_wikinews(folder: Path) -> Iterator[Telling]:
    """Read the articles of Wikinews, six to an hour."""
    for at, document in enumerate(_read_lines(folder / "articles" / "wikinews-en.jsonl.gz")):
        lines = [part["value"] for part in document["document"] if part["name"].startswith("body_par")]
        title = str(document["title"])
        id_, time = f"wikinews-{document['docId']}", START + at * HOUR / 6
        yield from _telling(Telling(id_, "en", title, (), time, "wikinews.org"), lines)


def _read_lines(path: Path) -> Iterable[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _telling(bare: Telling, parts: Sequence[str]) -> Iterator[Telling]:
    sentences = [sentence.text for part in parts for sentence in split_sentences(part, bare.language)]
    if len(sentences) >= FEWEST_SENTENCES:
        yield replace(bare, paragraphs=fold(sentences))
