"""Who an article is: an id that survives a re-crawl, and a hash that tells whether it changed.

The tracking parameters are a list of exact names. `courlan` (under trafilatura) has a larger one, but matches
parts of names: it also drops `?cid=7`, `?gallery=7` and `?source=7`, by which some sites tell their
articles apart, and two articles under one id would be one lost.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final
from unicodedata import normalize
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from streams.stages.amp import open_amp
from streams.stages.extract.lines import INVISIBLE
from streams.stages.extract.rules.language import words

ID_LENGTH: Final = 32
"""Hexadecimal digits of an article's id: 128 bits of a SHA-256."""

LONGEST_URL: Final = 8192
"""Code points of the longest address that is taken for one."""

LONGEST_HOST: Final = 253
"""Code points of the longest host name (RFC 1035)."""

TRACKERS: Final = frozenset(
    words(
        "fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|igshid|igsh|ttclid|li_fat_id|"
        "mc_cid|mc_eid|mkt_tok|_ga|_gl|_hsenc|_hsmi|oly_anon_id|oly_enc_id|vero_id|s_cid|xtor|cmpid|ito|ocid|"
        "smid|ref_src|ref_url|at_medium|at_campaign|tag_from|wtm_source|single_page|__twitter_impression|spm|cmp|taid"
    )
)
"""Query parameters that tell where a reader came from."""

TRACKER_PREFIXES: Final = ("utm_", "itm_", "mtm_", "pk_", "at_")
VARIANTS: Final = frozenset(
    {
        *(("m", "1"), ("amp", "1"), ("amp", ""), ("outputtype", "amp"), ("output", "amp"), ("view", "amp")),
        *(("single", "1"), ("page", "all")),
    }
)
"""Query parameters that ask for another rendering of the same article."""

VARIANT_HOSTS: Final = ("www.", "m.", "amp.", "mobile.")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_AMP_PATH = re.compile(r"^/amp(?=/)|(?:/|\.)amp/?$|(?<=\.)amp(?=\.html$)")
_HOST = re.compile(r"[^\s/@\\\ud800-\udfff]+")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNSEEN = str.maketrans("", "", INVISIBLE)


def canonicalise(url: str | None) -> str | None:
    """Return the address that all variants of one page share, or None where it is no web address.

    http and https, www and mobile hosts, AMP renderings, caches and viewers, tracking parameters, order of the query, default ports,
    fragments and slashes at the end make no difference.
    """
    try:
        parts = urlsplit(open_amp((url or "").strip()[:LONGEST_URL]))
        host, port = _host(parts.hostname), parts.port
        if parts.scheme not in _PORTS or host is None or len(url or "") > LONGEST_URL:
            return None
        place = host if port in {None, *_PORTS.values()} else f"{host}:{port}"
        return urlunsplit(("https", place, _path(parts.path), _query(parts.query), ""))
    except ValueError:
        return None


def host_of(url: str | None) -> str | None:
    """Return the host of a web address without `www.`, the publisher's behind an AMP cache; None where it is none."""
    try:
        host = urlsplit(open_amp((url or "").strip()[:LONGEST_URL])).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host and _HOST.fullmatch(host) else None


def identify(url: str | None, title: str | None, text: str) -> str:
    """Return the article's id: of its canonical address, of its content where there is none."""
    address = canonicalise(url)
    return _digest(address)[:ID_LENGTH] if address else hash_content(title, text)[:ID_LENGTH]


def hash_content(title: str | None, text: str) -> str:
    """Return the SHA-256 of title and text; kinds and number of blanks make no difference, nor does Unicode's composition."""
    return _digest(f"{_settle(title or '')}\n{_settle(text)}")


def _settle(text: str) -> str:
    return " ".join(normalize("NFC", text.translate(_UNSEEN)).split())


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _host(name: str | None) -> str | None:
    if not name or not _HOST.fullmatch(name):
        return None
    name = _spell(name)
    for prefix in VARIANT_HOSTS:
        if name.startswith(prefix) and "." in name.removeprefix(prefix):
            name = name.removeprefix(prefix)
    name = name.rstrip(".")
    return f"[{name}]" if ":" in name else name or None


def _spell(name: str) -> str:
    """Write an international name as the DNS does: xn--bcher-kva.de for b\u00fccher.de."""
    if name.isascii() or len(name) > LONGEST_HOST:
        return name
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name


def _path(path: str) -> str:
    joined = re.sub(r"/{2,}", "/", _SESSION.sub("", path))
    plain = _AMP_PATH.sub("", joined).rstrip("/")
    return _ESCAPED.sub(_settle_escape, quote(plain, safe="/:@!$&'()*+,;=~-._%", errors="replace"))


def _settle_escape(match: re.Match[str]) -> str:
    """Write an escape as RFC 3986 (6.2.2) prefers it: none for what needs none, capitals for the rest."""
    character = chr(int(match[1], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else match[0].upper()


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = sorted((name, value) for name, value in pairs if not _is_variant(name.casefold(), value.casefold()))
    return urlencode(kept, errors="replace")


def _is_variant(name: str, value: str) -> bool:
    return name in TRACKERS or name.startswith(TRACKER_PREFIXES) or (name, value) in VARIANTS
