"""Words and phrases in a text: their forms, their bounds, their offsets."""

from __future__ import annotations

import pytest

from streams.rules.forms import find_roots
from streams.rules.model import Case, Form, Phrase
from streams.rules.phrases import Phrases
from streams.rules.tokens import read_tokens


def find(wanted: str, text: str, *, language: str = "id", forms: Form = "inflected", case: Case = "smart") -> list[str]:
    """Return what of a text a phrase matches, as it stands there."""
    phrases = Phrases()
    phrases.add(Phrase(wanted, forms, case))
    return [text[start:end] for _, start, end in phrases.find(read_tokens(text), language)]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("suap", "Ia menyuap hakim, hakim disuap, SUAP itu; suapnya besar."),
        ("pukul", "memukul dipukul terpukul memukulnya dipukulkan pukulkanlah"),
        ("tangkap", "menangkap ditangkap tertangkap tangkaplah"),
        ("kecam", "mengecam dikecam"),
        ("gugat", "menggugat digugat"),
        ("proses", "memproses diproses"),
        ("larang", "melarang dilarang melarangnyalah"),
        ("cek", "ceknya"),
        ("dana", "didanai mendanai dananya"),
    ],
)
def test_indonesian_inflections_are_found(wanted: str, text: str) -> None:
    words = [
        word
        for word in text.replace(";", " ").split()
        if word.strip(".,").lower() not in {"ia", "hakim", "itu", "besar"}
    ]
    assert find(wanted, text) == [word.strip(".,") for word in words]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("suap", "penyuapan penyuap bersuap"),
        ("bank", "perbankan"),
        ("rugi", "kerugian"),
        ("tahan", "pertahanan mempertahankan ketahanan tahanan"),
        ("polisi", "kepolisian"),
    ],
)
def test_derived_words_are_found_only_where_they_are_asked_for(wanted: str, text: str) -> None:
    assert find(wanted, text) == []
    assert find(wanted, text, forms="derived") == text.split()


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("masa", "masalah bermasalah masakan"),
        ("langka", "langkah"),
        ("teri", "menteri menterinya"),
        ("perintah", "pemerintah pemerintahan"),
        ("polis", "polisi polisinya"),
        ("dana", "perdana sedana"),
        ("lahan", "perlahan belahan"),
        ("tinggal", "meninggal"),
        ("mati", "diminati"),
        ("tani", "menemani"),
        ("pilu", "pemilu"),
        ("demo", "demokrasi demografi"),
        ("suap", "asuapi suapan2"),
        ("bom", "bombardir belom embom"),
        ("as", "asuransi tas"),
        ("ban", "bank bangun abang"),
    ],
)
def test_words_that_only_look_alike_are_not(wanted: str, text: str) -> None:
    assert find(wanted, text) == []


def test_derived_and_looking_alike() -> None:
    for wanted, text in (
        ("dana", "perdana"),
        ("lahan", "perlahan belahan"),
        ("polis", "polisi"),
        ("masa", "bermasalah"),
    ):
        assert find(wanted, text, forms="derived") == []


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("fine", "fined fining fines"),
        ("ban", "bans banned banning"),
        ("company", "companies company's"),
        ("carry", "carried carries"),
        ("crash", "crashes crashed"),
        ("fraud", "FRAUDS fraud"),
    ],
)
def test_english_inflections_are_found_in_english(wanted: str, text: str) -> None:
    assert find(wanted, text, language="en") == [word.removesuffix("'s") for word in text.split()]
    assert find(wanted, text, language="fr") == [
        word for word in text.removesuffix("'s").split() if word == wanted or word.removesuffix("'s") == wanted
    ]


@pytest.mark.parametrize(
    ("wanted", "text"), [("new", "news"), ("interest", "interesting"), ("arm", "arms army"), ("king", "kin")]
)
def test_english_words_that_only_look_alike_are_not(wanted: str, text: str) -> None:
    assert find(wanted, text, language="en", forms="derived") == []


def test_exact_words_have_no_forms() -> None:
    assert find("banjir", "Banjir membanjiri banjirnya BANJIR", forms="exact") == ["Banjir", "BANJIR"]


