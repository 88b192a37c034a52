"""Bytes of a page to text: by its mark, what the server said, what the page says."""

from __future__ import annotations

import codecs
import re

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
"""Byte order marks and the encodings that they announce."""
_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_META_BYTES = 2048
"""Where a page's own charset must stand (HTML standard, 1024; some pages need more)."""
_LATIN = "cp1252"
_ENCODINGS: dict[str, str] = {
    name: name
    for name in (
        "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256",
        "cp1257", "cp1258", "cp866", "cp874", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-15", "koi8-r", "koi8-u",
        "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "gb2312", "gbk", "gb18030", "big5", "tis-620",
    )
} | {"iso8859-1": _LATIN, "ascii": _LATIN}  # fmt: skip
"""Charsets that pages may name, by Python's name for them, and what they mean (WHATWG Encoding standard, 4.2).
Python knows more, some of them slow or no charset at all: those are not for strangers to choose."""


def decode_page(data: bytes, content_type: str | None = None) -> str:
    """Decode a page: its mark, what the server said, what the page says, UTF-8, and last windows-1252.

    The order of the HTML standard (13.2.3.2), except that a charset that does not fit is passed over.
    """
    mark = next((name for mark, name in MARKS if data.startswith(mark)), None)
    stated = _CHARSET.findall((content_type or "").encode("utf-8", "replace")) + _CHARSET.findall(data[:_META_BYTES])
    for name in filter(None, [mark, *map(_encoding, stated), "utf-8"]):
        try:
            return data.decode(name)
        except ValueError:
            continue
    return data.decode(_LATIN, errors="replace")


def _encoding(label: bytes) -> str | None:
    try:
        return _ENCODINGS.get(codecs.lookup(label.decode("ascii")).name)
    except LookupError:
        return None
