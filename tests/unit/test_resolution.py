"""Which mentions mean the same: what a newsroom would say, and what must never be joined."""

import pytest

from streams.enrichers.resolution.folding import LONGEST, is_acronym, slug
from streams.enrichers.resolution.known import known_names
from streams.enrichers.resolution.resolve import Resolved, entity_id, resolve


def resolved(*mentions: tuple[str, str], language: str = "id", **options: frozenset[tuple[str, str]]) -> list[Resolved]:
    definitions = options.get("definitions", frozenset())
    return resolve([(text, type_, 0.9) for text, type_ in mentions], definitions, language)


def ids(*mentions: tuple[str, str], language: str = "id", **options: frozenset[tuple[str, str]]) -> list[str]:
    return [thing.id for thing in resolved(*mentions, language=language, **options)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Vladimir Putin", "vladimir-putin"),
        ("VLADIMIR  PUTIN'S", "vladimir-putin"),
        ("Putin\u2019s", "putin"),
        ("Kim Jong-un", "kim-jong-un"),
        ("Kim Jong Un", "kim-jong-un"),
        ("U.S.", "us"),
        ("U.S", "us"),
        ("J.K. Rowling", "jk-rowling"),
        ("Ma'ruf Amin", "maruf-amin"),
        ("Türkiye", "turkiye"),
        ("São Tomé", "sao-tome"),
        ("Y\u0131ld\u0131r\u0131m", "yildirim"),
        ("YILDIRIM", "yildirim"),
        ("PDI-P", "pdi-p"),
        ("Владимир Путин", "владимир-путин"),
        ("習近平", "習近平"),
        ("!!!", ""),
        ("", ""),
        ("😀", ""),
        ("a/b|c:d#e?f", "a-b-c-d-e-f"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_long_names_get_short_distinct_slugs() -> None:
    one, other = slug("x" * 10_000), slug("x" * 10_001)
    assert one != other
    assert max(len(one), len(other)) <= LONGEST + 9


@pytest.mark.parametrize(
    ("name", "expected"), [("AS", True), ("U.S.", True), ("KPK", True), ("As", False), ("A", False), ("PBB RI", False)]
)
def test_is_acronym(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_acronym(name) is expected


@pytest.mark.parametrize(
    "names",
    [
        ("Putin", "Vladimir Putin", "Presiden Vladimir Putin", "Presiden Putin", "Putin's"),
        ("Karbalevich", "Valery Karbalevich", "Dr. Valery Karbalevich"),
        ("Kim", "Kim Jong-un", "Kim Jong Un"),
        ("Sri Mulyani", "Sri Mulyani Indrawati", "Mulyani", "Menteri Sri Mulyani"),
        ("Jokowi", "Joko Widodo", "Presiden Joko Widodo", "Ir. H. Joko Widodo", "Pak Jokowi"),
        ("Donald J. Trump", "Donald Trump", "Trump"),
        ("Budi Santoso, S.H.", "Budi Santoso", "Budi"),
        ("Veda Ega Pratama", "Veda Pratama", "Veda"),
        ("Presiden RI Prabowo Subianto", "RI Prabowo", "Prabowo"),
    ],
)
def test_one_person(names: tuple[str, ...]) -> None:
    assert len(ids(*((name, "PER") for name in names))) == 1


@pytest.mark.parametrize(
    ("names", "type_", "expected"),
    [
        (("AS", "Amerika Serikat", "Amerika"), "LOC", "loc:united-states"),
        (("Korsel", "Korea Selatan"), "LOC", "loc:south-korea"),
        (("Jogja", "Yogyakarta", "DIY"), "LOC", "loc:yogyakarta"),
        (("DKI", "DKI Jakarta", "Jakarta"), "LOC", "loc:jakarta"),
        (("PBB", "Perserikatan Bangsa-Bangsa", "Perserikatan Bangsa Bangsa"), "ORG", "org:united-nations"),
        (("UE", "Uni Eropa"), "ORG", "org:european-union"),
        (("KPK", "Komisi Pemberantasan Korupsi"), "ORG", "org:komisi-pemberantasan-korupsi"),
        (("DPR", "DPR RI", "Dewan Perwakilan Rakyat"), "ORG", "org:dewan-perwakilan-rakyat"),
        (("BCA", "Bank Central Asia", "PT Bank Central Asia Tbk"), "ORG", "org:bank-central-asia"),
        (("Golkar", "Partai Golkar"), "ORG", "org:partai-golkar"),
        (("PT Sinar Terang Tbk", "Sinar Terang"), "ORG", "org:sinar-terang"),
        (("ABK", "Asosiasi Bengkel Kota"), "ORG", "org:asosiasi-bengkel-kota"),
        (("Polda Papua Barat", "Polda"), "ORG", "org:polda-papua-barat"),
        (("Kota Cimahi", "Cimahi"), "LOC", "loc:cimahi"),
        (("Kota Kinabalu",), "LOC", "loc:kota-kinabalu"),
        (("Pulau Sepa", "Sepa"), "LOC", "loc:pulau-sepa"),
        (("UNICEF 2024", "Unicef"), "ORG", "org:unicef"),
        (("pelabuhan Vladivostok", "Vladivostok"), "LOC", "loc:vladivostok"),
        (("PU", "Kementerian Pekerjaan Umum"), "ORG", "org:kementerian-pekerjaan-umum"),
        (("PK", "Kementerian Pariwisata Kelautan"), "ORG", "org:kementerian-pariwisata-kelautan"),
        (("Frisian Flag", "Frisian Flag Indonesia"), "ORG", "org:frisian-flag-indonesia"),
        (("Goldman Sachs Group", "Goldman Sachs"), "ORG", "org:goldman-sachs-group"),
        (("Mahkamah Agung Republik Indonesia", "Mahkamah Agung"), "ORG", "org:mahkamah-agung"),
        (
            ("Idul Adha", "Hari Raya Idul Adha 2026", "salat Idul Adha", "Idul Adha 1447 Hijriah"),
            "EVENT",
            "event:eid-al-adha",
        ),
    ],
)
def test_one_thing_in_indonesian(names: tuple[str, ...], type_: str, expected: str) -> None:
    assert ids(*((name, type_) for name in names)) == [expected]


@pytest.mark.parametrize(
    ("names", "type_", "expected"),
    [
        (("US", "U.S.", "USA", "United States", "the United States", "American"), "LOC", "loc:united-states"),
        (("UK", "Britain", "United Kingdom"), "LOC", "loc:united-kingdom"),
        (("UN", "U.N.", "United Nations", "The United Nations"), "ORG", "org:united-nations"),
        (("EU", "European Union", "EU's"), "ORG", "org:european-union"),
        (("Navy", "German Navy"), "ORG", "org:german-navy"),
        (("Boeing", "Boeing Co"), "ORG", "org:boeing"),
        (("Supreme Court", "Supreme Court of Kenya"), "ORG", "org:supreme-court-of-kenya"),
        (("Radstock", "Radstock area"), "LOC", "loc:radstock"),
        (("The Hague",), "LOC", "loc:the-hague"),
    ],
)
def test_one_thing_in_english(names: tuple[str, ...], type_: str, expected: str) -> None:
    assert ids(*((name, type_) for name in names), language="en") == [expected]


def test_both_languages_give_the_same_ids() -> None:
    indonesian = ids(("AS", "LOC"), ("PBB", "ORG"), ("Putin", "PER"), ("Moskow", "LOC"))
    english = ids(
        ("U.S.", "LOC"), ("United Nations", "ORG"), ("Vladimir Putin", "PER"), ("Moscow", "LOC"), language="en"
    )
    assert indonesian == english


@pytest.mark.parametrize("type_", ["PER", "LOC", "ORG", "MISC", "EVENT"])
def test_a_feast_is_an_event_whatever_the_model_took_it_for(type_: str) -> None:
    assert ids(("Idul Adha", type_)) == ["event:eid-al-adha"]


@pytest.mark.parametrize(
    ("bare", "type_", "full"),
    [("Bagnaia", "LOC", "Francesco Bagnaia"), ("Sony", "ORG", "Sony Sonjaya"), ("Geiger", "MISC", "Hans Geiger")],
)
def test_a_bare_name_taken_for_something_else_is_the_persons(bare: str, type_: str, full: str) -> None:
    mentions = [(bare, type_, 0.5), (bare, type_, 0.5), (bare, type_, 0.5), (full, "PER", 0.9)]
    (found,) = resolve(mentions, frozenset(), "id")
    assert (found.name, found.type, found.members) == (full, "PER", (0, 1, 2, 3))


def test_a_place_that_the_model_is_sure_of_stays_one() -> None:
    mentions = [("Arafah", "LOC", 0.95), ("Wukuf Arafah", "PER", 0.6)]
    assert len(resolve(mentions, frozenset(), "id")) == 2


def test_a_bare_name_of_two_people_stays_what_it_was() -> None:
    assert len(ids(("Marquez", "ORG"), ("Alex Marquez", "PER"), ("Marc Marquez", "PER"))) == 3


def test_ri_is_also_a_surname() -> None:
    assert ids(("Ri Yong Ho", "PER")) == ["per:ri-yong-ho"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("DPR", "Indonesian House of Representatives"),
        ("BMKG", "Meteorology, Climatology, and Geophysics Agency"),
        ("MPR", "People's Consultative Assembly"),
    ],
)
def test_institutions_have_english_names(name: str, shown: str) -> None:
    (found,) = resolved((name, "ORG"), language="en")
    assert found.name == shown


def test_names_are_shown_in_the_articles_language_with_their_links() -> None:
    (indonesian,) = resolved(("AS", "LOC"))
    (english,) = resolved(("US", "LOC"), language="en")
    assert (indonesian.name, dict(indonesian.links)) == ("Amerika Serikat", {"country": "US"})
    assert (english.name, dict(english.links)) == ("United States", {"country": "US"})


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_capital_is_not_shown_by_its_initials(language: str) -> None:
    (found,) = resolved(("Kuala Lumpur", "LOC"), ("KL", "LOC"), language=language)
    assert found.name == "Kuala Lumpur"


@pytest.mark.parametrize(
    "names",
    [
        ("Joko Widodo", "Bambang Widodo", "Widodo"),
        ("Kim Jong-un", "Kim Yo-jong", "Kim"),
        ("Donald Trump", "Melania Trump"),
    ],
)
def test_an_ambiguous_name_is_joined_to_nobody(names: tuple[str, ...]) -> None:
    assert len(ids(*((name, "PER") for name in names))) == len(names)


def test_a_table_name_yields_to_the_article() -> None:
    assert "per:donald-trump" not in ids(("Melania Trump", "PER"), ("Trump", "PER"))
    assert ids(("PBB", "ORG"), ("Partai Bulan Bintang", "ORG")) == ["org:partai-bulan-bintang"]
    assert ids(("AS", "LOC"), ("Arab Saudi", "LOC")) == ["loc:saudi-arabia", "loc:united-states"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Jakarta", "LOC"), ("Jakarta Selatan", "LOC")),
        (("Korea Utara", "LOC"), ("Korea Selatan", "LOC")),
        (("Indonesia", "LOC"), ("Bank Indonesia", "ORG")),
        (("Bank Indonesia", "ORG"), ("Bank Mandiri", "ORG")),
        (("Amazon", "LOC"), ("Amazon.com", "ORG")),
        (("DPR", "ORG"), ("DPR Aceh", "ORG")),
        (("Bank Mega", "ORG"), ("Bank Mega Syariah", "ORG")),
        (("Xiaomi", "ORG"), ("Xiaomi Indonesia", "ORG")),
        (("AI", "MISC"), ("Apple Intelligence", "MISC")),
        (("Washington", "LOC"), ("George Washington", "PER")),
        (("Kota Kinabalu", "LOC"), ("Gunung Kinabalu", "LOC")),
    ],
)
def test_never_joined(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert len(ids(one, other)) == 2


def test_an_acronym_in_small_letters_is_not_the_acronym() -> None:
    assert ids(("Us", "PER"), language="en") == ["per:us"]


def test_the_text_defines_a_short_form() -> None:
    definitions = frozenset({("badan-siber-dan-sandi-negara", "bssn")})
    mentions = (("Badan Siber dan Sandi Negara", "ORG"), ("BSSN", "LOC"), ("Badan Siber dan Sandi Negara", "ORG"))
    assert ids(*mentions, definitions=definitions) == ["org:badan-siber-dan-sandi-negara"]


def test_an_organisation_claims_its_acronym_whatever_it_was_marked_as() -> None:
    assert ids(("Danantara Sumberdaya Indonesia", "ORG"), ("DSI", "MISC")) == ["org:danantara-sumberdaya-indonesia"]
    assert len(ids(("Danantara Sumberdaya Indonesia", "ORG"), ("DSI", "PER"))) == 2


def test_of_two_things_with_one_name_the_mentions_type_decides() -> None:
    assert ids(("Roma", "ORG")) == ["org:as-roma"]
    assert ids(("Roma", "LOC")) == ["loc:rome"]
    assert ids(("Kremlin", "LOC"), ("Minsk", "ORG")) == ["loc:minsk", "org:kremlin"]


def test_the_majority_decides_the_type() -> None:
    assert ids(("Midsomer", "LOC"), ("Midsomer", "PER"), ("Midsomer", "LOC")) == ["loc:midsomer"]


@pytest.mark.parametrize("title", ["Presiden", "PRESIDEN", "Mr.", "Menteri", "Dr", "!!!", "  "])
def test_a_title_alone_is_nobody(title: str) -> None:
    assert ids((title, "PER")) == []


def test_a_degree_is_stripped_only_behind_a_comma() -> None:
    assert ids(("Jack Ma", "PER")) == ["per:jack-ma"]


def test_ids_depend_on_type_and_canonical_name_alone() -> None:
    assert entity_id("PER", "Vladimir Putin") == "per:vladimir-putin"
    assert ids(("Elin Jones", "PER"))[0] == ids(("Jones", "PER"), ("Elin JONES", "PER"), ("Wales", "LOC"))[1]


def test_many_names_with_one_word_in_common_take_no_quadratic_time() -> None:
    names = [(f"Kim Nama{number}", "PER") for number in range(20_000)]
    assert len(ids(*names, ("Kim", "PER"))) == 20_001


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_country_is_known_by_its_own_name(language: str) -> None:
    names = known_names(language)
    found = {"id": ("Jepang", "Prancis", "Timor Leste"), "en": ("Japan", "France", "Timor-Leste")}[language]
    assert all(names.find(slug(name), "LOC", acronym=False) for name in found)
