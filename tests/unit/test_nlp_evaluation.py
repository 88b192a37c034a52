"""Labelled files, and what is counted on them."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from streams.nlp import Annotation, Mention, Probabilities
from streams.nlp.benchmark import cut_to_words, measure, peak_memory
from streams.nlp.evaluation import evaluate_entities, evaluate_sentiment, evaluate_targets
from streams.nlp.labelled import LabelledSentence, LabelledText, read_conll, read_table, read_targets
from streams.nlp.model import Model

_GOOD, _BAD = Probabilities(0.8, 0.1, 0.1), Probabilities(0.1, 0.1, 0.8)


class _Known:
    """Says what it was told to say."""

    def __init__(self, mentions: dict[str, tuple[Mention, ...]]) -> None:
        self._mentions = mentions

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        return [
            Annotation(self._mentions.get(text, ()), _GOOD if "naik" in text else _BAD, (1.0,)) for text in sentences
        ]

    def towards(
        self, sentences: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Probabilities]]:
        return [[_GOOD for _ in given] for _, given in zip(sentences, spans, strict=True)]


def _model(**mentions: tuple[Mention, ...]) -> Model:
    return cast("Model", _Known(mentions))


@pytest.mark.parametrize("separator", ["\t", " ", " PROPN "])
def test_conll_with_tabs_or_spaces(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "a.conll"
    rows = [("Joko", "B-PERSON"), ("Widodo", "I-PERSON"), ("di", "O"), ("Solo", "B-PLACE")]
    path.write_text("\n".join(separator.join(row) for row in rows) + "\n\n\nDia O\n")
    assert read_conll(path) == [
        LabelledSentence("Joko Widodo di Solo", ((0, 11, "PER"), (15, 19, "LOC"))),
        LabelledSentence("Dia", ()),
    ]


def test_conll_that_opens_entities_with_i(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text("The I-ORG\nMad I-ORG\nParis I-LOC\nRome B-LOC\n")
    assert read_conll(path)[0].spans == ((0, 7, "ORG"), (8, 13, "LOC"), (14, 18, "LOC"))


def test_tables(tmp_path: Path) -> None:
    named = tmp_path / "a.csv"
    named.write_text('judul,tanggal,sentimen\n"Laba, naik",2024/01/01,positif\n')
    assert read_table(named) == [LabelledText("Laba, naik", "positive")]
    bare = tmp_path / "b.tsv.gz"
    bare.write_bytes(gzip.compress(b'enak "sekali\tpositive\nburuk\tnegative\n'))
    assert read_table(bare) == [LabelledText('enak "sekali', "positive"), LabelledText("buruk", "negative")]


def test_an_unknown_class_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label\nbaik,positive\naneh,lucu\n")
    with pytest.raises(ValueError, match=r"a\.csv:3: sentiment 'lucu'"):
        read_table(path)


def test_targets(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"sentence_normalized": "Trump fell", "targets": [{"from": 0, "to": 5, "polarity": 2.0}]}\n\n'
        '{"sentence_normalized": "Obama won", "targets": [{"from": 0, "to": 5, "polarity": 6.0}]}\n'
    )
    sentences = read_targets(path)
    assert [one.targets for one in sentences] == [((0, 5, "negative"),), ((0, 5, "positive"),)]
    report = evaluate_targets(_model(), sentences)
    assert (report.micro.f1, report.rows[0].precision, report.rows[0].recall) == (0.5, 0.5, 1.0)


def test_spans_are_strict_and_types_that_a_file_lacks_do_not_count() -> None:
    sentence = LabelledSentence("Joko Widodo di Solo", ((0, 11, "PER"), (15, 19, "LOC")))
    found = (Mention(0, 4, "PER", 1, _GOOD), Mention(15, 19, "LOC", 1, _GOOD), Mention(12, 14, "MISC", 1, _GOOD))
    report = evaluate_entities(_model(**{sentence.text: found}), [sentence])
    assert {row.name: row.f1 for row in report.rows} == {"LOC": 1.0, "PER": 0.0}
    assert (report.micro.f1, report.macro.f1, report.micro.count) == (0.5, 0.5, 2)


def test_acting_places_can_be_left_out() -> None:
    sentence = LabelledSentence("Israel menyerang Gaza", ((17, 21, "LOC"),))
    found = (Mention(0, 6, "LOC", 1, _GOOD, acting=True), Mention(17, 21, "LOC", 1, _GOOD))
    model = _model(**{sentence.text: found})
    assert evaluate_entities(model, [sentence]).micro.precision == 0.5
    assert evaluate_entities(model, [sentence], acting=False).micro.precision == 1.0


def test_sentiment() -> None:
    report = evaluate_sentiment(_model(), [LabelledText("Saham naik", "positive"), LabelledText("Rugi", "neutral")])
    assert report.micro.f1 == 0.5
    assert report.macro.f1 == pytest.approx(1 / 3)


def test_speed_counts_what_was_read() -> None:
    read: list[str] = []
    speed = measure("list", read.extend, ["a b c", "d e"], batch=1, seconds=0.01)
    assert speed.articles == len(read) - 1
    assert speed.words_per_second > speed.articles_per_second > 0
    assert peak_memory() > 1_000_000


def test_no_articles_is_an_error() -> None:
    with pytest.raises(ValueError, match="no articles"):
        measure("list", list, [], batch=1, seconds=1)


def test_cutting_keeps_white_space() -> None:
    assert cut_to_words("a  b\n\nc d", 3) == "a  b\n\nc"
    assert cut_to_words("a b", 9) == "a b"
