"""The sample articles that are shipped: what the demo publishes and the README's first command reads.

`ATTRIBUTION.md` in this folder says whose they are. The order is the demo's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import orjson

WIKINEWS_URL = (
    "https://en.wikinews.org/wiki/Soyuz_TMA-08M_launches_to_International_Space_Station,_arrives_in_record_time"
)

PLAIN: tuple[tuple[str, str], ...] = (("republika.txt", "republika.co.id"),)
"""Text as a crawler took it off a page, furniture and all: file and source."""

TITLED: tuple[tuple[str, str], ...] = (
    ("ntrex-id-euronews-tsunami.txt", "euronews.com"),
    ("ntrex-en-euronews-tsunami.txt", "euronews.com"),
    ("ntrex-id-cnbc-disarmament.txt", "cnbc.com"),
    ("ntrex-en-cnbc-disarmament.txt", "cnbc.com"),
    ("ntrex-id-reuters-lakers.txt", "reuters.com"),
    ("ntrex-en-reuters-lakers.txt", "reuters.com"),
)
"""Clean text whose first paragraph is the headline: file and source."""

PAGES: tuple[tuple[str, str, str], ...] = (("wikinews-soyuz.html", WIKINEWS_URL, "2013-04-05T02:13:47Z"),)
"""Whole pages: file, address, when fetched."""

BROKEN: tuple[str, ...] = ("broken.json",)
"""Records to be refused, as they are."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample.

    Attributes:
        name: the file's.
        key: of its record: the URL or the id.
        value: the raw article's bytes.
    """

    name: str
    key: bytes
    value: bytes


def load_samples() -> tuple[Sample, ...]:
    """Read them all."""
    plain = [_article(name, id=f"sample/{name}", source=source, text=_text(name)) for name, source in PLAIN]
    titled = [_titled(name, source) for name, source in TITLED]
    pages = [
        _article(name, url=url, fetched_at=at, content_type="text/html; charset=utf-8", html=_text(name))
        for name, url, at in PAGES
    ]
    broken = [Sample(name, name.encode(), _text(name).encode()) for name in BROKEN]
    return (*plain, *titled, *pages, *broken)


def _titled(name: str, source: str) -> Sample:
    title, _, text = _text(name).partition("\n\n")
    return _article(name, id=f"sample/{name}", source=source, title=title, text=text.rstrip("\n"))


def _article(name: str, **fields: str) -> Sample:
    return Sample(name, (fields.get("url") or fields["id"]).encode(), orjson.dumps(fields))


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
