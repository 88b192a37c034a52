"""Read labelled files: CoNLL (tabs or spaces), CSV, TSV and JSON Lines, NewsMTSC; plain or gzipped.

What cannot be read raises ValueError with ``FILE:LINE:`` before what is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.nlp.labelled_lines import mistake, numbered, objects, rows
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
    "positive": "positive", "positif": "positive", "pos": "positive", "1": "positive", "1.0": "positive",
    "neutral": "neutral", "netral": "neutral", "neu": "neutral", "0": "neutral", "0.0": "neutral",
    "negative": "negative", "negatif": "negative", "neg": "negative", "-1": "negative", "-1.0": "negative",
}  # fmt: skip
# NewsMTSC's polarities; it writes them as 2, 2.0 or a word.
_POLARITIES: Mapping[str, str] = {"2": "negative", "4": "neutral", "6": "positive"}
# How other schemes say begin and inside: BIOES, BILOU.
_PREFIXES: Mapping[str, str] = {"B": "B", "I": "I", "E": "I", "L": "I", "S": "B", "U": "B"}
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
    """Sentences of a CoNLL file: one token a line, its label last (IOB1, IOB2, BIOES), a blank line between sentences.

    ``-DOCSTART-`` and lines that begin with ``#`` and end in no label are left out.
    """
    sentences: list[LabelledSentence] = []
    found: list[tuple[str, str, str]] = []
    for number, line in (*numbered(path), (0, "")):
        columns = line.split()
        if columns and columns[0] != "-DOCSTART-":
            found.extend(_tagged(columns, path, number))
        elif found:
            sentences.append(_sentence(found, types))
            found = []
    return sentences


def _tagged(columns: Sequence[str], path: Path, number: int) -> list[tuple[str, str, str]]:
    """Token, prefix (B, I or O) and type; none for a comment."""
    prefix, _, type_ = columns[-1].partition("-")
    if len(columns) > 1 and columns[-1] == "O":
        return [(columns[0], "O", "")]
    if len(columns) > 1 and prefix in _PREFIXES and type_:
        return [(columns[0], _PREFIXES[prefix], type_)]
    if columns[0].startswith("#"):
        return []
    what = f"label {columns[-1]!r} is neither O nor like B-PER" if len(columns) > 1 else f"{columns[0]!r} has no label"
    raise mistake(path, number, what)


def _sentence(found: list[tuple[str, str, str]], types: Mapping[str, str]) -> LabelledSentence:
    spans: list[tuple[int, int, str]] = []
    text, previous = "", ""
    for token, prefix, name in found:
        start = len(text) + 1 if text else 0
        text = f"{text} {token}" if text else token
        type_ = types.get(name, name)
        if prefix == "I" and previous == type_:
            spans[-1] = (spans[-1][0], len(text), type_)
        elif prefix != "O":
            spans.append((start, len(text), type_))
        previous = type_
    return LabelledSentence(text, tuple(spans))


def read_table(path: Path) -> list[LabelledText]:
    """Texts of a CSV, TSV or JSON Lines file: columns by their names, else the first is the text and the last the class.

    Classes are positive, neutral, negative, in Indonesian or English, or 1, 0, -1.
    """
    if {".jsonl", ".ndjson"} & set(path.suffixes):
        return [_from_object(row, path, number) for number, row in objects(path)]
    found = list(rows(path))
    text, label, first = _columns(found[0][1]) if found else (0, -1, 0)
    return [_from_row(row, text, label, path, number) for number, row in found[first:]]


def _from_object(row: Mapping[str, Any], path: Path, number: int) -> LabelledText:
    text, label, _ = _columns(list(row))
    if label < 0:
        raise mistake(path, number, f"has {', '.join(row)}, but none of {', '.join(_TEXT_COLUMNS)} and of {_LABELS}")
    values = list(row.values())
    return LabelledText(str(values[text]).strip(), _class(values[label], path, number))


def _from_row(row: Sequence[str], text: int, label: int, path: Path, number: int) -> LabelledText:
    least = max(text, label) + 1 if label >= 0 else 2
    if len(row) < least:
        raise mistake(path, number, f"{len(row)} columns of {least} that a text and its class need")
    return LabelledText(row[text].strip(), _class(row[label], path, number))


def _columns(names: Sequence[str]) -> tuple[int, int, int]:
    """Where text and class stand, and the first row of data."""
    head = [name.strip().lower() for name in names]
    texts = [head.index(name) for name in _TEXT_COLUMNS if name in head]
    labels = [head.index(name) for name in _LABEL_COLUMNS if name in head]
    return (texts[0], labels[0], 1) if texts and labels else (0, -1, 0)


def _class(value: object, path: Path, number: int) -> str:
    label = _SENTIMENTS.get(str(value).strip().lower())
    if label is None:
        raise mistake(path, number, f"sentiment {value!r} is none of {', '.join(CLASSES)}")
    return label


def read_targets(path: Path) -> list[LabelledTargets]:
    """Sentences of a NewsMTSC file: ``sentence_normalized`` and ``targets`` with ``from``, ``to`` and ``polarity``."""
    return [_targets(row, path, number) for number, row in objects(path)]


def _targets(row: Mapping[str, Any], path: Path, number: int) -> LabelledTargets:
    try:
        text, targets = row["sentence_normalized"], row["targets"]
        found = tuple((int(one["from"]), int(one["to"]), one["polarity"]) for one in targets)
    except KeyError as error:
        raise mistake(path, number, f"no field {error}") from None
    except (TypeError, ValueError) as error:
        raise mistake(path, number, f"targets are no list of objects with numbers: {error}") from None
    for start, end, _ in found:
        if not 0 <= start < end <= len(text):
            raise mistake(path, number, f"target {start}..{end} does not lie in a sentence of {len(text)} characters")
    return LabelledTargets(text, tuple((start, end, _polarity(value, path, number)) for start, end, value in found))


def _polarity(value: object, path: Path, number: int) -> str:
    known = _POLARITIES.get(str(value).strip().removesuffix(".0"))
    return known or _class(value, path, number)


_LABELS = ", ".join(_LABEL_COLUMNS)
