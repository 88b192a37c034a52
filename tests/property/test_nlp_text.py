"""Any text: exact offsets, an answer, never a crash."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.nlp import split_sentences
from streams.nlp.model import Model
from streams.nlp.words import word_spans

_WORDS = st.sampled_from(
    [
        "Putin",
        "Jakarta",
        "Dr.",
        "Rp",
        "1.000",
        '"',
        "”",
        "...",
        "?",
        "\n",
        "\n\n",
        "U.S.",
        "di",
        "Jl.",
        "\u00a0",
        "😀",
        "½",
        "é",
        "\0",
    ]
)
_NEWS = st.lists(_WORDS, max_size=40).map(" ".join)
_TEXT = st.one_of(st.text(max_size=300), _NEWS)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


@given(body=_TEXT, language=st.sampled_from(["id", "en", "xx"]))
def test_sentences_cover_the_body_in_order(body: str, language: str) -> None:
    end = 0
    for sentence in split_sentences(body, language):
        assert not body[end : sentence.start].strip()
        assert sentence.text == body[sentence.start : sentence.end]
        assert sentence.text == sentence.text.strip() != ""
        end = sentence.end
    assert not body[end:].strip()


@given(body=_TEXT)
def test_no_sentence_crosses_a_blank_line(body: str) -> None:
    for sentence in split_sentences(body, "id"):
        assert not any(not line.strip() for line in sentence.text.split("\n"))


@given(text=_TEXT)
def test_words_cover_letters_and_digits(text: str) -> None:
    covered = {index for start, end in word_spans(text) for index in range(start, end)}
    assert all(index in covered for index, character in enumerate(text) if character.isalnum())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(sentences=st.lists(_TEXT, max_size=4))
def test_any_text_is_annotated(model: Model, sentences: list[str]) -> None:
    annotations = model.annotate(sentences)
    assert len(annotations) == len(sentences)
    for sentence, annotation in zip(sentences, annotations, strict=True):
        end = 0
        for mention in annotation.mentions:
            assert end <= mention.start < mention.end <= len(sentence)
            assert sentence[mention.start : mention.end].strip() == sentence[mention.start : mention.end]
            end = mention.end
        chances = annotation.sentiment
        assert chances.positive + chances.neutral + chances.negative == pytest.approx(1)
        assert sum(value * value for value in annotation.vector) == pytest.approx(1, abs=1e-3)
