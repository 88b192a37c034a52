"""The labelled corpora, read into one label scheme.

A corpus that does not mark a type says nothing about it: there, a token outside every marked entity may be ``O`` or any
type that the corpus leaves out. Every gold label is therefore the *set* of tags that may be true, and the loss is the
probability of that set (learning from partial labels).
"""

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from streams.nlp.labels import CLASSES
from streams.training.examples import Example, Tagged, allowed

__all__ = ["TAGGED", "Scheme", "Split", "read_headlines", "read_nusax", "read_smsa", "read_tagged", "read_targets"]

Split = tuple[list[Example], list[Example]]


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a tagged corpus reads: its label names (several possible types each), and the types that it leaves out."""

    train: str
    dev: str | None
    labels: Mapping[str, tuple[str, ...]]
    unmarked: tuple[str, ...] = ()
    lower_cased: bool = False
    hold_out: int = 0


# A place may be one that acts (GPE); only IDNER tells them apart: it leaves those unmarked.
_PLACE = ("LOC", "GPE")
_THREE = {
    "PERSON": ("PER",),
    "ORGANISATION": ("ORG",),
    "PLACE": _PLACE,
    "PER": ("PER",),
    "ORG": ("ORG",),
    "LOC": _PLACE,
}

TAGGED: Mapping[str, Scheme] = {
    "nergrit": Scheme("ner/id/nergrit/train.txt", "ner/id/nergrit/valid.txt", _THREE, ("MISC", "EVENT")),
    "idner": Scheme(
        "ner/id/idner-news-2k/train.txt",
        "ner/id/idner-news-2k/dev.txt",
        {**_THREE, "LOC": ("LOC",)},
        ("MISC", "EVENT", "GPE"),
    ),
    # IND mixes brands and organisations; food (FNB) is no entity for news, unless it is a product; other organisations are not marked at all.
    "nerp": Scheme(
        "ner/id/nerp/train.txt",
        "ner/id/nerp/valid.txt",
        {"PPL": ("PER",), "PLC": _PLACE, "EVT": ("EVENT",), "IND": ("ORG", "MISC"), "FNB": ("MISC", "O")},
        ("ORG", "MISC"),
        lower_cased=True,
    ),
    # MISC holds named events as well.
    "wikigold": Scheme(
        "ner/en/wikigold/wikigold.conll.txt", None, {**_THREE, "MISC": ("MISC", "EVENT")}, (), hold_out=10
    ),
    "politics": Scheme(
        "ner/en/crossner-politics/train.txt",
        "ner/en/crossner-politics/dev.txt",
        {
            "politician": ("PER",), "person": ("PER",), "politicalparty": ("ORG",), "organisation": ("ORG",),
            "country": _PLACE, "location": _PLACE, "election": ("EVENT",), "event": ("EVENT",), "misc": ("MISC",),
        },
    ),
}  # fmt: skip


def read_tagged(data: Path, name: str) -> tuple[list[Tagged], list[Tagged]]:
    """Training and development sentences of a corpus of :data:`TAGGED`.

    Raises:
        OSError: a file is missing.
        ValueError: a label is none of the corpus; it names the file and the token.
    """
    scheme = TAGGED[name]
    sentences = _read(data / scheme.train, scheme)
    if scheme.dev:
        return sentences, _read(data / scheme.dev, scheme)
    dev = [sentence for index, sentence in enumerate(sentences) if index % scheme.hold_out == 0]
    return [sentence for index, sentence in enumerate(sentences) if index % scheme.hold_out], dev


def _read(path: Path, scheme: Scheme) -> list[Tagged]:
    sentences = list(_sentences(path))
    for token, label in chain.from_iterable(sentences):
        if label != "O" and (label[:2] not in ("B-", "I-") or label[2:] not in scheme.labels):
            message = (
                f"{path}: {token!r} has the label {label!r}, which is none of O and B- or I- {sorted(scheme.labels)}"
            )
            raise ValueError(message)
    return [_tagged(rows, scheme) for rows in sentences]


def _sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Rows of token and label (first and last column, tab or space), grouped at blank lines."""
    rows: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = line.split()
        if columns:
            rows.append((columns[0], columns[-1]))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _tagged(rows: list[tuple[str, str]], scheme: Scheme) -> Tagged:
    tags = []
    previous = "O"
    for _token, label in rows:
        tags.append(_possible(label, previous, scheme))
        previous = label
    return Tagged(tuple(token for token, _label in rows), tuple(tags), scheme.lower_cased)


def _possible(label: str, previous: str, scheme: Scheme) -> frozenset[int]:
    if label == "O":
        return allowed("O", *(f"{prefix}-{type_}" for type_ in scheme.unmarked for prefix in "BI"))
    prefix, _, name = label.partition("-")
    # IOB1 opens an entity with I; so does a corpus that jumps from O to I.
    if prefix == "I" and previous.partition("-")[2] != name:
        prefix = "B"
    return allowed(*("O" if type_ == "O" else f"{prefix}-{type_}" for type_ in scheme.labels[name]))


_INDONESIAN = {"positif": 0, "netral": 1, "negatif": 2}
_ENGLISH = {name: index for index, name in enumerate(CLASSES)}
_POLARITY = {6.0: 0, 4.0: 1, 2.0: 2}
_TENTH = 10


def read_headlines(data: Path) -> Split:
    """CNBC Indonesia headlines; the newest tenth is held out."""
    with (data / "sentiment/id/cnbc-headlines/train.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted((row for row in csv.DictReader(file) if row["sentimen"] in _INDONESIAN), key=_date)
    examples = [Example(row["judul"], sentiment=_INDONESIAN[row["sentimen"]]) for row in rows]
    cut = len(examples) - len(examples) // _TENTH
    return examples[:cut], examples[cut:]


def _date(row: dict[str, str]) -> str:
    return row["tanggal"]


def read_smsa(data: Path) -> Split:
    """SmSA: Indonesian reviews and comments, lower-cased."""
    return _smsa(data / "sentiment/id/smsa/train.tsv.gz"), _smsa(data / "sentiment/id/smsa/valid.tsv.gz")


def _smsa(path: Path) -> list[Example]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").rsplit("\t", 1) for line in file]
    return [Example(text, sentiment=_ENGLISH[label]) for text, label in rows]


def read_nusax(data: Path, language: str) -> Split:
    """NusaX in ``id`` or ``en``: the same short texts in both languages."""
    folder = data / "sentiment" / language / "nusax"
    return _nusax(folder / "train.csv"), _nusax(folder / "valid.csv")


def _nusax(path: Path) -> list[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Example(row["text"].strip(), sentiment=_ENGLISH[row["label"]]) for row in csv.DictReader(file)]


def read_targets(data: Path) -> Split:
    """NewsMTSC: sentences with the sentiment towards mentions; a tenth of the sentences is held out."""
    grouped: dict[str, dict[tuple[int, int], int]] = {}
    with gzip.open(data / "sentiment/en/newsmtsc/train.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            spans = grouped.setdefault(row["sentence_normalized"], {})
            for target in row["targets"]:
                spans[target["from"], target["to"]] = _POLARITY[target["polarity"]]
    examples = [
        Example(text, targets=tuple((start, end, label) for (start, end), label in spans.items()))
        for text, spans in grouped.items()
    ]
    return (
        [example for index, example in enumerate(examples) if index % _TENTH],
        [example for index, example in enumerate(examples) if index % _TENTH == 0],
    )
