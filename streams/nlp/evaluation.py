"""How good a model is on a labelled file: precision, recall and F1 by type.

Entities are right where both ends and the type are (strict spans, as conlleval counts them). Types that the file does
not mark are not counted against the model.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from streams.nlp.annotations import Annotation, Probabilities
from streams.nlp.labelled import LabelledSentence, LabelledTargets, LabelledText
from streams.nlp.labels import CLASSES
from streams.nlp.model import Model

__all__ = ["Report", "Row", "count_classes", "evaluate_entities", "evaluate_sentiment", "evaluate_targets"]

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report; the three measures lie in 0..1, ``count`` is the number of gold items."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """By type or class, then over all: ``micro`` counts items alike, ``macro`` the types alike."""

    rows: tuple[Row, ...]
    micro: Row
    macro: Row


def evaluate_entities(model: Model, sentences: Sequence[LabelledSentence], *, acting: bool = True) -> Report:
    """Strict entity F1 on tagged sentences; their tokens are read as text with single spaces.

    ``acting=False`` leaves out places that act for their government or people, as IDNER-News-2k leaves them unmarked.
    """
    types = {type_ for sentence in sentences for _start, _end, type_ in sentence.spans}
    right, gold, guess = Counter[str](), Counter[str](), Counter[str]()
    for sentence, annotation in zip(sentences, _annotate(model, [one.text for one in sentences]), strict=True):
        expected = set(sentence.spans)
        found = {
            (one.start, one.end, one.type)
            for one in annotation.mentions
            if one.type in types and (acting or not one.acting)
        }
        right.update(type_ for _start, _end, type_ in expected & found)
        gold.update(type_ for _start, _end, type_ in expected)
        guess.update(type_ for _start, _end, type_ in found)
    return _report(sorted(types), right, gold, guess)


def evaluate_sentiment(model: Model, texts: Sequence[LabelledText]) -> Report:
    """Sentence sentiment: F1 by class, accuracy (micro), macro F1."""
    found = [_label(annotation.sentiment) for annotation in _annotate(model, [one.text for one in texts])]
    return count_classes([one.label for one in texts], found)


def evaluate_targets(model: Model, sentences: Sequence[LabelledTargets]) -> Report:
    """Sentiment towards given mentions: F1 by class, accuracy (micro), macro F1."""
    spans = [[(start, end) for start, end, _label in one.targets] for one in sentences]
    found = [
        _label(value)
        for first in range(0, len(sentences), _BATCH)
        for values in model.towards(
            [one.text for one in sentences[first : first + _BATCH]], spans[first : first + _BATCH]
        )
        for value in values
    ]
    return count_classes([label for one in sentences for _start, _end, label in one.targets], found)


def _annotate(model: Model, texts: Sequence[str]) -> Iterable[Annotation]:
    for first in range(0, len(texts), _BATCH):
        yield from model.annotate(texts[first : first + _BATCH])


def _label(value: Probabilities) -> str:
    return max(CLASSES, key=lambda name: getattr(value, name))


def count_classes(gold: Sequence[str], found: Sequence[str]) -> Report:
    """Sentiment classes as they are and as they were found: F1 by class, accuracy (micro), macro F1."""
    right = Counter(one for one, other in zip(gold, found, strict=True) if one == other)
    return _report(CLASSES, right, Counter(gold), Counter(found))


def _report(
    names: Sequence[str], right: Mapping[str, int], gold: Mapping[str, int], guess: Mapping[str, int]
) -> Report:
    rows = tuple(_row(name, right[name], gold[name], guess[name]) for name in names)
    micro = _row("micro", sum(right.values()), sum(gold.values()), sum(guess.values()))
    # A class that nobody has and nobody named says nothing about the model.
    counted = [row for row, name in zip(rows, names, strict=True) if gold[name] or guess[name]]
    count = max(len(counted), 1)
    macro = Row(
        "macro",
        sum(row.precision for row in counted) / count,
        sum(row.recall for row in counted) / count,
        sum(row.f1 for row in counted) / count,
        micro.count,
    )
    return Report(rows, micro, macro)


def _row(name: str, right: int, gold: int, guess: int) -> Row:
    return Row(name, right / max(guess, 1), right / max(gold, 1), 2 * right / max(gold + guess, 1), gold)
