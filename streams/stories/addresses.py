"""Which addresses of one publisher may be one page: what variants of a page share.

`extract` gives all spellings of one address one id. AMP and mobile editions at other hosts and paths have ids of their
own: `amp.kompas.com/nasional/read/2023/09/16/17420021/slug` is `nasional.kompas.com/read/2023/09/16/17420021/slug`.
They are found by what they share, the publisher's domain and a long token of the path, and taken for one page only
where their text is the same, too: two articles under one id would be one lost.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from tld import get_fld

from streams.stages.amp import open_amp

LONGEST: Final = 8192
"""Code points of the longest address that is read."""

_TOKEN = re.compile(r"[^/._\-]*\d[^/._\-]*|[^/.]+(?:-[^/.]+){2,}")
MOST_KEYS: Final = 16
"""Keys of an address; a page has two or three."""

_DIGITS: Final = 5
"""Digits that make a part of a path a number of an article and not of a day or a page."""


def page_keys(url: str | None) -> tuple[str, ...]:
    """Return what variants of a page share: `domain token` for each token of the path that tells articles apart.

    A token is a run with five digits at least (`17420021`, `d-8510264`) or a slug of three words. None where the
    address is none.
    """
    try:
        address = open_amp((url or "").strip()[:LONGEST])
        domain, path = get_fld(address, fail_silently=True), urlsplit(address).path
    except ValueError:
        return ()
    if not domain:
        return ()
    tokens = {token.casefold() for token in _TOKEN.findall(unquote(path).removesuffix("/"))}
    telling = (token for token in tokens if "-" in token or sum(each.isdigit() for each in token) >= _DIGITS)
    return tuple(f"{domain}/{token}" for token in sorted(telling)[:MOST_KEYS])
