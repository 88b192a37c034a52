"""Zones of news text: what a reader of the page sees, the article must say; what only looks like it must stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.articles import CleanArticle, Dateline, Image, Person, RawArticle
from streams.errors import ExtractError, Reason
from streams.stages.extract import extract
from streams.stages.extract.agencies import read_agency
from streams.stages.extract.bylines import read_author, read_labelled
from streams.stages.extract.datelines import read_dateline
from streams.stages.extract.photos import read_credit

DATA = Path(__file__).parent.parent / "data"
SEED = (DATA / "seed-republika.txt").read_text()
BODY = "Hujan lebat turun di seluruh kota sejak pagi dan sungai mulai meluap ke jalan.\n\nWarga mengungsi ke masjid."


def read(text: str) -> CleanArticle:
    return extract(RawArticle(text=text))


def page(name: str) -> CleanArticle:
    return read((DATA / "extract" / f"{name}.txt").read_text())


def test_the_republika_article() -> None:
    article = read(SEED)
    caption = (
        "Presiden Rusia Vladimir Putin (kanan) dan Presiden Belarusia Alexander Lukashenko berjabat tangan "
        "saat pertemuan mereka di Sochi, Rusia, Jumat, 15 September 2023."
    )
    assert article.title == "Belarusia Usulkan Kerja Sama Tiga Arah dengan Rusia dan Korea Utara"
    assert article.lede == "Usulan tersebut disampaikan Presiden Belarusia saat bertemu Putin di Sochi."
    assert article.published_at == "2023-09-16T17:42:00+07:00"
    assert article.byline == (Person("Dwina Agustin", "reporter"), Person("Nidia Zuraya", "editor"))
    assert article.images == (Image(caption, "Mikhail Metzel", "Sputnik, Kremlin"),)
    assert article.dateline == Dateline("REPUBLIKA.CO.ID", "MOSKOW")
    assert article.agency == "AP"
    assert article.source == "REPUBLIKA.CO.ID"
    assert article.url is None


def test_the_body_of_the_republika_article() -> None:
    paragraphs = read(SEED).text.split("\n\n")
    assert len(paragraphs) == 9
    assert paragraphs[0].startswith("Presiden Rusia Vladimir Putin menjadi tuan rumah")
    assert paragraphs[-1].endswith("kata analis Belarusia Valery Karbalevich.")
    for furniture in ("Baca Juga", "Advertisement", "Berita Lainnya", "sumber", "Foto:", "WIB"):
        assert furniture not in "\n".join(paragraphs)


def test_zones_of_the_republika_article() -> None:
    zones = [(zone.kind, SEED[zone.start : zone.end]) for zone in read(SEED).zones]
    kinds = [kind for kind, _ in zones]
    assert kinds[:8] == ["date_line", "headline", "lede", "byline", "caption", "credit", "furniture", "dateline"]
    assert kinds[8:11] == ["body", "furniture", "body"]
    assert kinds[11:] == ["agency", *["furniture"] * 5]
    assert ("credit", "Foto: Mikhail Metzel, Sputnik, Kremlin") in zones
    assert ("agency", "sumber : AP") in zones


def test_a_page_like_kompas() -> None:
    article = page("kompas")
    assert article.published_at == "2023-09-16T17:42:00+07:00"
    assert article.dateline == Dateline("KOMPAS.com", "JAKARTA")
    assert article.byline == (Person("Siti Aminah", "author"), Person("Budi Santoso", "editor"))
    assert article.images == (
        Image("Menteri Keuangan Sri Mulyani di Jakarta, Jumat (15/9/2023).", "RIZKY ANDI", "KOMPAS.com"),
    )
    assert article.text.startswith("Menteri Keuangan mengumumkan")
    assert article.text.endswith('"Editor: tugas kami menjaga mutu," kata dia.')
    assert "Harga Beras" not in article.text


def test_a_page_like_detik() -> None:
    article = page("detik")
    assert article.byline == (Person("Rolando Fransiscus Sihombing", "reporter"),)
    assert article.images == (Image("Banjir di Jakarta Timur", "Ari Saputra", "detikcom"),)
    assert article.dateline == Dateline(None, "Jakarta")
    assert article.text.split("\n\n")[1] == '"Air naik cepat sekali," kata warga.'
    assert len(article.text.split("\n\n")) == 2


def test_a_page_like_antara() -> None:
    article = page("antara")
    assert article.agency == "Antara"
    assert article.dateline == Dateline("ANTARA", "Bandung")
    assert article.byline == (Person("Budi Santoso", "reporter"), Person("Siti Aminah", "editor"))
    assert [image.credit for image in article.images] == ["Galih Pradipta"]
    assert article.text.endswith('"Ini milik rakyat," kata Presiden.')


def test_a_page_like_ap() -> None:
    article = page("ap")
    assert article.published_at == "2023-09-16T17:42:00-04:00"
    assert article.byline == (Person("JANE DOE", "author"), Person("JOHN ROE", "author"))
    assert article.dateline == Dateline("AP", "CHARLESTON, S.C.")
    assert article.agency == "AP"
    assert article.images[0].credit == "Alex Brandon"
    assert "By Monday, the storm should be gone." in article.text
    assert "Ten things" not in article.text


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "Satu baris saja.",
        "  Spasi di depan dan di belakang.  \n",
        "Baris satu.\r\nBaris dua.\r\n\r\n\r\nBaris tiga.",
        "Rekor Baru di Stadion Utama\n\n" + BODY,
        "Foto itu diambil pada Jumat.\n\nBaca juga buku ini, kata dia.\n\nBy Monday, the storm was gone.",
        '"Editor: tugas kami menjaga mutu," kata dia.\n\nEditor: tugas kami adalah menjaga mutu setiap hari.',
        "Sumber: Kementerian Keuangan mengatakan demikian.\n\nSumber mengatakan hal lain.",
        "GOTO - Saham naik tajam.\n\nPutin - presiden Rusia - tiba.",
        "Penonton bersorak. Baca Juga: demikian tulis dia. Advertisement adalah kata Inggris.",
        "Oleh karena itu, warga pergi.\n\nRelated parties said so.\n\nShare prices rose.",
        BODY + "\n\nMereka menonton video 'Laskar Pelangi' bersama-sama.",
        "Dalam wawancara, CNN Indonesia - salah satu media - bertanya.",
    ],
)
def test_a_text_without_a_page_around_it_is_unchanged(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize(
    "line",
    [
        *("Baca Juga", "BACA JUGA:", "Baca juga: Harga Beras Naik Lagi", "Baca: Harga Beras Naik", "Lihat Juga"),
        *("Advertisement", "ADVERTISEMENT", "- ADVERTISEMENT -", "SCROLL TO CONTINUE WITH CONTENT", "Berita Terkait"),
        *(
            "Simak Video 'Banjir di Jakarta':",
            "[Gambas:Video 20detik]",
            "Halaman: 1 2 3",
            "Pilihan Redaksi",
            "(rfs/imk)",
        ),
        *(
            "Editor's picks",
            "Editor\u2019s Picks",
            "Read more",
            "Read more: Ten things to know",
            "Related",
            "Share this",
        ),
        *(
            "Follow us on Twitter",
            "Bagikan",
            "Ikuti kami di Google News",
            "Copyright \u00a9 ANTARA 2023",
            "Tags: banjir, Jakarta",
        ),
        *("Sign up for our newsletter", "Download the app", "\u00a9 2023 Associated Press. All Rights Reserved."),
        *(
            "Ikuti Whatsapp Channel Republika",
            "Facebook Twitter WhatsApp",
            "\u200bBaca\u00a0Juga\u200b",
            "Share on Facebook",
        ),
    ],
)
def test_furniture_is_dropped(line: str) -> None:
    article = read(f"{BODY}\n\n{line}\n\nPemerintah berjanji membantu.")
    assert article.text == f"{BODY}\n\nPemerintah berjanji membantu."
    assert "furniture" in [zone.kind for zone in article.zones]


def test_linked_headlines_under_baca_juga_go_with_it() -> None:
    article = read(f"{BODY}\n\nBaca Juga\nHarga Beras Naik Lagi\nMenteri Janjikan Bantuan\n\nPemerintah berjanji.")
    assert article.text == f"{BODY}\n\nPemerintah berjanji."


def test_headlines_at_the_end_of_the_page_go() -> None:
    article = read(f"{BODY}\n\nBerita Lainnya\n\nHarga Beras Naik Lagi\n\nMenteri Janjikan Bantuan")
    assert article.text == BODY


def test_lines_without_blank_lines_are_paragraphs() -> None:
    article = read(
        "Sabtu 16 Sep 2023 17:42 WIB\r\nJAKARTA, KOMPAS.com - Satu.\r\nDua di sini.\r\nBaca Juga\r\nTiga.\r\n"
    )
    assert article.text == "Satu.\n\nDua di sini.\n\nTiga."


def test_wrapped_paragraphs_stay_together() -> None:
    article = read(
        "LONDON (AP) \u2014 The storm came\nand went in a day.\n\nNobody was hurt\nin the end.\n\nAdvertisement"
    )
    assert article.text == "The storm came\nand went in a day.\n\nNobody was hurt\nin the end."


@pytest.mark.parametrize(
    ("start", "publisher", "place"),
    [
        ("REPUBLIKA.CO.ID,\u00a0MOSKOW -- ", "REPUBLIKA.CO.ID", "MOSKOW"),
        ("JAKARTA, KOMPAS.com - ", "KOMPAS.com", "JAKARTA"),
        ("Jakarta, CNN Indonesia -- ", "CNN Indonesia", "Jakarta"),
        ("Jakarta (ANTARA) - ", "ANTARA", "Jakarta"),
        ("Kabul (ANTARA/Reuters) - ", "ANTARA/Reuters", "Kabul"),
        ("LONDON (AP) \u2014 ", "AP", "LONDON"),
        ("WASHINGTON, D.C. (AP) \u2014 ", "AP", "WASHINGTON, D.C."),
        ("WASHINGTON, Sept 16 (Reuters) - ", "Reuters", "WASHINGTON"),
        ("TEMPO.CO, Jakarta - ", "TEMPO.CO", "Jakarta"),
        ("Liputan6.com, Jakarta ", "Liputan6.com", "Jakarta"),
        ("Bisnis.com, JAKARTA \u2014 ", "Bisnis.com", "JAKARTA"),
        ("Merdeka.com - ", "Merdeka.com", None),
        ("TRIBUNNEWS.COM, JAKARTA - ", "TRIBUNNEWS.COM", "JAKARTA"),
        ("SOLO, solopos.com\u2026 ", "solopos.com", "SOLO"),
        ("MAKASSAR, TRIBUN-TIMUR.COM - ", "TRIBUN-TIMUR.COM", "MAKASSAR"),
        ("JAKARTA - ", None, "JAKARTA"),
        ("Jakarta - ", None, "Jakarta"),
        ("NEW YORK \u2014 ", None, "NEW YORK"),
    ],
)
def test_datelines(start: str, publisher: str | None, place: str | None) -> None:
    assert read_dateline(f"{start}Polisi menangkap dua orang.") == (Dateline(publisher, place), len(start))
    assert read(f"{start}Polisi menangkap dua orang.\n\nBegitu.").text == "Polisi menangkap dua orang.\n\nBegitu."


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Jakarta-Bandung kini dekat.",
            "Jakarta - bandung kini dekat.",
            "Washington -- not London -- is the capital.",
        ),
        *("AS - China berunding.", "Menurut Budi (Reuters) - kata dia.", "COVID-19 - penyakit itu.", "JAKARTA -", ""),
    ],
)
def test_what_is_no_dateline(text: str) -> None:
    assert read_dateline(text) is None


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Rep: Dwina Agustin/ Red: Nidia Zuraya", [("Dwina Agustin", "reporter"), ("Nidia Zuraya", "editor")]),
        ("Penulis: Siti Aminah | Editor: Budi bin Ali", [("Siti Aminah", "author"), ("Budi bin Ali", "editor")]),
        ("Reporter: Antara/Budi Santoso", [("Budi Santoso", "reporter")]),
        ("Editor : Prof. Dr. Budi, S.H., M.H.", [("Prof. Dr. Budi", "editor")]),
        ("Reporting by Jane Doe; Editing by John Roe", [("Jane Doe", "reporter"), ("John Roe", "editor")]),
        ("Pewarta: Budi\u00a0Santoso dan Ani", [("Budi Santoso", "reporter"), ("Ani", "reporter")]),
        ("Editor: tugas kami menjaga mutu", []),
        ("Kata Editor: Budi Santoso", []),
        ("Editor:", []),
    ],
)
def test_labelled_bylines(line: str, people: list[tuple[str, str]]) -> None:
    assert read_labelled(line) == [Person(*person) for person in people]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("By JANE DOE", ["JANE DOE"]),
        ("By Jane Doe, Staff Writer", ["Jane Doe"]),
        ("By Jane Doe | Reuters", ["Jane Doe"]),
        ("Oleh Budi Santoso", ["Budi Santoso"]),
        ("Tim detikcom - detikNews", ["Tim detikcom"]),
        ("By Monday Night", []),
        ("By The End Of June", []),
    ],
)
def test_bylines_under_the_headline(line: str, names: list[str]) -> None:
    assert [person.name for person in read(f"Rekor Baru di Stadion\n\n{line}\n\n{BODY}").byline] == names


@pytest.mark.parametrize(
    ("credit", "person", "source"),
    [
        ("Mikhail Metzel, Sputnik, Kremlin", "Mikhail Metzel", "Sputnik, Kremlin"),
        ("ANTARA/Galih Pradipta", "Galih Pradipta", "ANTARA"),
        ("AP Photo/Alex Brandon", "Alex Brandon", "AP Photo"),
        ("John Doe via Getty Images", "John Doe", "Getty Images"),
        ("Dok. Istimewa", None, "Dok. Istimewa"),
        ("Antara", None, "Antara"),
        ("/", None, None),
    ],
)
def test_credits(credit: str, person: str | None, source: str | None) -> None:
    assert read_credit(credit) == (person, source)


def test_a_caption_in_a_gapless_text_is_not_guessed() -> None:
    article = read("Hujan turun di kota sejak pagi hari.\nFoto: Budi Santoso\nWarga mengungsi ke masjid terdekat.")
    assert article.text == "Hujan turun di kota sejak pagi hari.\n\nWarga mengungsi ke masjid terdekat."
    assert article.images == (Image(None, "Budi Santoso"),)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        *(
            ("sumber : AP", "AP"),
            ("Sumber: Antara", "Antara"),
            ("Antara/Reuters", "Antara/Reuters"),
            ("(Reuters)", "Reuters"),
        ),
        *(
            ("Source: the Associated Press", "AP"),
            ("Sumber: Kementerian", None),
            ("Sumber: AP dan lain-lain", None),
            ("", None),
        ),
    ],
)
def test_agencies(line: str, agency: str | None) -> None:
    assert read_agency(line) == agency


def test_an_agency_at_the_end_of_the_body_is_read_and_left() -> None:
    text = BODY + " (Reuters)"
    assert (read(text).agency, read(text).text) == ("Reuters", text)


def test_the_given_title_wins_and_its_line_is_the_headline() -> None:
    article = extract(RawArticle(text=f"REKOR BARU\n\n{BODY}", title="Rekor baru"))
    assert article.title == "Rekor baru"
    assert article.zones[0].kind == "headline"
    assert article.text == f"REKOR BARU\n\n{BODY}"
    assert (article.lede or "").startswith("Hujan lebat")


def test_a_long_first_paragraph_gives_a_lede_that_ends_with_a_sentence() -> None:
    text = "Hujan turun di kota. " * 60
    lede = read(text).lede or ""
    assert len(lede) <= 400
    assert lede.endswith("kota.")


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u00a0\ufeff"])
def test_no_text_is_an_error(text: str) -> None:
    with pytest.raises(ExtractError) as error:
        read(text)
    assert error.value.reason is Reason.NO_TEXT


def test_an_author_field_of_software_is_no_person() -> None:
    assert read_author("Contoh Developer; Siti Aminah, admin") == [Person("Siti Aminah", "author")]


def test_a_text_of_a_million_lines_comes_through() -> None:
    text = "Baca Juga\nx\n" * 500_000
    assert read(text).text == text


@pytest.mark.parametrize(
    "unit", ["kata ", "a", "JAKARTA, ", "(", "Editor: ", "1/1/2020 ", " ", "\u200b", "\u201c", "-", ","]
)
def test_a_line_of_millions_comes_through(unit: str) -> None:
    text = "x" + unit * (2_000_000 // len(unit))
    assert read(text).text == text


def test_the_line_with_the_dateline_is_never_a_caption() -> None:
    article = read("JAKARTA, KOMPAS.com - Hujan turun di kota.\nFoto: Mikhail Metzel\n\nSabtu itu warga mengungsi.")
    assert article.text == "Hujan turun di kota.\n\nSabtu itu warga mengungsi."
