"""Hostile articles, through the model and through the whole of it: an answer or a clear error, in bounded time and memory."""

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams import Enricher, RawArticle
from streams.errors import NewsStreamsError
from streams.nlp.model import Model

pytestmark = pytest.mark.timeout(900)  # a guard against hanging, no measure

MEGABYTE = 1_000_000
PARTS = st.sampled_from(
    [
        *("Presiden Putin", "Jakarta", "\x00", "\x1b[31m", "\u200b", "\u202e", "\ufeff", "\ud800", "\udfff", "\uffff"),
        *("😀", "👩‍👩‍👧", "🇮🇩", "שלום", "مرحبا", "ไทย", "東京", "e\u0301", "\u0301", "ﬁ", "İ", "ß", "½"),
        *(
            " ",
            "\n\n",
            "\r\n",
            "\t",
            "\u00a0",
            ". ",
            "! ",
            '"',
            "(",
            "(AS",
            ")",
            "Dr.",
            "1.000",
            "x" * 300,
            "<b>",
            "&amp;",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(PARTS, max_size=60).map("".join))
LARGE = {
    "no space": "x" * 200_000,
    "one word": "Putin " * (MEGABYTE // 6),
    "one letter": "a" * MEGABYTE,
    "emoji": "😀" * 20_000,
    "right to left": "שלום עולם " * 1_000,
    "surrogates": "\ud800 " * 10_000,
    "control": "\x01\x02 " * 10_000,
    "full stops": ". " * 10_000,
    "brackets": "Putin (" * 2_000,
    "quotes": '"Putin ' * 2_000,
    "capitals": "PUTIN TIBA DI MOSKOW. " * 500,
    "title case": "Putin Tiba Di Moskow " * 500,
}


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


@pytest.fixture(scope="module")
def enricher() -> Enricher:
    return Enricher.load()


def answer(enricher: Enricher, raw: RawArticle) -> None:
    """Enrich; what comes out holds its promises, and what does not says why."""
    try:
        article = enricher.enrich(raw)
    except NewsStreamsError:
        return  # named; anything else fails the test
    for entity in article.entities:
        for mention in entity.mentions:
            assert article.text[mention.start : mention.end] == mention.text
    assert (article.sentiment is None) == (article.sentiment_reason is not None)


@settings(max_examples=25)
@given(text=TEXTS, title=st.none() | TEXTS, language=st.sampled_from([None, "id", "en", "xx", ""]))
@example(text="", title=None, language=None)
@example(text="\ud800", title="\udfff", language="id")
def test_any_article_gets_an_answer_or_a_clear_error(
    enricher: Enricher, text: str, title: str | None, language: str | None
) -> None:
    answer(enricher, RawArticle(text=text, title=title, language=language))


def test_an_article_of_nothing_is_a_clear_error(enricher: Enricher) -> None:
    with pytest.raises(NewsStreamsError, match=r"."):
        enricher.enrich(RawArticle(text=None, html=None))


@settings(max_examples=25)
@given(sentences=st.lists(TEXTS, max_size=3))
def test_any_sentence_is_annotated(model: Model, sentences: list[str]) -> None:
    for sentence, annotation in zip(sentences, model.annotate(sentences), strict=True):
        assert all(0 <= one.start < one.end <= len(sentence) for one in annotation.mentions)


@pytest.mark.parametrize("name", LARGE)
def test_a_large_article_comes_to_an_end(enricher: Enricher, name: str) -> None:
    answer(enricher, RawArticle(text=LARGE[name], title=LARGE[name][:300], language="id"))


MEASURED = """
from streams import Enricher, RawArticle
from streams.nlp.benchmark import peak_memory
sentences = "Presiden Vladimir Putin bertemu Alexander Lukashenko di Sochi, kata Kremlin pada Jumat. "
Enricher.load().enrich(RawArticle(text=(sentences * 12 + "\\n\\n") * 1_000, language="id"))
print(peak_memory())
"""


def test_a_million_characters_stay_within_a_workers_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURED], check=True, capture_output=True, text=True, timeout=800)
    assert int(done.stdout) < 500 * MEGABYTE
