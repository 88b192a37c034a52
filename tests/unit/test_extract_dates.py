"""Dates as pages print them, and what must not be taken for one."""

from __future__ import annotations

import pytest

from streams.articles import RawArticle
from streams.stages.extract import extract
from streams.stages.extract.dates import read_date, read_timestamp


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Sabtu 16 Sep 2023 17:42 WIB", "2023-09-16T17:42:00+07:00"),
        ("Jumat, 15 September 2023 | 10:05 WIB", "2023-09-15T10:05:00+07:00"),
        ("15/09/2023, 10:05 WIB", "2023-09-15T10:05:00+07:00"),
        ("Kompas.com - 16/09/2023, 17:42 WIB", "2023-09-16T17:42:00+07:00"),
        ("detikNews | Senin, 18 Sep 2023 10:00 WIB", "2023-09-18T10:00:00+07:00"),
        ("Senin, 5 Agustus 2024 09:10 WITA", "2024-08-05T09:10:00+08:00"),
        ("Selasa, 01 Agu 2023 12.00 WIT", "2023-08-01T12:00:00+09:00"),
        ("Diperbarui 16 September 2023 pukul 10.05 WIB", "2023-09-16T10:05:00+07:00"),
        ("Rabu, 06 Mei 2026 05:15", "2026-05-06T05:15:00+07:00"),
        ("15 September 2023 10:05 (GMT+7)", "2023-09-15T10:05:00+07:00"),
        ("Sept. 16, 2023 5:42 p.m. EST", "2023-09-16T17:42:00-05:00"),
        ("Published 9:00 AM EDT, Mon September 18, 2023", "2023-09-18T09:00:00-04:00"),
        ("Updated Sat, Sep 16, 2023 at 12:00 AM EDT", "2023-09-16T00:00:00-04:00"),
        ("Sat, 16 Sep 2023 10:42:00 GMT", "2023-09-16T10:42:00Z"),
        ("9/6/2023 5:42 pm EST", "2023-09-06T17:42:00-05:00"),
        ("9/6/2023 17:42 WIB", "2023-06-09T17:42:00+07:00"),
        ("Rabu, 13 Mei 2026 18:05 WIB waktu baca 2 menit", "2026-05-13T18:05:00+07:00"),
        ("May 13, 2026 10:42 AM EDT Updated 2 hours ago", "2026-05-13T10:42:00-04:00"),
        ("Last modified on Wed 13 May 2026 19.30 BST", "2026-05-13T19:30:00+01:00"),
        ("May 13, 2026, 2:35 p.m. ET", "2026-05-13"),
        ("November 13, 2004", "2004-11-13"),
        ("September 16, 2023 17:42", "2023-09-16"),
        ("09/16/2023", "2023-09-16"),
        ("16-09-2023", "2023-09-16"),
    ],
)
def test_dates_that_pages_print(text: str, value: str) -> None:
    moment = read_date(text)
    assert moment is not None
    assert moment.value == value
    assert moment.exact == ("T" in value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "31/02/2023",
            "9/6/2023",
            "16 September",
            "Sabtu",
            "2023",
            "Pada 16 September 2023 dia pergi.",
            "17:42 WIB",
            "",
        ),
        *(
            "16 Sep 2023 25:00 WIB",
            "16 Sep 2023 10:00 WIB oleh Budi",
            "0/0/0000",
            "99 Sep 9999",
            "1" * 200,
            "16 Sep 0000",
        ),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2023-09-16T10:42:00Z", "2023-09-16T10:42:00Z"),
        ("2023-09-16T10:42:00.123456+07:00", "2023-09-16T10:42:00+07:00"),
        ("2026-01-20 18:33:13+07:00", "2026-01-20T18:33:13+07:00"),
        ("2023-09-16", "2023-09-16"),
        ("2023-09-16T10:42:00", "2023-09-16"),
        ("Sabtu, 16 Sep 2023 17:42 WIB", "2023-09-16T17:42:00+07:00"),
    ],
)
def test_timestamps_of_fields(text: str, value: str) -> None:
    moment = read_timestamp(text)
    assert moment is not None
    assert moment.value == value


def test_a_time_without_zone_is_placed_where_the_language_is_indonesian() -> None:
    moment = read_timestamp("2023-09-16 10:42:00", "id")
    assert moment is not None
    assert moment.value == "2023-09-16T10:42:00+07:00"


@pytest.mark.parametrize(
    "text",
    ["2023-09-16T10:42:00+07:00:30", "gestern", "0001-01-01T00:00:00Z", "2500-01-01", None, "", "\ud800", "9" * 5000],
)
def test_fields_that_hold_no_timestamp(text: str | None) -> None:
    assert read_timestamp(text) is None


def test_a_later_change_is_told_from_the_publication() -> None:
    moment = read_date("Last modified on Wed 13 May 2026 19.30 BST")
    assert moment is not None
    assert moment.update


@pytest.mark.parametrize("text", ["May 13, 2026 10:42", "Wed 13 May 2026 10:42"])
def test_an_english_time_without_zone_is_not_placed_on_an_indonesian_page(text: str) -> None:
    moment = read_date(text, "id")
    assert moment is not None
    assert moment.value == "2026-05-13"


PAGE = "Sabtu 16 Sep 2023 17:42 WIB\n\nHujan turun di kota.\n\nWarga mengungsi."


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00Z"),
        ("kemarin sore", "2023-09-16T17:42:00+07:00"),
        ("2023-01-01", "2023-09-16T17:42:00+07:00"),
        (None, "2023-09-16T17:42:00+07:00"),
    ],
)
def test_the_crawlers_word_goes_first_if_it_is_exact(stated: str | None, value: str) -> None:
    assert extract(RawArticle(text=PAGE, published_at=stated)).published_at == value


def test_an_update_does_not_hide_the_publication() -> None:
    text = "Updated 5:00 PM EDT, Sun September 17, 2023\nPublished 9:00 AM EDT, Sat September 16, 2023\n\nRain fell.\n\nIt stopped."
    assert extract(RawArticle(text=text)).published_at == "2023-09-16T09:00:00-04:00"
