"""The package as a notebook user meets it."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

import streams
from streams import EnrichedArticle, Enricher, RawArticle
from streams.nlp import Annotation, Probabilities
from streams.stages.enrich import Enrich

HEAVY = ("numpy", "onnxruntime", "trafilatura", "pydantic", "orjson", "streams.articles", "faust")


class Silent:
    name = "silent"
    version = "1"

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        return [Annotation((), Probabilities(0.1, 0.8, 0.1), ()) for _ in sentences]


def test_importing_the_package_loads_nothing() -> None:
    code = f"import sys, streams; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_public_names() -> None:
    assert {"Enricher", "RawArticle", "EnrichedArticle"} <= set(dir(streams))
    with pytest.raises(AttributeError, match="Nothing"):
        _ = streams.Nothing


def test_articles_come_out_in_order() -> None:
    enricher = Enricher(Enrich(Silent()), batch=2)
    raws = (
        RawArticle(text=f"Berita nomor {number} dari Jakarta.", id=str(number), language="id") for number in range(5)
    )
    enriched = enricher.enrich_many(raws)
    assert [article.raw_id for article in enriched] == list("01234")
    assert all(isinstance(article, EnrichedArticle) for article in enriched)


def test_the_shipped_model() -> None:
    article = Enricher.load().enrich(RawArticle(text="Presiden Joko Widodo bertemu Presiden Vladimir Putin di Sochi."))
    assert {entity.id for entity in article.entities} == {"loc:sochi", "per:joko-widodo", "per:vladimir-putin"}
