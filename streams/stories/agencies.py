"""Which sources are agencies themselves: where they print a text, theirs is the original."""

from __future__ import annotations

from typing import Final

SITES: Final = {
    "antaranews.com": "Antara",
    "apnews.com": "AP",
    "ap.org": "AP",
    "afp.com": "AFP",
    "reuters.com": "Reuters",
    "xinhuanet.com": "Xinhua",
    "news.cn": "Xinhua",
    "tass.com": "TASS",
    "tass.ru": "TASS",
    "sputniknews.com": "Sputnik",
    "ria.ru": "RIA Novosti",
    "interfax.com": "Interfax",
    "bernama.com": "Bernama",
    "kyodonews.net": "Kyodo",
    "yna.co.kr": "Yonhap",
    "aa.com.tr": "Anadolu",
    "dpa.com": "dpa",
    "efe.com": "EFE",
    "ansa.it": "ANSA",
    "upi.com": "UPI",
    "ptinews.com": "PTI",
    "bloomberg.com": "Bloomberg",
    "wam.ae": "WAM",
    "irna.ir": "IRNA",
    "ukrinform.net": "Ukrinform",
    "wafa.ps": "WAFA",
    "belga.be": "Belga",
}
"""Host of an agency's own site, and the agency as `extract` writes it."""


def runs_agency(source: str | None, agency: str | None) -> bool:
    """Tell whether a source prints its own agency's text: `antaranews.com` with Antara's or without any agency's name.

    Args:
        source: a host (`en.antaranews.com`, too) or an agency's name.
        agency: whom the article names, `Antara/Reuters` where it names two.
    """
    host = (source or "").casefold().rpartition("@")[2]
    own = next((name for site, name in SITES.items() if host == site or host.endswith(f".{site}")), None)
    own = own or next((name for name in SITES.values() if host == name.casefold()), None)
    return own is not None and (agency is None or agency.split("/")[0] == own)
