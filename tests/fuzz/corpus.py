"""What the fuzzing starts from: raw records as crawlers send them, and the words that parsers stumble over."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from streams.samples import load_samples

DATA = Path(__file__).parents[1] / "data"
EVENT: Final = {"specversion": "1.0", "id": "e1", "source": "/crawlers/7", "type": "crawled"}
PAGE = """<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>Banjir Surut | Harian Contoh</title>
<meta property="article:published_time" content="2024-02-03T08:15:00+07:00"><meta name="author" content="Siti Aminah">
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-02-03", "author": [{"name": "Siti"}]}</script>
<style>p > a { color: red }</style></head><body class="a b" data-x='{"y": "&lt;"}'><nav><ul><li><a href=/>Home</a></ul></nav>
<article><h1>Banjir Surut</h1><div class=byline>Oleh Siti Aminah &mdash; 3 Feb 2024 &#8226; 08:15 WIB</div>
<figure><img src="data:image/png;base64,AAAA" alt="Banjir"><figcaption>Warga. (Foto: Budi)</figcaption></figure>
<p>JAKARTA, KOMPAS.com - Banjir di <b>Jakarta Timur</b> mulai surut pada Sabtu pagi setelah dua hari merendam rumah.</p>
<p>Warga kembali ke rumah masing-masing, kata Kepala BPBD, <a href="?a=1&b=2">Isnawa Adji</a>, &quot;Air sudah turun.&quot;</p>
<table><tr><td>1<td>2</table><blockquote>Kami pulang.</blockquote><!-- iklan --><![CDATA[x]]><p>Penutup tulisan ini.</article>
<template><p>t</template><svg><desc>s</desc></svg><math><mi>x</mi></math><form><select><option>1</select></form></body></html>"""
FEED = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en"><body><article><p>&b; The mayor of London said on Monday that
the bridge would open again within a week, after engineers had found no damage.</p></article></body></html>"""
TOKENS: Final = (
    *("<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE", "<?", "&", "&#", "&#x", "&amp;", "&#0;"),
    *("<div>", "</div>", "<p>", "<table>", "<script>", "</script>", "<svg>", "<template>", "<plaintext>", "<title>"),
    *("<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&x;", "&#xD800;", "&#1114112;", "<a b=", "<x y='", "=", '"', "'"),
    *(
        "\0",
        "\x0b",
        "\x1b[31m",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\u2029",
        "\x85",
        "\xa0",
        "\ufffe",
        "\U0010ffff",
    ),
    *("\r\n", "\n\n", "\n", "\t", " ", "   ", "a\u0301", "\u0130", "\u0660", "\u3000", "\U0001f600", "\u0e01\u0e33"),
    *("{", "}", "[", "]", ":", ",", "1e999", "-0", "null", "\\u0000", "\\ud800", "99999999999999999999", '{"a":'),
    *("Sabtu, 16 Sep 2023, 17:42 WIB", "99/99/9999 99:99", "Oleh ", "Rep: A / Red: B", "Baca Juga:", "(Foto: "),
    *("JAKARTA, KOMPAS.com -", " -- ", " - ", "A.B.C.", "...", "???", "!", '"', "\u201c", "(", ")", "(/", "[", "]"),
    *("http://e.org/", "%00", "%ff", ";jsessionid=", "//", "@", "javascript:", "PT Bank Tbk", "kata ", " dan ", "Dr. "),
)
"""Pieces put in anywhere: markup, entities, odd characters, JSON, and the words that the zone rules look for."""


@cache
def texts() -> tuple[str, ...]:
    """Return articles and pages."""
    files = [*sorted((DATA / "extract").glob("*.[th]*")), DATA / "seed-republika.txt"]
    return (*(path.read_text() for path in files), PAGE, FEED)


@cache
def records() -> tuple[bytes, ...]:
    """Return record values: plain JSON, both ways of a structured event, a Confluent frame."""
    plain = [sample.value for sample in load_samples()] + [orjson.dumps({"html": PAGE, "url": "https://e.org/a?b=1"})]
    return (
        *plain,
        *(orjson.dumps(EVENT | {"data": orjson.loads(plain[0])}) for _ in range(2)),
        orjson.dumps(EVENT | {"data_base64": base64.b64encode(plain[0]).decode()}),
        b"\x00\x00\x00\x00\x07" + plain[1],
        b"\xef\xbb\xbf" + plain[2],
        *(text.encode(encoding, "replace") for text in texts()[:2] for encoding in ("utf-16", "latin-1")),
    )
