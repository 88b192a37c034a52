"""Pages as they are today, furniture and all, and the prose that looks like furniture: the one goes, the other stays."""

from __future__ import annotations

import pytest

from streams.articles import CleanArticle, Dateline, Image, Person, RawArticle
from streams.stages.extract import extract
from streams.stages.extract.bylines import read_author
from streams.stages.extract.datelines import read_dateline

BODY = "Hujan lebat turun di seluruh kota sejak pagi dan sungai mulai meluap ke jalan.\n\nWarga mengungsi ke masjid."


def read(text: str, language: str | None = None) -> CleanArticle:
    return extract(RawArticle(text=text, language=language))


@pytest.mark.parametrize(
    "text",
    [
        "Watch: Liverpool's Daniel Sturridge dips deep equalizer vs. Chelsea",
        "12 Mei 1998",
        "Jane Doe | Reuters",
        "Baca Juga\n\nAdvertisement",
        "Foto: Antara",
    ],
)
def test_a_text_of_nothing_but_furniture_is_the_article(text: str) -> None:
    article = read(text)
    assert article.text == text
    assert {zone.kind for zone in article.zones} == {"body"}


@pytest.mark.parametrize(
    "line",
    [
        "Copyright law was the subject of the debate.",
        "Unduh aplikasi PeduliLindungi, kata Menkes.",
        "Download the app, officials urged residents.",
        "Dilarang mengambil foto di sini, bunyi tulisan itu.",
        "Follow him on Twitter",
        "(C) Minister refused to comment",
        "Get the right app for the job.",
        "Ikuti jejak Budi di Instagram, ia terkenal.",
    ],
)
def test_sentences_that_begin_as_furniture_does_stay(line: str) -> None:
    text = f"{BODY}\n\n{line}\n\nPemerintah berjanji membantu."
    assert read(text).text == text


@pytest.mark.parametrize(
    "line",
    [
        "Copyright 2008 - 2026 PT. Kompas Cyber Media (Kompas Gramedia Digital Group). All Rights Reserved.",
        "(c) 2026 Associated Press",
        "Scroll ke bawah untuk melanjutkan membaca",
        "Perbesar",
        "zoom-in",
        "* Fakta atau Hoaks? Silakan WhatsApp ke nomor 0811 9787 670 hanya dengan ketik kata kunci yang diinginkan.",
        "Sign up here.",
        "Our Standards: The Thomson Reuters Trust Principles.",
        "___",
        "Explore more on these topics",
        "3 hours ago",
    ],
)
def test_more_furniture_is_dropped(line: str) -> None:
    assert read(f"{BODY}\n\n{line}\n\nPemerintah berjanji membantu.").text == f"{BODY}\n\nPemerintah berjanji membantu."


@pytest.mark.parametrize("opener", ["Tag", "Tags:", "Related topics", "(dvp/idh)"])
def test_tags_at_the_end_go(opener: str) -> None:
    assert read(f"{BODY}\n\n{opener}\nbanjir bekasi\nbpbd\n\nreshuffle kabinet").text == BODY


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\n\nPolisi berjaga.\n\nMoskow - Beijing menandatangani perjanjian",
        f"{BODY}\n\nPolisi berjaga.\n\nMoskow - Menteri menandatangani perjanjian itu.",
        "Moskow - Beijing menandatangani perjanjian.\n\nItu kata dia.",
        "Jakarta \u2014 the sprawling capital \u2014 is sinking.\n\nIt is big.",
        "Tokyo \u2014 Japan's capital \u2014 is big. It is.\n\nIt is old.",
        "Solo \u2014 a film about Han\n\nIt is good.",
        "Solo \u2014 A film about Han\n\nIt is good.",
        "Hujan turun di kota sejak pagi.\n\nJakarta - Warga mengungsi ke masjid.",
    ],
)
def test_places_before_a_dash_that_are_no_datelines_stay(text: str) -> None:
    assert read(text).text == text


def test_a_paragraph_above_the_dateline_stays_where_no_headline_or_date_shows_a_page() -> None:
    text = "Hujan turun di kota sejak pagi.\n\nJAKARTA, KOMPAS.com - Warga mengungsi ke masjid."
    assert read(text).text == "Hujan turun di kota sejak pagi.\n\nWarga mengungsi ke masjid."


def test_short_lines_under_a_tag_without_a_body_above_stay() -> None:
    assert read("Puisi\n\nTag\nAku ingin\nhidup seribu").text == "Puisi\n\nAku ingin\n\nhidup seribu"


def test_a_dateline_far_below_is_prose() -> None:
    paragraph = (
        "Hujan lebat turun di seluruh kota sejak pagi dan sungai mulai meluap ke jalan, " * 2 + "kata dia. (Antara)."
    )
    text = "\n\n".join([*[paragraph] * 4, "Jakarta (ANTARA) - Polisi menangkap dua orang."])
    assert read(text).text == text


def test_the_first_line_of_a_wrapped_paragraph_is_no_headline() -> None:
    text = "Hujan lebat turun di seluruh kota sejak pagi dan\nsungai meluap ke jalan.\nRep: Dwina Agustin/ Red: Nidia Zuraya\n"
    assert read(text).text.startswith("Hujan lebat")


def test_a_dateline_on_its_own_line() -> None:
    text = "Polisi Tangkap Lima Orang\n\nCNN Indonesia\n\nRabu, 13 Mei 2026 09:12 WIB\n\nBatam, CNN Indonesia --\n\nPolisi menangkap lima orang.\n\nBegitu."
    article = read(text)
    assert article.dateline == Dateline("CNN Indonesia", "Batam")
    assert article.text == "Polisi menangkap lima orang.\n\nBegitu."
    assert article.lede == "Polisi menangkap lima orang."
    assert [zone.kind for zone in article.zones] == ["headline", "furniture", "date_line", "dateline", "body"]


