"""A million users' text through the whole Enricher: odd, huge and broken, and it comes back by its contract."""

from __future__ import annotations

import pytest

from streams import Enricher, RawArticle

NEWS = "Presiden Vladimir Putin tiba di Minsk, Sabtu."
HOSTILE = {
    "no space": "a" * 200_000,
    "one word a million times": "Putin" * 200_000,
    "one word with spaces": "Putin " * 3_000,
    "right to left": "\u202e" + "\u0627\u0644\u0631\u0626\u064a\u0633 \u0628\u0648\u062a\u064a\u0646 " * 20 + NEWS,
    "directions that never close": "\u202a\u202b\u202d\u202e\u2066\u2067\u2068" * 2000 + NEWS,
    "control characters": "".join(map(chr, range(32))) * 100 + NEWS + "\x7f\x85\x9f" * 100,
    "half surrogate pairs": f"{NEWS} \ud800 {NEWS} \udfff{NEWS}",
    "marks on one letter": "a" + "\u0301" * 20_000 + " " + NEWS,
    "zero width": "\u200b\u200d\ufeff".join(NEWS * 5),
    "outside the first plane": "\U0001d5e3\U0001f600\U000e0041" * 500 + NEWS,
    "only full stops": ". " * 3_000 + NEWS,
    "only brackets": "(" * 20_000 + NEWS + ")" * 20_000,
    "only line breaks": "\n" * 100_000 + NEWS,
    "names without end": ", ".join(f"Budi Santoso{number}" for number in range(200)),
}


@pytest.fixture(scope="module")
def enricher() -> Enricher:
    return Enricher.load()


@pytest.mark.parametrize("name", HOSTILE)
def test_it_comes_back_with_its_offsets_exact(enricher: Enricher, name: str) -> None:
    article = enricher.enrich(RawArticle(text=HOSTILE[name], language="id"))
    assert article.text == HOSTILE[name], "a text without page furniture comes through unchanged"
    for entity in article.entities:
        for mention in entity.mentions:
            assert article.text[mention.start : mention.end] == mention.text
