"""Decoding: legal sequences only, the best among them."""

import itertools

import numpy as np
import pytest

from streams.nlp.decoding import TagDecoder, fold, log_softmax
from streams.nlp.edges import trimmed
from streams.nlp.furniture import is_no_entity
from streams.nlp.labels import FOLDED, TAGS

_FEW = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")


def test_viterbi_finds_what_trying_every_path_finds() -> None:
    decoder = TagDecoder(_FEW)
    numbers = np.random.default_rng(7)
    for length in (1, 2, 3, 4):
        scores = numbers.normal(size=(length, len(_FEW))).astype(np.float32)
        paths = [np.array(path) for path in itertools.product(range(len(_FEW)), repeat=length)]
        best = max(
            (path for path in paths if decoder.is_legal(path)), key=lambda path: scores[np.arange(length), path].sum()
        )
        assert decoder.best([scores])[0].tolist() == best.tolist()


def test_sequences_of_many_lengths_are_decoded_together() -> None:
    decoder = TagDecoder(_FEW)
    numbers = np.random.default_rng(8)
    scores = [numbers.normal(size=(length, len(_FEW))).astype(np.float32) for length in [0, 1, 30, 5, 70, 2] * 20]
    together = decoder.best(scores)
    assert [len(path) for path in together] == [len(one) for one in scores]
    assert all(decoder.is_legal(path) for path in together)
    assert all(path.tolist() == decoder.best([one])[0].tolist() for path, one in zip(together, scores, strict=True))


def test_adjacent_entities_stay_apart() -> None:
    decoder = TagDecoder(_FEW)
    assert decoder.spans(np.array([1, 2, 1, 0, 3, 4])) == [(0, 2, "PER"), (2, 3, "PER"), (4, 6, "LOC")]


def test_folding_adds_the_probabilities() -> None:
    scores = log_softmax(np.random.default_rng(9).normal(size=(6, len(TAGS))).astype(np.float32))
    folded, tags = fold(scores, TAGS, FOLDED)
    assert "B-GPE" not in tags
    assert np.exp(folded).sum(axis=1) == pytest.approx(np.ones(6), abs=1e-5)
    place = np.exp(scores[:, TAGS.index("B-LOC")]) + np.exp(scores[:, TAGS.index("B-GPE")])
    assert np.exp(folded[:, tags.index("B-LOC")]) == pytest.approx(place, abs=1e-5)


@pytest.mark.parametrize(
    "text", ["Jumat", "jum'at", "SEPTEMBER", "Presiden", "Prime  Minister", "Baca Juga", "Dr.", "( )", "Anda", "Usai"]
)
def test_no_entities(text: str) -> None:
    assert is_no_entity(text)


@pytest.mark.parametrize("text", ["Putin", "Presiden Putin", "Mei Ling", "Minggu Pagi", "US", "WHO"])
def test_entities(text: str) -> None:
    assert not is_no_entity(text)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Bursa Efek (", "Bursa Efek"),
        ("BEI )", "BEI"),
        ("Bursa Efek ( BEI )", "Bursa Efek ( BEI )"),
        ('" Putin', "Putin"),
        ('" aidoru " Nagase', '" aidoru " Nagase'),
        (") Medan", "Medan"),
        ("Putin ,", "Putin"),
        ("( )", "( )"),
        ("( -", ""),
    ],
)
def test_edges(words: str, kept: str) -> None:
    first, past = trimmed(words.split())
    assert " ".join(words.split()[first:past]) == kept
