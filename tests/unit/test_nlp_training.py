"""How corpora become text and labels; none of this needs torch."""

import random
import struct
from pathlib import Path

import numpy as np
import pytest

from streams.nlp.labels import TAGS
from streams.nlp.words import word_spans
from streams.training.calibration import Answers, calibration_error, crossed, temperature
from streams.training.corpora import read_tagged
from streams.training.examples import Tagged, allowed
from streams.training.rendering import Truecaser, render, spaced
from streams.training.weights import read_pretrained

_PUTIN = Tagged(
    ("Putin", "tiba", "di", "Komsomolsk-on-Amur", ",", '"', "Rusia", '"', "(", "Jumat", ")", "."),
    tuple(allowed(tag) for tag in ("B-PER", "O", "O", "B-LOC", "O", "O", "B-LOC", "O", "O", "O", "O", "O")),
)


def test_a_rendered_sentence_reads_like_news() -> None:
    rendered = {render(_PUTIN, Truecaser([]), random.Random(seed)).text for seed in range(40)}  # noqa: S311
    assert 'Putin tiba di Komsomolsk-on-Amur, "Rusia" (Jumat).' in rendered
    assert 'Putin tiba di Komsomolsk-on-Amur , " Rusia " ( Jumat ) .' in rendered


@pytest.mark.parametrize("seed", range(20))
def test_labels_stay_at_their_words(seed: int) -> None:
    example = render(_PUTIN, Truecaser([]), random.Random(seed))  # noqa: S311
    assert [(start, end) for start, end, _tags in example.words] == list(word_spans(example.text))
    labels = {example.text[start:end].lower(): TAGS[min(tags)] for start, end, tags in example.words}
    assert labels["putin"] == "B-PER"
    assert (labels["komsomolsk"], labels["amur"]) == ("B-LOC", "I-LOC")
    assert labels["rusia"] == "B-LOC"


def test_lower_cased_sentences_are_truecased() -> None:
    truecaser = Truecaser(["Kemarin di Jakarta hujan", "Lalu di Jakarta panas"])
    sentence = Tagged(
        ("hujan", "di", "jakarta", "dan", "solo"),
        tuple(map(allowed, ("O", "O", "B-LOC", "O", "B-LOC"))),
        lower_cased=True,
    )
    assert truecaser.restore(sentence) == ("Hujan", "di", "Jakarta", "dan", "Solo")
    assert spaced(sentence).text == "hujan di jakarta dan solo"


def test_what_a_corpus_does_not_mark_is_unknown(tmp_path: Path) -> None:
    folder = tmp_path / "ner" / "id" / "nergrit"
    folder.mkdir(parents=True)
    for name in ("train.txt", "valid.txt"):
        (folder / name).write_text("Pemilu\tO\ndi\tO\nSolo\tB-PLACE\n\n")
    (sentence,), _dev = read_tagged(tmp_path, "nergrit")
    assert sentence.tags[0] == allowed("O", "B-MISC", "I-MISC", "B-EVENT", "I-EVENT")
    assert sentence.tags[2] == allowed("B-LOC", "B-GPE")


def test_a_label_that_the_corpus_does_not_have_is_named_with_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "ner" / "id" / "nergrit"
    folder.mkdir(parents=True)
    (folder / "train.txt").write_text("Pemilu\tO\nSolo\tB-CITY\n\n")
    with pytest.raises(ValueError, match=r"nergrit/train\.txt: 'Solo' has the label 'B-CITY'"):
        read_tagged(tmp_path, "nergrit")


def _drawn(count: int) -> Answers:
    """Logits and classes drawn from their probabilities."""
    numbers = np.random.default_rng(3)
    logits = numbers.normal(size=(count, 3)).astype(np.float32) * 2
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Answers(logits, np.array([numbers.choice(3, p=row / row.sum()) for row in chances.astype(float)]))


def test_temperature_finds_how_overconfident_the_logits_are() -> None:
    honest = _drawn(4000)
    answers = Answers(honest.logits * 2, honest.gold)
    found = temperature(answers)
    assert found == pytest.approx(2, rel=0.1)
    assert calibration_error(answers, found) < calibration_error(answers, 1.0) / 2


def test_no_answer_is_calibrated_by_itself() -> None:
    honest = _drawn(4000)
    # One half twice, the other four times too sure: each is divided by what the other one asks for.
    scale = np.where(np.arange(4000) % 2, 4, 2)[:, None].astype(np.float32)
    across = crossed(Answers(honest.logits * scale, honest.gold))
    halves = zip((across.logits[:2000], across.logits[2000:]), (honest.logits[::2], honest.logits[1::2]), strict=True)
    assert [np.median(found / true) for found, true in halves] == pytest.approx([0.5, 2], rel=0.1)
    assert across.gold.tolist() == [*honest.gold[::2], *honest.gold[1::2]]


def test_another_container_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + struct.pack("<i", 3))
    with pytest.raises(ValueError, match="E5S1"):
        read_pretrained(path)
