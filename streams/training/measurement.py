"""Figures of a model folder on the development sets, and its calibration; all through the runtime."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streams.nlp.artifact import read_artifact
from streams.nlp.evaluation import Report, evaluate_entities, evaluate_sentiment, evaluate_targets
from streams.nlp.inference import Logits, infer
from streams.nlp.labelled import LabelledSentence, LabelledTargets, LabelledText
from streams.nlp.labels import CLASSES, TAGS
from streams.nlp.model import Model
from streams.nlp.pieces import Pieces, read_pieces
from streams.training.calibration import Answers, calibration_error, crossed, temperature
from streams.training.corpora import TAGGED
from streams.training.examples import Example
from streams.training.mixture import Mixture

__all__ = ["UNCALIBRATED", "calibrate", "figures"]

Floats = NDArray[np.float32]
UNCALIBRATED = {"tags": 1.0, "sentiment": 1.0, "target": 1.0}


def figures(folder: Path, mixture: Mixture) -> dict[str, float]:
    """F1 in percent of the model in ``folder`` on every development set, through the runtime."""
    model = Model.load(folder)
    result = {}
    for name in mixture.tagged:
        sentences = _sentences(mixture, name)
        result[name] = evaluate_entities(model, sentences).micro.f1
        if name == "idner":
            result["idner, without acting places"] = evaluate_entities(model, sentences, acting=False).micro.f1
    for name, (_train, examples) in mixture.plain.items():
        result[name] = _sentiment(model, examples).macro.f1
    return {name: round(100 * value, 2) for name, value in result.items()}


def _sentences(mixture: Mixture, name: str) -> list[LabelledSentence]:
    """The held-out sentences of a corpus with the types that it marks."""
    marked = {type_ for types in TAGGED[name].labels.values() if len(set(types) - {"GPE"}) == 1 for type_ in types}
    return [LabelledSentence(example.text, _spans(example, marked)) for example in mixture.development(name)]


def _spans(example: Example, marked: set[str]) -> tuple[tuple[int, int, str], ...]:
    """Gold spans: the first possible tag of every word."""
    spans: list[tuple[int, int, str]] = []
    for start, end, possible in example.words:
        prefix, _, type_ = TAGS[min(possible)].partition("-")
        if prefix == "B":
            spans.append((start, end, type_))
        elif prefix == "I":
            spans[-1] = (spans[-1][0], end, type_)
    return tuple(span for span in spans if span[2] in marked)


def _sentiment(model: Model, examples: Sequence[Example]) -> Report:
    if examples[0].targets:
        return evaluate_targets(
            model,
            [
                LabelledTargets(one.text, tuple((start, end, CLASSES[label]) for start, end, label in one.targets))
                for one in examples
            ],
        )
    return evaluate_sentiment(model, [LabelledText(one.text, CLASSES[one.sentiment or 0]) for one in examples])


def calibrate(folder: Path, mixture: Mixture) -> dict[str, dict[str, float]]:
    """Per head: the temperature fitted on all held-out examples, and the calibration error without and with one.

    The error with a temperature is measured across: on each half with the temperature fitted on the other, so that none is
    measured on what it was fitted on.
    """
    return {
        head: {
            "temperature": temperature(answers),
            "error before": round(calibration_error(answers, 1.0), 4),
            "error after": round(calibration_error(crossed(answers), 1.0), 4),
        }
        for head, answers in _answers(folder, mixture).items()
    }


def _answers(folder: Path, mixture: Mixture) -> dict[str, Answers]:
    """Logits and truth of each head on held-out news: nergrit's words, headlines, NewsMTSC's mentions."""
    found: dict[str, tuple[list[Floats], list[int]]] = {head: ([], []) for head in UNCALIBRATED}
    artifact = read_artifact(folder, 1)
    for name in ("nergrit", "cnbc", "newsmtsc"):
        examples = mixture.development(name)
        pieces = [read_pieces(example.text, artifact.tokenizer) for example in examples]
        for example, one, logits in zip(examples, pieces, infer(pieces, artifact), strict=True):
            for head, value, gold in _pairs(example, one, logits):
                found[head][0].append(value)
                found[head][1].append(gold)
    return {head: Answers(np.stack(logits), np.array(gold)) for head, (logits, gold) in found.items()}


def _pairs(example: Example, pieces: Pieces, logits: Logits) -> Iterator[tuple[str, Floats, int]]:
    # What nergrit leaves unmarked is folded into O, acting places into places: the classes that it knows.
    for word, (_start, _end, possible) in enumerate(example.words):
        yield (
            "tags",
            _known(logits.tags[pieces.first[word]]),
            min(_KNOWN.index(tag) for tag in possible if tag in _KNOWN),
        )
    if example.sentiment is not None:
        yield "sentiment", logits.sentiment, example.sentiment
    for start, end, label in example.targets:
        yield "target", logits.target[pieces.at(start, end)].mean(axis=0), label


_KNOWN = [index for index, tag in enumerate(TAGS) if tag[2:] not in ("MISC", "EVENT", "GPE")]
_MERGED = [0 if tag[2:] in ("MISC", "EVENT") else TAGS.index(tag.replace("GPE", "LOC")) for tag in TAGS]


def _known(logits: Floats) -> Floats:
    """Logits over the classes that nergrit marks; merging logits by log-sum-exp keeps the probabilities' sum."""
    merged = [
        np.logaddexp.reduce(logits[[other for other, into in enumerate(_MERGED) if into == tag]]) for tag in _KNOWN
    ]
    return np.array(merged, np.float32)
