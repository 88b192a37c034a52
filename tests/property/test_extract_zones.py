"""Any text: no body line is lost, spans are exact, a text without a page around it is left alone."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from streams.articles import CleanArticle, RawArticle
from streams.errors import ExtractError
from streams.stages.extract import extract
from streams.stages.extract.dates import read_timestamp
from streams.stages.extract.identity import canonicalise, identify
from streams.stages.extract.lines import INVISIBLE

PAGE_LINES = st.sampled_from(
    [
        *(
            "Baca Juga",
            "Advertisement",
            "Foto: Mikhail Metzel, Sputnik",
            "Rep: Dwina Agustin/ Red: Nidia Zuraya",
            "sumber : AP",
        ),
        *(
            "Sabtu 16 Sep 2023 17:42 WIB",
            "JAKARTA, KOMPAS.com - Hujan turun.",
            "By Jane Doe",
            "LONDON (AP) \u2014 Rain.",
            "Tags: a",
        ),
        *(
            "Berita Lainnya",
            "Keterangan foto: banjir",
            "Warga di pasar. (ANTARA FOTO/Budi)",
            "Rekor Baru di Stadion Utama",
            "\u200b",
        ),
    ]
)
PROSE = st.text(string.ascii_lowercase + " ", min_size=1, max_size=60).map(
    lambda words: f"ketika {words.strip()} terjadi."
)
BREAKS = st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", "\r", "\n\n\n\n"])
PAGES = st.lists(st.tuples(st.one_of(PAGE_LINES, PROSE, st.text(max_size=40)), BREAKS), max_size=25).map(
    lambda lines: "".join(line + end for line, end in lines)
)


def read(raw: RawArticle) -> CleanArticle | None:
    try:
        return extract(raw)
    except ExtractError:
        return None


def seen(text: str) -> str:
    """Return what of a text a reader can see."""
    return "".join(character for character in text if not character.isspace() and character not in INVISIBLE)


@given(PAGES)
def test_spans_are_ordered_and_cover_all_that_is_not_blank(text: str) -> None:
    article = read(RawArticle(text=text))
    place = 0
    for zone in article.zones if article else ():
        assert place <= zone.start < zone.end <= len(text)
        assert not seen(text[place : zone.start])
        place = zone.end
    assert article is None or article.text == text or not seen(text[place:])


@given(PAGES)
def test_no_line_of_the_body_is_lost(text: str) -> None:
    article = read(RawArticle(text=text))
    bodies = [text[zone.start : zone.end] for zone in (article.zones if article else ()) if zone.kind == "body"]
    assert article is None or article.text == text or seen("".join(bodies)) == seen(article.text)


@given(st.lists(st.tuples(PROSE, BREAKS), min_size=1, max_size=20))
def test_prose_is_unchanged(lines: list[tuple[str, str]]) -> None:
    text = "".join(line + end for line, end in lines)
    assert extract(RawArticle(text=text)).text == text


@given(
    st.builds(
        RawArticle,
        text=st.none() | PAGES,
        html=st.none() | st.text(max_size=200),
        url=st.none() | st.text(max_size=60),
        title=st.none() | st.text(max_size=30),
        language=st.none() | st.text(max_size=8),
        published_at=st.none() | st.text(max_size=40),
    )
)
def test_any_article_gives_an_article_or_a_reason(raw: RawArticle) -> None:
    article = read(raw)
    assert article == read(raw)
    if article is not None:
        assert article.text.strip()
        assert len(article.id) == 32
        assert article.lede is None or len(article.lede) <= 400


@given(
    st.text(max_size=60)
    | st.from_regex(r"[0-9]{1,2}[ /.-][0-9]{1,2}[ /.-][0-9]{4}( [0-9]{1,2}:[0-9]{2} (WIB|EST|[+-][0-9]{2}:[0-9]{2}))?")
)
def test_what_is_read_as_a_date_is_one(text: str) -> None:
    moment = read_timestamp(text)
    if moment is not None:
        assert read_timestamp(moment.value) == moment


@given(
    st.text(max_size=80)
    | st.from_regex(r"https?://[a-z.]{1,20}(:[0-9]{1,5})?/[a-z/%0-9.]{0,30}(\?[a-z=&%0-9]{0,30})?", fullmatch=True)
)
def test_a_canonical_address_is_its_own(url: str) -> None:
    address = canonicalise(url)
    if address is not None:
        assert canonicalise(address) == address
        assert identify(address, None, "") == identify(url, None, "")
