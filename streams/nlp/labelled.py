"""Read labelled files: CoNLL (tabs or spaces), CSV and TSV, NewsMTSC JSON lines; plain or gzipped."""

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from streams.nlp.labels import CLASSES

__all__ = [
    "ENTITY_TYPES",
    "LabelledSentence",
    "LabelledTargets",
    "LabelledText",
    "read_conll",
    "read_table",
    "read_targets",
]

# Names that corpora give to the types; another name is kept as it is, unless a mapping says otherwise.
ENTITY_TYPES: Mapping[str, str] = {
    "PERSON": "PER", "PEOPLE": "PER", "PPL": "PER", "NAME": "PER", "ORGANISATION": "ORG", "ORGANIZATION": "ORG",
    "IND": "ORG", "PLACE": "LOC", "LOCATION": "LOC", "PLC": "LOC", "GPE": "LOC", "EVT": "EVENT",
}  # fmt: skip
_SENTIMENTS: Mapping[str, str] = {
    "positive": "positive", "positif": "positive", "pos": "positive", "1": "positive", "1.0": "positive", "6.0": "positive",
    "neutral": "neutral", "netral": "neutral", "neu": "neutral", "0": "neutral", "0.0": "neutral", "4.0": "neutral",
    "negative": "negative", "negatif": "negative", "neg": "negative", "-1": "negative", "-1.0": "negative", "2.0": "negative",
}  # fmt: skip
_TEXT_COLUMNS = ("text", "sentence", "title", "headline", "judul", "kalimat", "teks", "review")
_LABEL_COLUMNS = ("label", "sentiment", "sentimen", "polarity", "class")


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A tagged sentence; ``spans``: (start, end, type), offsets in code points."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and its sentiment class."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class LabelledTargets:
    """A sentence and the sentiment classes towards spans of it: (start, end, class)."""

    text: str
    targets: tuple[tuple[int, int, str], ...]


def read_conll(path: Path, types: Mapping[str, str] = ENTITY_TYPES) -> list[LabelledSentence]:
    """Sentences of a CoNLL file: one token a line, its label last (IOB1 or IOB2), a blank line between sentences."""
    sentences: list[LabelledSentence] = []
    rows: list[tuple[str, str]] = []
    for line in (*_lines(path), ""):
        columns = line.split()
        if columns:
            rows.append((columns[0], columns[-1]))
        elif rows:
            sentences.append(_sentence(rows, types))
            rows = []
    return sentences


def _sentence(rows: list[tuple[str, str]], types: Mapping[str, str]) -> LabelledSentence:
    spans: list[tuple[int, int, str]] = []
    text, previous = "", "O"
    for token, label in rows:
        start = len(text) + 1 if text else 0
        text = f"{text} {token}" if text else token
        prefix, _, name = label.partition("-")
        type_ = types.get(name, name)
        if prefix == "I" and previous == type_:
            spans[-1] = (spans[-1][0], len(text), type_)
        elif prefix in ("B", "I"):
            spans.append((start, len(text), type_))
        previous = type_
    return LabelledSentence(text, tuple(spans))


def read_table(path: Path) -> list[LabelledText]:
    """Texts of a CSV or TSV file: columns by their names, else the first is the text and the last the class.

    Raises ValueError that names the line where a class is none of positive, neutral, negative (or Indonesian, or -1/0/1).
    """
    tabs = ".tsv" in path.suffixes
    rows = [line.split("\t") for line in _lines(path)] if tabs else list(csv.reader(_lines(path)))
    text, label, first = _columns(rows)
    return [
        LabelledText(row[text].strip(), _class(row[label], path, number))
        for number, row in enumerate(rows[first:], start=first + 1)
        if row
    ]


def _columns(rows: list[list[str]]) -> tuple[int, int, int]:
    head = [name.strip().lower() for name in rows[0]] if rows else []
    texts = [head.index(name) for name in _TEXT_COLUMNS if name in head]
    labels = [head.index(name) for name in _LABEL_COLUMNS if name in head]
    return (texts[0], labels[0], 1) if texts and labels else (0, -1, 0)


def _class(value: str, path: Path, number: int) -> str:
    label = _SENTIMENTS.get(value.strip().lower())
    if label is None:
        message = f"{path}:{number}: sentiment {value!r} is none of {', '.join(CLASSES)}"
        raise ValueError(message)
    return label


def read_targets(path: Path) -> list[LabelledTargets]:
    """Sentences of a NewsMTSC file: ``sentence_normalized`` and ``targets`` with ``from``, ``to`` and ``polarity``."""
    return [
        LabelledTargets(
            row["sentence_normalized"],
            tuple(
                (target["from"], target["to"], _class(str(target["polarity"]), path, number))
                for target in row["targets"]
            ),
        )
        for number, row in enumerate(map(json.loads, filter(str.strip, _lines(path))), start=1)
    ]


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\r\n")
