"""From the model's spans to mentions: exact, trimmed, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.articles import CleanArticle, Language
from streams.enrichers.casing import Casing
from streams.enrichers.mentions import Seen, gather, is_short_of
from streams.enrichers.reading import NOWHERE, Layout, Passage, Reading, split_article
from streams.enrichers.recurrences import recurrences
from streams.enrichers.salience import shares, weight
from streams.nlp import Annotation, Mention, Probabilities

CALM = Probabilities(0.1, 0.8, 0.1)
BODY = Layout(NOWHERE, NOWHERE)


def reading(text: str, *marked: tuple[str, str]) -> Reading:
    mentions = []
    place = 0
    for name, type_ in marked:
        place = text.index(name, place)
        mentions.append(Mention(place, place + len(name), type_, 0.9, CALM))
        place += len(name)
    article = CleanArticle("1", "2", text)
    passage, annotation = Passage(text, "body", 0), Annotation(tuple(mentions), CALM, ())
    return Reading(article, Language("id", 1.0, supported=True), BODY, (passage,), (annotation,))


def names(text: str, *marked: tuple[str, str]) -> list[str]:
    return [seen.text for seen in gather(reading(text, *marked))[0]]


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("Kata “Putin”, begitu.", "“Putin”,", ["Putin"]),
        ("Ini Amerika Serikat (AS) ya.", "Amerika Serikat (AS)", ["Amerika Serikat", "AS"]),
        ("Ini Bank Rakyat Indonesia (BRI) ya.", "Bank Rakyat Indonesia (BRI", ["Bank Rakyat Indonesia", "BRI"]),
        ("Di U.S. ada.", "U.S.", ["U.S."]),
        ("Lalu . Ford bicara.", ". Ford", ["Ford"]),
        ("Nomor 101 ya.", "101", []),
        ("Lewat !!! ya.", "!!!", []),
        ("Komisi X DPR.", "X", []),
        ("Di Gerai G3 ya.", "G3", ["G3"]),
        ("Ke pelabuhan Antariksa antariksa itu.", "antariksa", []),
        ("Kata Kementerian Haji dan Umrah.", "Kementerian Haji dan", ["Kementerian Haji"]),
        ("Kata dan Dokter Gigi.", "dan Dokter Gigi", ["Dokter Gigi"]),
        ("Ini Hu Ke dan Dan Huot.", "Hu Ke", ["Hu Ke"]),
        ('Di "Headmistresses" Conference.', 'Headmistresses" Conference', ["Headmistresses"]),
        ('Ini Hans "Hansi" Geiger.', 'Hans "Hansi" Geiger', ['Hans "Hansi" Geiger']),
        ("Dari (NHS) UK.", "NHS) UK", ["NHS"]),
        ("Dokter Al Rasyid SpS (K) ya.", "Al Rasyid SpS (K", ["Al Rasyid SpS"]),
        ("Ini Gas Negara (Persero) Tbk (GN) ya.", "Gas Negara (Persero) Tbk (GN", ["Gas Negara", "GN"]),
        (
            "Kementerian Luar Negeri (Kemlu) RI.",
            "Kementerian Luar Negeri (Kemlu) RI",
            ["Kementerian Luar Negeri", "Kemlu"],
        ),
    ],
)
def test_spans_are_made_exact(text: str, marked: str, expected: list[str]) -> None:
    assert names(text, (marked, "ORG")) == expected


@pytest.mark.parametrize(
    ("span", "type_", "expected"),
    [
        ("Laut Hitam Sochi", "LOC", ["Laut Hitam", "Sochi"]),
        ("Jakarta Selatan", "LOC", ["Jakarta Selatan"]),
        ("Papua Nugini", "LOC", ["Papua Nugini"]),
        ("Bandung Barat", "LOC", ["Bandung Barat"]),
        ("Laut Hitam Sochi", "ORG", ["Laut Hitam Sochi"]),
    ],
)
def test_two_known_places_are_two(span: str, type_: str, expected: list[str]) -> None:
    assert names(f"Di {span} ya.", (span, type_)) == expected


def titled(title: str, name: str, text: str) -> list[str]:
    start = title.index(name)
    mention = Mention(start, start + len(name), "PER", 0.9, CALM)
    article = CleanArticle("1", "2", text, title=title)
    passages = (Passage(title, "headline", None), Passage(text, "body", 0))
    annotations = (Annotation((mention,), CALM, ()), Annotation((), CALM, ()))
    return [
        seen.text
        for seen in gather(Reading(article, Language("id", 1.0, supported=True), BODY, passages, annotations))[0]
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Jorge Martin Kampiun", "Pebalap Jorge Martin menjadi kampiun.", "Jorge Martin"),
        ("Justru Jorge Martin", "Lalu Martin menang, justru Jorge yang kalah.", "Jorge Martin"),
        ("Jorge Martin Kampiun", "Ia kampiun.", "Jorge Martin Kampiun"),
    ],
)
def test_a_title_is_held_against_the_sentences(name: str, text: str, expected: str) -> None:
    assert titled(f"Sprint Race Prancis: {name}, Marquez Crash", name, text) == [expected]


def test_a_sentence_as_headline_is_left_alone() -> None:
    assert titled("Kini Jorge Martin Sumbang tiba di rumah sakit kemarin", "Jorge Martin Sumbang", "Kata Martin.") == [
        "Jorge Martin Sumbang"
    ]


def test_what_shouts_is_read_in_the_case_of_the_rest() -> None:
    text = (
        "BELARUSIA BERTEMU PUTIN DI RUMAH SAKIT\n\nPresiden Vladimir Putin bertemu Lukashenko di rumah sakit Belarusia."
    )
    article = CleanArticle("1", "2", text)
    loud, calm = split_article(article, "id", BODY)
    assert loud.text == "BELARUSIA BERTEMU PUTIN DI RUMAH SAKIT"
    assert loud.read == "Belarusia bertemu Putin di rumah sakit"
    assert calm.read == calm.text


@given(st.text(max_size=80), st.text(max_size=200))
def test_recasing_keeps_every_place(sentence: str, text: str) -> None:
    restored = Casing(text).restore(sentence.upper())
    assert len(restored) == len(sentence.upper())
    assert restored.casefold() == sentence.upper().casefold()


@pytest.mark.parametrize("furniture", ["Advertisement", "ADVERTISEMENT", "Baca juga:", "Read more"])
def test_furniture_is_no_sentence(furniture: str) -> None:
    passages = split_article(CleanArticle("1", "2", f"Putin tiba.\n\n{furniture}\n\nLalu pergi."), "id", BODY)
    assert [passage.text for passage in passages] == ["Putin tiba.", "Lalu pergi."]


def test_small_letters_are_kept_where_all_is_small() -> None:
    assert names("presiden jokowi tiba", ("jokowi", "PER")) == ["jokowi"]


def test_a_short_form_in_brackets_is_found_and_defines() -> None:
    text = "Badan Siber dan Sandi Negara (BSSN) dan Budi Santoso (45) hadir."
    found, definitions = gather(reading(text, ("Badan Siber dan Sandi Negara", "ORG"), ("Budi Santoso", "PER")))
    assert [seen.text for seen in found] == ["Badan Siber dan Sandi Negara", "BSSN", "Budi Santoso"]
    assert definitions == {("badan-siber-dan-sandi-negara", "bssn")}
    assert found[1].start == text.index("BSSN")


def test_the_short_form_may_come_first() -> None:
    _, definitions = gather(
        reading("BSSN (Badan Siber dan Sandi Negara)", ("BSSN", "ORG"), ("Badan Siber dan Sandi Negara", "ORG"))
    )
    assert definitions == {("badan-siber-dan-sandi-negara", "bssn")}


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("AS", "Amerika Serikat", True),
        ("BMKG", "Badan Meteorologi, Klimatologi, dan Geofisika", True),
        ("Polri", "Kepolisian Republik Indonesia", False),
        ("BRI", "Bank Rakyat Indonesia", True),
        ("Moskow", "Rusia", False),
        ("Putins", "Putin", False),
        ("45", "Budi", False),
    ],
)
def test_is_short_of(short: str, long: str, fits: bool) -> None:  # noqa: FBT001
    assert is_short_of(short, long) is fits


def found_again(text: str, *marked: tuple[str, str]) -> list[tuple[int, str]]:
    seen, _ = gather(reading(text, *marked))
    return [(each.start or 0, each.text) for each in recurrences(text, seen, BODY)]


def test_a_recurrence_is_whole_and_free() -> None:
    text = "Ada Kirana. Menurut Kirana, Kiranawati bukan kirana2. Presiden Kirana dan Dewi Kirana."
    assert found_again(text, ("Kirana", "PER")) == [(20, "Kirana"), (63, "Kirana")]


def test_a_recurrence_does_not_run_into_a_mention() -> None:
    assert found_again("AB Cd ada. Lalu AB Cd Efgh.", ("AB Cd", "ORG"), ("Cd Efgh", "PER")) == []


def test_a_word_that_is_also_written_small_is_not_found_again() -> None:
    assert found_again("Ada Gerak. Semua gerak. Gerak.", ("Gerak", "ORG")) == []


def seen(start: int, zone: str = "body") -> Seen:
    return Seen("Nama", "PER", 1.0, zone, start, None)


def test_headline_often_and_early_weigh_more() -> None:
    assert weight([seen(0, "headline")]) > weight([seen(0)])
    assert weight([seen(0), seen(9)]) > weight([seen(0)])
    assert weight([seen(0)]) > weight([seen(5_000)])
    assert weight([seen(0, "lede")]) > weight([seen(0)])


def test_a_name_of_the_headline_alone_weighs_less_than_one_that_the_text_repeats() -> None:
    assert weight([seen(0, "headline")]) < 0.5 * weight([seen(0, "headline"), seen(10)])


def test_shares_are_whole_however_many() -> None:
    assert shares([]) == []
    assert sum(shares([1.0] * 30_000)) == pytest.approx(1.0)
    assert min(shares([1e-12, 1.0])) >= 0.0
