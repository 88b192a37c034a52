"""The shipped model: what it finds, how it treats hostile text, and what is said of a folder that does not fit."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from streams.nlp import Annotation, ModelError, split_sentences
from streams.nlp.artifact import SHIPPED
from streams.nlp.model import Model

_SENTENCES = [
    "Presiden Rusia Vladimir Putin bertemu Alexander Lukashenko di Sochi pada Jumat.",
    "Laba bersih bank itu naik 20 persen.",
    "",
    "The United Nations said on Monday that the attack in Gaza killed dozens of people.",
    "Saham anjlok.",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


def _found(sentence: str, annotation: Annotation) -> set[tuple[str, str]]:
    return {(sentence[one.start : one.end], one.type) for one in annotation.mentions}


def test_it_finds_who_and_where(model: Model) -> None:
    found = _found(_SENTENCES[0], model.annotate(_SENTENCES[:1])[0])
    assert {("Vladimir Putin", "PER"), ("Alexander Lukashenko", "PER"), ("Sochi", "LOC"), ("Rusia", "LOC")} <= found


def test_the_republika_article(model: Model) -> None:
    body = (Path(__file__).parents[1] / "data" / "seed-republika.txt").read_text(encoding="utf-8")
    sentences = [sentence.text for sentence in split_sentences(body, "id")]
    found = set().union(*(_found(*pair) for pair in zip(sentences, model.annotate(sentences), strict=True)))
    people = {("Vladimir Putin", "PER"), ("Putin", "PER"), ("Lukashenko", "PER"), ("Kim Jong-un", "PER")}
    places = {(name, "LOC") for name in ("Rusia", "Belarusia", "Korea Utara", "Ukraina", "Sochi")}
    assert people | places <= found
    assert not {name for name, _type in found} & {
        "Jumat",
        "Sabtu",
        "September",
        "Presiden",
        "Baca Juga",
        "Advertisement",
    }


def test_sentiment_has_a_direction(model: Model) -> None:
    good, bad = model.annotate(
        ["Laba bersih perusahaan melonjak dan saham naik.", "Perusahaan rugi besar dan saham anjlok."]
    )
    assert good.sentiment.positive > bad.sentiment.positive
    assert bad.sentiment.negative > good.sentiment.negative


def test_order_is_kept_and_batches_change_nothing(model: Model) -> None:
    together = model.annotate(_SENTENCES * 3)
    alone = [model.annotate([sentence])[0] for sentence in _SENTENCES] * 3
    assert together == alone


def test_an_article_gives_the_same_answers_among_others(model: Model) -> None:
    data = Path(__file__).parents[1] / "data"
    body = (data / "seed-republika.txt").read_text(encoding="utf-8")
    sentences = [sentence.text for sentence in split_sentences(body, "id")]
    others = [sentence + " Lalu mereka pergi." for sentence in sentences]
    together = model.annotate([*others, *sentences, *_SENTENCES])
    assert together[len(others) : len(others) + len(sentences)] == [model.annotate([one])[0] for one in sentences]


def test_threads_share_a_model(model: Model) -> None:
    expected = [_found(sentence, one) for sentence, one in zip(_SENTENCES, model.annotate(_SENTENCES), strict=True)]
    with ThreadPoolExecutor(4) as threads:
        for answers in threads.map(lambda _: model.annotate(_SENTENCES), range(8)):
            assert [_found(sentence, one) for sentence, one in zip(_SENTENCES, answers, strict=True)] == expected


def test_nothing_is_cut_from_a_long_sentence(model: Model) -> None:
    sentence = "dan kemudian " * 600 + "Vladimir Putin tiba di Jakarta" + " lalu mereka pergi" * 300 + " ke Surabaya ."
    found = _found(sentence, model.annotate([sentence])[0])
    assert {"Vladimir Putin", "Jakarta", "Surabaya"} <= {name for name, _type in found}


@pytest.mark.timeout(120)  # a guard against hanging, no measure
@pytest.mark.parametrize(
    "text",
    [
        "", "\0", " \n\t", "a" * 1_000_000, "x" * 200_000, "😀" * 2_000, "שלום עולם " * 300, "\x01\x02\u200b\ufeff", "\ud800",
        "e\u0301" * 20_000, "\u0301" * 20_000, "½ﬁ㎏" * 100, "." * 100_000, "- " * 5_000, "Putin " + "x" * 300 + " di Jakarta",
    ],
    ids=repr,
)  # fmt: skip
def test_any_text_gets_an_answer(model: Model, text: str) -> None:
    (annotation,) = model.annotate([text])
    assert sum(
        (annotation.sentiment.positive, annotation.sentiment.neutral, annotation.sentiment.negative)
    ) == pytest.approx(1)
    assert all(0 <= one.start < one.end <= len(text) and 0 <= one.score <= 1 for one in annotation.mentions)


def test_offsets_survive_a_run_without_spaces(model: Model) -> None:
    sentence = "Presiden Putin " + "x" * 300 + " bertemu Jokowi " + "y" * 5000 + " di Jakarta"
    assert {("Putin", "PER"), ("Jakarta", "LOC")} <= _found(sentence, model.annotate([sentence])[0])


def test_no_sentences(model: Model) -> None:
    assert model.annotate([]) == []


def test_control_characters_alone(model: Model) -> None:
    assert model.annotate(["\x1b"])[0].mentions == ()
    assert model.towards(["\x1b", ""], [[(0, 1)], []])[0][0].neutral == 1


def test_sentiment_towards_given_spans(model: Model) -> None:
    sentence = "Critics called Trump a dangerous liar while Obama was praised as a hero."
    ((trump, obama),) = model.towards([sentence], [[(15, 20), (44, 49)]])
    assert trump.negative > obama.negative
    assert obama.positive > trump.positive


def test_the_version_follows_the_files(model: Model) -> None:
    assert model.version.startswith("2+")
    assert model.version == Model.load().version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "own"))


def _describe(folder: Path, **changes: object) -> None:
    path = folder / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_an_own_model_loads(folder: Path) -> None:
    _describe(folder, name="mine")
    assert Model.load(folder).name == "mine"


@pytest.mark.parametrize("name", ["model.json", "tokenizer.json", "model.onnx"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"no file {name}"):
        Model.load(folder)


@pytest.mark.parametrize("name", ["model.json", "tokenizer.json", "model.onnx"])
def test_a_broken_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\x00no model")
    with pytest.raises(ModelError, match=name):
        Model.load(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tags": ["O", "B-PER", "I-PER"]}, "output tags"),
        ({"tags": ["B-PER", "I-PER", "O"]}, "not IOB2"),
        ({"tags": ["O", "B-PER"]}, "not IOB2"),
        ({"classes": ["negative", "neutral", "positive"]}, "classes"),
        ({"temperatures": {"tags": 1}}, "sentiment"),
        ({"temperatures": {"tags": 0, "sentiment": 1, "target": 1}}, "not above 0"),
    ],
)
def test_a_description_that_does_not_fit(folder: Path, changes: dict[str, object], message: str) -> None:
    _describe(folder, **changes)
    with pytest.raises(ModelError, match=message):
        Model.load(folder)
