"""Spans that are no entity whatever the tagger says: weekdays, months, titles by themselves, page furniture.

One table per language and reason; add a word where readers stumble over one. Compared without regard to case and to a
full stop at the end.
"""

__all__ = ["is_furniture", "is_no_entity"]

_TABLE: dict[str, dict[str, str]] = {
    "id": {
        "weekday": "senin selasa rabu kamis jumat jum'at sabtu minggu ahad",
        "month": "januari februari maret april mei juni juli agustus september oktober november desember",
        "title": (
            "presiden|wakil presiden|wapres|menteri|perdana menteri|pm|gubernur|wakil gubernur|wagub|bupati|wali kota|walikota|"
            "camat|lurah|kepala desa|ketua|wakil ketua|sekretaris|direktur|direktur utama|dirut|komisaris|jenderal|kolonel|"
            "kapten|komandan|panglima|kapolri|kapolda|kapolres|kapolsek|raja|ratu|pangeran|sultan|haji|hajah|ustaz|kiai|dr|prof|"
            "ir|bapak|ibu|pak|bu|saudara|analis|pemimpin|juru bicara|jubir|dubes|duta besar|menlu|menhan|menkeu|mendagri|jaksa|hakim"
        ),
        "furniture": (
            "baca juga|baca selengkapnya|baca|foto|video|sumber|advertisement|iklan|berita lainnya|berita terkait|"
            "lihat juga|simak juga|editor|reporter|rep|red|penulis|wib|wita|wit|halaman|selengkapnya|bagikan|copyright"
        ),
        "pronoun": "anda|saya|kami|kita|mereka|beliau",
        "opening": "usai|jadi|rapat|purn",
    },
    "en": {
        "weekday": "monday tuesday wednesday thursday friday saturday sunday",
        "month": "january february march april may june july august september october november december",
        "title": (
            "president|vice president|prime minister|minister|foreign minister|secretary|secretary of state|governor|mayor|"
            "senator|congressman|congresswoman|representative|chancellor|king|queen|prince|princess|pope|general|colonel|"
            "captain|chairman|chairwoman|chair|director|ceo|spokesman|spokeswoman|mr|mrs|ms|dr|prof|sir|judge|justice|ambassador"
        ),
        "furniture": (
            "read more|read also|photo|video|source|advertisement|related news|related articles|see also|editor|reporter|"
            "share|subscribe|sign up|copyright|breaking news|page"
        ),
    },
}


def _entries(words: str) -> list[str]:
    return words.split("|") if "|" in words else words.split()


_FURNITURE = frozenset(entry for reasons in _TABLE.values() for entry in _entries(reasons["furniture"]))
_NONE = frozenset(entry for reasons in _TABLE.values() for words in reasons.values() for entry in _entries(words))


def is_no_entity(text: str) -> bool:
    """Whether ``text`` by itself names nobody and nothing."""
    if not any(map(str.isalnum, text)):
        return True
    return _folded(text) in _NONE


def is_furniture(text: str) -> bool:
    """Whether ``text`` is a word of the page and not of the article: nobody said it, so it has no mood."""
    return _folded(text) in _FURNITURE


def _folded(text: str) -> str:
    return " ".join(text.split()).rstrip(".:").casefold()
