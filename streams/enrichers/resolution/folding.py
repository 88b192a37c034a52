"""The comparable form of a name: its slug.

`Vladimir PUTIN's` -> `vladimir-putin`, `U.S.` -> `us`, `Jong Un` and `Jong-un` -> `jong-un`, `Türkiye` -> `turkiye`.
Names in other scripts keep their letters; a name without any letter or digit has the empty slug. Linear in its input.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final

LONGEST: Final = 80
"""Code points of a slug; a longer one ends in a digest of the whole."""

APOSTROPHES: Final = "'\u2018\u2019\u02bc"
QUOTES: Final = '"\u201c\u201d\u201e\u00ab\u00bb`'
DASHES: Final = "-\u2013\u2014"

_POSSESSIVE: Final = re.compile(rf"[{APOSTROPHES}][sS](?!\w)")
_APOSTROPHE: Final = re.compile(rf"[{APOSTROPHES}`]")
_DOTTED: Final = re.compile(r"(?<!\w)(?:\w\.){2,}|(?<!\w)\w\.\w(?!\w)")
_OTHER: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def slug(name: str) -> str:
    """Return a name's comparable form: letters and digits without marks or case, words joined by a hyphen."""
    name = _POSSESSIVE.sub("", name)
    name = _DOTTED.sub(lambda found: found[0].replace(".", ""), name)
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", name)).casefold().replace("\u0131", "i")
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    whole = _OTHER.sub("-", unicodedata.normalize("NFC", kept)).strip("-")
    if len(whole) <= LONGEST:
        return whole
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{whole[:LONGEST].rstrip('-')}-{digest}"


@lru_cache(maxsize=8192)
def is_acronym(name: str) -> bool:
    """Tell whether a name is written as an acronym: one word of two to eight capitals (dots, digits and `&` may be among)."""
    letters = [letter for letter in name if letter.isalpha()]
    longest, dotted = 8, sum(letter == "." for letter in name)
    return 1 < len(letters) <= longest and len(name) <= longest + dotted and " " not in name and name.isupper()
