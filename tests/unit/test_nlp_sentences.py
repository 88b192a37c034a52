"""Sentences: where they end, and that their offsets are exact."""

from pathlib import Path

import pytest

from streams.nlp import split_sentences


def _texts(body: str, language: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(body, language)]


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        (
            "Dr. H. Budi tinggal di Jl. Merdeka No. 5. Ia pergi.",
            ["Dr. H. Budi tinggal di Jl. Merdeka No. 5.", "Ia pergi."],
        ),
        ("Harganya Rp 1.000. Murah.", ["Harganya Rp 1.000.", "Murah."]),
        ("Harganya Rp. 1.000 per kilo.", ["Harganya Rp. 1.000 per kilo."]),
        ('"Apa?" tanya dia. "Tidak." Lalu diam.', ['"Apa?" tanya dia.', '"Tidak."', "Lalu diam."]),
        ("Beras, gula, dll. Namun stok cukup.", ["Beras, gula, dll.", "Namun stok cukup."]),
        ("Beras, gula, dll. Jakarta tetap aman.", ["Beras, gula, dll. Jakarta tetap aman."]),
        ("Kata dia... entah apa. Lalu?", ["Kata dia... entah apa.", "Lalu?"]),
    ],
)
def test_indonesian(body: str, sentences: list[str]) -> None:
    assert _texts(body, "id") == sentences


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        ("U.S. President Joe Biden met Mr. Xi. He left.", ["U.S. President Joe Biden met Mr. Xi.", "He left."]),
        ("They live in the U.S. The rest left.", ["They live in the U.S.", "The rest left."]),
        ("It cost $3.5 million at 5 p.m. Monday.", ["It cost $3.5 million at 5 p.m. Monday."]),
        ("“Stop!” he said. “Go (now).” They went.", ["“Stop!” he said.", "“Go (now).”", "They went."]),
    ],
)
def test_english(body: str, sentences: list[str]) -> None:
    assert _texts(body, "en") == sentences


def test_a_blank_line_ends_a_sentence() -> None:
    assert _texts("Baca Juga\n\nPutin tiba\n \nKim pergi", "id") == ["Baca Juga", "Putin tiba", "Kim pergi"]


def test_a_line_break_ends_a_sentence_that_does_not_go_on() -> None:
    assert _texts("Foto: AP\nPresiden tiba,\nBudi pergi\ndan pulang", "id") == [
        "Foto: AP",
        "Presiden tiba,\nBudi pergi\ndan pulang",
    ]


def test_an_unknown_language_is_split_too() -> None:
    assert _texts("Ein Satz. Noch einer.", "de") == ["Ein Satz.", "Noch einer."]


def test_the_republika_article_keeps_its_offsets() -> None:
    body = (Path(__file__).parents[1] / "data" / "seed-republika.txt").read_text(encoding="utf-8")
    sentences = split_sentences(body, "id")
    assert all(body[one.start : one.end] == one.text for one in sentences)
    assert "Lukashenko mengajukan usulan tersebut saat bertemu dengan Putin di resor Laut Hitam Sochi." in {
        one.text for one in sentences
    }


@pytest.mark.timeout(120)  # a guard: what takes quadratic time takes hours here
@pytest.mark.parametrize("unit", [".", '."', "Dr. ", "\n", "\n ", "a", "...” ", "! ", " "])
def test_hostile_bodies_are_split_without_hanging(unit: str) -> None:
    body = unit * (400_000 // len(unit))
    sentences = split_sentences(body, "id")
    assert all(body[one.start : one.end] == one.text for one in sentences)
