"""The mixture that one round of training reads: a share of every corpus, rendered afresh."""

import csv
import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from streams.training import corpora
from streams.training.corpora import TAGGED
from streams.training.examples import Example, Tagged
from streams.training.rendering import Truecaser, render, spaced

__all__ = ["SHARES", "Mixture", "raw_texts"]

T = TypeVar("T")

# Share of each corpus in a round. Cased Indonesian news first; SmSA is large and no news; NERP is lower-cased.
SHARES: Mapping[str, float] = {
    "nergrit": 1.0, "idner": 1.0, "nerp": 0.35, "wikigold": 0.6, "politics": 1.0,
    "cnbc": 0.6, "smsa": 0.3, "nusax-id": 0.6, "nusax-en": 0.6, "newsmtsc": 0.4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mixture:
    """Training and development sets of every corpus by name."""

    tagged: dict[str, tuple[list[Tagged], list[Tagged]]]
    plain: dict[str, corpora.Split]
    truecaser: Truecaser

    @classmethod
    def read(cls, data: Path, *, without: frozenset[str] = frozenset()) -> "Mixture":
        """Read all corpora below ``data`` except those named in ``without``."""
        tagged = {name: corpora.read_tagged(data, name) for name in TAGGED if name not in without}
        plain = {
            "cnbc": corpora.read_headlines(data),
            "smsa": corpora.read_smsa(data),
            "nusax-id": corpora.read_nusax(data, "id"),
            "nusax-en": corpora.read_nusax(data, "en"),
            "newsmtsc": corpora.read_targets(data),
        }
        cased = [" ".join(one.tokens) for train, _dev in tagged.values() for one in train if not one.lower_cased]
        return cls(tagged, plain, Truecaser([*cased, *raw_texts(data)]))

    def round(self, random_: random.Random, shares: Mapping[str, float] = SHARES) -> list[Example]:
        """The examples of one round."""
        examples = []
        for name, (tagged, _dev) in self.tagged.items():
            chosen = _some(tagged, shares[name], random_)
            examples += [render(sentence, self.truecaser, random_) for sentence in chosen]
        for name, (known, _held_out) in self.plain.items():
            examples += _some(known, shares[name], random_)
        return examples

    def development(self, name: str) -> list[Example]:
        """The held-out examples of a corpus, as their tokens stand."""
        return [spaced(one) for one in self.tagged[name][1]] if name in self.tagged else self.plain[name][1]


def _some(items: list[T], share: float, random_: random.Random) -> list[T]:
    """A random ``share`` of the items; above 1 all of them, some or all more than once."""
    whole, part = divmod(share, 1)
    return items * int(whole) + random_.sample(items, round(len(items) * part))


def raw_texts(data: Path) -> Iterator[str]:
    """Unlabelled news paragraphs: for the vocabulary, the truecaser and distillation."""
    csv.field_size_limit(1 << 24)
    with gzip.open(data / "load/detik-2026.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["judul"]
            yield row["isi"]
    for name in ("ntrex-id", "ntrex-en"):
        for line in _lines(data / f"articles/{name}.jsonl.gz"):
            yield from json.loads(line)["lines"]
    for line in _lines(data / "articles/wikinews-en.jsonl.gz"):
        yield from _strings(json.loads(line))


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _strings(value: object) -> Iterator[str]:
    """Every string of a nested document that holds words."""
    if isinstance(value, str) and " " in value:
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