def test_a_word_in_capitals_matches_only_in_capitals() -> None:
    text = "BI, bi dan Bi; BI-7 BInya"
    assert find("BI", text) == ["BI", "BI"]
    assert find("BI", text, case="any") == ["BI", "bi", "Bi", "BI"]
    assert find("Bi", text, case="exact") == ["Bi"]
    assert find("Gojek", "gojek Gojeknya GOJEK", case="exact") == ["Gojeknya"]
    assert find("G20", "g20 G20") == ["g20", "G20"]


def test_phrases_run_over_spaces_hyphens_quotes_and_line_ends() -> None:
    text = 'kredit macet, kredit-macet, kredit  "macet", kredit\nmacet dan kredit macetnya'
    assert find("kredit macet", text) == [
        "kredit macet",
        "kredit-macet",
        'kredit  "macet',
        "kredit\nmacet",
        "kredit macetnya",
    ]
    assert find("PT Bank", "PT. Bank Mandiri Tbk. Bank") == ["PT. Bank"]
    assert find("Covid-19", "covid 19 COVID-19 Covid19") == ["covid 19", "COVID-19"]


def test_phrases_do_not_run_over_sentences_commas_brackets_and_paragraphs() -> None:
    text = "Itu kredit. Macet di jalan. Soal kredit, macet. Kredit (macet). Kredit\n\nmacet. Kredit: macet"
    assert find("kredit macet", text) == []


def test_overlapping_phrases_are_all_found() -> None:
    phrases = Phrases()
    for wanted in ("bank", "bank sentral", "sentral", "bank sentral eropa", "sentral eropa"):
        phrases.add(Phrase(wanted))
    text = "Bank Sentral Eropa"
    found = sorted(text[start:end] for _, start, end in phrases.find(read_tokens(text), "id"))
    assert found == ["Bank", "Bank Sentral", "Bank Sentral Eropa", "Sentral", "Sentral Eropa"]


def test_accents_and_what_nobody_sees_hide_nothing_and_offsets_hold() -> None:
    text = "😀 Kor\u200bup\u00adsi, KORU\u0301PSI dan ﬁnes; İSTANBUL"
    assert find("korupsi", text) == ["Kor\u200bup\u00adsi", "KORU\u0301PSI"]
    assert find("fines", text) == ["ﬁnes"]
    assert find("istanbul", text) == ["İSTANBUL"]


def test_scripts_without_spaces_are_matched_inside_a_run() -> None:
    assert find("北京", "他在北京工作", language="zh") == ["北京"]
    assert find("北京", "北方 京都", language="zh") == []


def test_the_words_of_a_phrase_that_is_removed_are_not_looked_for() -> None:
    phrases = Phrases()
    one, two = Phrase("bank sentral"), Phrase("bank")
    for phrase in (one, two, one):
        phrases.add(phrase)
    text = read_tokens("bank sentral")
    assert len(list(phrases.find(text, "id"))) == 2
    phrases.remove(one)
    assert len(list(phrases.find(text, "id"))) == 2
    phrases.remove(one)
    assert [phrase for phrase, _, _ in phrases.find(text, "id")] == [two]
    phrases.remove(two)
    assert (list(phrases.find(text, "id")), len(phrases)) == ([], 0)
    phrases.add(one)
    assert [phrase for phrase, _, _ in phrases.find(text, "id")] == [one]


def test_a_phrase_that_is_added_later_is_found_in_words_seen_before() -> None:
    phrases = Phrases()
    text = read_tokens("hakim disuap")
    for wanted in ("hakim", "suap"):
        phrases.add(Phrase(wanted))
        assert [phrase.text for phrase, _, _ in phrases.find(text, "id")][-1] == wanted


def test_a_word_of_a_million_letters_is_one_word() -> None:
    text = "a" * 1_000_000 + " suap"
    assert find("suap", text) == ["suap"]
    assert find_roots("a" * 1_000_000, "id") == (("a" * 1_000_000, 0),)
