"""Which language an article is in: telling neighbours apart, honest about short texts, trusting what is stated."""

import pytest

from streams.articles import CleanArticle
from streams.enrichers.language import READ_CHARACTERS, LanguageIdentifier, stated_code
from streams.enrichers.telling_words import NEIGHBOURS, REGIONAL, TELLING_WORDS

MALAY = """Polis Diraja Malaysia menahan lima lelaki disyaki terlibat kes pecah rumah di Petaling Jaya semalam.
Perdana Menteri berkata kerajaan akan memperuntukkan wang tambahan bagi membantu mangsa banjir di Kelantan.
Dua beradik maut selepas kereta dinaiki mereka bertembung dengan sebuah lori di Lebuhraya Utara-Selatan.
Ahli Parlimen Pasir Gudang menggesa kementerian menyelesaikan isu pencemaran sungai dengan segera.
Mahkamah Tinggi hari ini menetapkan 12 Mac depan untuk mendengar permohonan tertuduh.
Bank Negara Malaysia mengekalkan Kadar Dasar Semalaman pada paras 3 peratus.
Kementerian Kesihatan melaporkan 1,200 kes baharu denggi sepanjang minggu lalu.
Suruhanjaya Pencegahan Rasuah Malaysia menahan seorang pegawai kanan kerana disyaki menerima rasuah.""".splitlines()

INDONESIAN = """Polisi menangkap lima pria yang diduga terlibat kasus pembobolan rumah di Bekasi kemarin.
Presiden mengatakan pemerintah akan mengalokasikan uang tambahan untuk membantu korban banjir di Demak.
Dua bersaudara tewas setelah mobil yang mereka tumpangi bertabrakan dengan sebuah truk di jalan tol.
Anggota DPR mendesak kementerian segera menyelesaikan masalah pencemaran sungai karena warga mengeluh.
Pengadilan Tinggi menetapkan 12 Maret untuk mendengar permohonan terdakwa.
Bank Indonesia mempertahankan suku bunga acuan pada level 5 persen.
Kementerian Kesehatan melaporkan 1.200 kasus baru demam berdarah sepanjang pekan lalu.
KPK menahan seorang pejabat karena diduga menerima suap.""".splitlines()

OTHERS = {
    "jv": "Warga desa padha gotong royong mbangun dalan sing rusak amarga banjir wingi.",
    "tl": "Inaresto ng pulisya ang limang lalaki na sangkot umano sa pagnanakaw sa Maynila.",
    "nl": "De politie heeft vijf mannen aangehouden die verdacht worden van inbraak in Amsterdam.",
    "fr": "La police a arrêté cinq hommes soupçonnés de cambriolage à Marseille.",
    "ru": "Полиция задержала пятерых мужчин по подозрению в краже.",
    "zh": "警方逮捕了五名涉嫌入室盗窃的男子。",
    "ar": "ألقت الشرطة القبض على خمسة رجال يشتبه في تورطهم في السرقة.",
}


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier()


def article(text: str, title: str | None = None, stated: str | None = None) -> CleanArticle:
    return CleanArticle(id="1", content_hash="2", text=text, title=title, stated_language=stated)


@pytest.mark.parametrize("sentence", MALAY)
def test_malay_is_not_taken_for_indonesian(identifier: LanguageIdentifier, sentence: str) -> None:
    language = identifier.identify(article(sentence))
    assert (language.code, language.supported) == ("ms", False)


@pytest.mark.parametrize("sentence", INDONESIAN)
def test_indonesian_is_not_taken_for_malay(identifier: LanguageIdentifier, sentence: str) -> None:
    language = identifier.identify(article(sentence))
    assert (language.code, language.supported) == ("id", True)


@pytest.mark.parametrize(("code", "text"), OTHERS.items())
def test_other_languages_are_named_and_marked_unsupported(identifier: LanguageIdentifier, code: str, text: str) -> None:
    language = identifier.identify(article(text))
    assert (language.code, language.supported) == (code, False)


def test_english(identifier: LanguageIdentifier) -> None:
    language = identifier.identify(article("The president said on Monday that talks would resume next week."))
    assert language.code == "en"
    assert language.supported
    assert language.confidence > 0.9


@pytest.mark.parametrize(
    "text", ["", "   ", "123 456", "10-2", "!!!", "😀😀", "ok", "AC/DC", "Putin", "COVID-19", "Rp 10.000"]
)
def test_what_is_no_text_stays_undecided(identifier: LanguageIdentifier, text: str) -> None:
    language = identifier.identify(article(text))
    assert language.code == "und"
    assert not language.supported
    assert language.confidence < 0.25


def test_a_headline_is_less_certain_than_its_article(identifier: LanguageIdentifier) -> None:
    headline = identifier.identify(article("Harga emas naik lagi"))
    whole = identifier.identify(article("\n".join(INDONESIAN)))
    assert headline.confidence < whole.confidence


def test_the_title_counts(identifier: LanguageIdentifier) -> None:
    assert identifier.identify(article("10-2", title=INDONESIAN[0])).code == "id"


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("id", "id"),
        ("in", "id"),
        ("id-ID", "id"),
        ("IND", "id"),
        ("en_US", "en"),
        ("en-Latn-GB", "en"),
        ("ms", "ms"),
        ("zsm", "ms"),
        (" fr ", "fr"),
        ("", None),
        (None, None),
        ("und", None),
        ("Bahasa Indonesia", None),
        ("x", None),
        ("id;drop", None),
        ("-" * 10_000, None),
        ("en" + "-a1" * 50_000 + "!", None),
    ],
)
def test_stated_codes(stated: str | None, code: str | None) -> None:
    assert stated_code(stated) == code


def test_a_stated_language_is_trusted(identifier: LanguageIdentifier) -> None:
    language = identifier.identify(article(MALAY[0], stated="id-ID"))
    assert (language.code, language.confidence, language.supported) == ("id", 1.0, True)


def test_an_unreadable_stated_language_is_ignored(identifier: LanguageIdentifier) -> None:
    assert identifier.identify(article(MALAY[0], stated="???")).code == "ms"


def test_a_giant_is_read_at_its_beginning_only(identifier: LanguageIdentifier) -> None:
    start = "\n".join(INDONESIAN) * 3
    assert len(start) > READ_CHARACTERS
    assert identifier.identify(article(start)) == identifier.identify(article(start + "\n" + "x" * 5_000_000))


def test_lone_surrogates_and_controls_do_no_harm(identifier: LanguageIdentifier) -> None:
    assert identifier.identify(article("\ud800\x00\u202e\ufeff")).code == "und"


def test_the_table_is_consistent() -> None:
    for group in NEIGHBOURS:
        for code in group:
            assert all(word == word.lower() for word in TELLING_WORDS[code])
    assert not TELLING_WORDS["id"] & TELLING_WORDS["ms"]
    assert set(REGIONAL) <= set(TELLING_WORDS)