def test_a_site_and_its_section_are_no_dateline() -> None:
    assert read_dateline("Tribunnews.com - Nasional") is None
    article = read(
        "Tribunnews.com - Nasional\nWagub Bali: Wisatawan Wajib Patuhi Aturan\nTayang: Rabu, 13 Mei 2026 16:20 WITA\n"
        "Penulis: Ni Luh Sari\nzoom-in\nWagub Bali: Wisatawan Wajib Patuhi Aturan\nTribun Bali/Rizal Fanany\nWakil Gubernur Bali.\n\n"
        "TRIBUN-BALI.COM, DENPASAR - Wakil Gubernur Bali berbicara kepada pers."
    )
    assert article.title == "Wagub Bali: Wisatawan Wajib Patuhi Aturan"
    assert article.published_at == "2026-05-13T16:20:00+08:00"
    assert article.images == (Image("Wakil Gubernur Bali.", "Rizal Fanany", "Tribun Bali"),)
    assert article.text == "Wakil Gubernur Bali berbicara kepada pers."


@pytest.mark.parametrize(
    "above", ["Kompas.com\nNews\nNasional\n\n", "TEMPO.CO\nPolitik\n", "Home > News > Nasional\n", "World\n"]
)
def test_what_stands_above_the_headline_is_not_the_article(above: str) -> None:
    article = read(f"{above}Prabowo Lantik Tiga Menteri Baru\nRabu, 13 Mei 2026 18:05 WIB\n\n{BODY}")
    assert article.title == "Prabowo Lantik Tiga Menteri Baru"
    assert article.text == BODY
    assert (article.lede or "").startswith("Hujan lebat")


def test_short_lines_without_a_page_stay() -> None:
    text = f"Berita\n\nPrabowo Lantik Tiga Menteri Baru\n\n{BODY}"
    assert read(text).text == text


def test_a_lede_right_under_the_headline() -> None:
    article = read(
        "Rachel Reeves rules out wealth tax before budget\nChancellor says plan would drive investment out of UK\n"
        "Pippa Crerar Political editor\nWed 13 May 2026 18.01 BST\nLast modified on Wed 13 May 2026 19.30 BST\n"
        "Rachel Reeves has ruled out a wealth tax.\n\nThe unions said no."
    )
    assert article.title == "Rachel Reeves rules out wealth tax before budget"
    assert article.lede == "Chancellor says plan would drive investment out of UK"
    assert article.byline == (Person("Pippa Crerar", "author"),)
    assert article.published_at == "2026-05-13T18:01:00+01:00"
    assert article.text == "Rachel Reeves has ruled out a wealth tax.\n\nThe unions said no."


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        ("Rahma Putri Dewi, Icha Rastika\nTim Redaksi", [("Rahma Putri Dewi", "author"), ("Icha Rastika", "author")]),
        (
            "Reporter\n\nHendrik Yaputra\n\nEditor\n\nSapto Yunus",
            [("Hendrik Yaputra", "reporter"), ("Sapto Yunus", "editor")],
        ),
        ("Becky Morton\nPolitical reporter", [("Becky Morton", "reporter")]),
        ("By Jane Doe\nReporting by Jane Doe; Editing by John Roe", [("Jane Doe", "author"), ("John Roe", "editor")]),
        ("Donald Trump Attacks CNN reporter", []),
    ],
)
def test_bylines_of_more_lines(lines: str, people: list[tuple[str, str]]) -> None:
    article = read(f"Rekor Baru di Stadion\n\n{lines}\n\n{BODY}")
    assert article.byline == tuple(Person(*person) for person in people)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Malcolm Owen Monday", "Malcolm Owen"),
        ("JILL LAWLESS Associated Press", "JILL LAWLESS"),
        ("Kim Sun", "Kim Sun"),
    ],
)
def test_what_software_leaves_behind_an_author_goes(author: str, name: str) -> None:
    assert read_author(author) == [Person(name, "author")]


@pytest.mark.parametrize(
    ("line", "image"),
    [
        ("Warga di gudang. ANTARA FOTO/Arnas Padda/foc.", Image("Warga di gudang.", "Arnas Padda", "ANTARA FOTO")),
        ("Smoke in Feodosia. REUTERS/Stringer", Image("Smoke in Feodosia.", "Stringer", "REUTERS")),
        ("Ketua KPU di Jakarta. TEMPO/Subekti", Image("Ketua KPU di Jakarta.", "Subekti", "TEMPO")),
        ("Polisi. (CNN Indonesia/Andry Novelino)", Image("Polisi.", "Andry Novelino", "CNN Indonesia")),
    ],
)
def test_captions_with_a_credit_behind_them(line: str, image: Image) -> None:
    article = read(f"Rekor Baru di Stadion\n\n{line}\n\nMakassar (ANTARA) - Menteri berbicara kepada pers.")
    assert article.images == (image,)
    assert article.text == "Menteri berbicara kepada pers."


def test_a_stock_credit_above_its_caption() -> None:
    article = read(
        f"Home secretary defends plan\nBecky Morton\nPolitical reporter\nGetty Images\nMahmood told MPs so\n\n{BODY}"
    )
    assert article.images == (Image("Mahmood told MPs so", None, "Getty Images"),)
    assert article.text == BODY


def test_an_english_date_on_an_indonesian_page_is_not_placed() -> None:
    text = f"Rekor Baru di Stadion\n\nMay 13, 2026 10:42\n\n{BODY}"
    assert read(text, "id").published_at == "2026-05-13"
