"""The shipped samples are what the index says, attributed, and what the first page of the README needs."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import orjson

from streams.contracts import validator
from streams.samples import load_samples

SEED = Path(__file__).parents[1] / "data" / "seed-republika.txt"


def test_all_but_the_broken_one_are_raw_articles() -> None:
    samples = load_samples()
    schema = validator("article.raw.v1.json")
    for sample in samples[:-1]:
        assert schema.is_valid(orjson.loads(sample.value)), sample.name
    assert samples[-1].name == "broken.json"


def test_names_and_keys_are_unique() -> None:
    samples = load_samples()
    assert len({sample.name for sample in samples}) == len(samples)
    assert len({sample.key for sample in samples}) == len(samples)


def test_the_republika_article_is_the_reference_input() -> None:
    (sample, *_) = load_samples()
    assert orjson.loads(sample.value)["text"] == SEED.read_text(encoding="utf-8")


def test_titled_samples_hold_title_and_text_apart() -> None:
    (sample,) = [sample for sample in load_samples() if sample.name == "ntrex-en-euronews-tsunami.txt"]
    article = orjson.loads(sample.value)
    assert article["title"] == "Death toll from Indonesia tsunami rises to 832"
    assert article["text"].startswith("The death toll in Indonesia's")


def test_every_shipped_file_is_attributed_and_in_the_index() -> None:
    folder = files("streams.samples")
    attribution = folder.joinpath("ATTRIBUTION.md").read_text(encoding="utf-8")
    names = {sample.name for sample in load_samples()}
    shipped = {entry.name for entry in folder.iterdir() if entry.is_file()} - {"__init__.py", "ATTRIBUTION.md"}
    assert shipped == names
    for name in names:
        assert f"`{name}`" in attribution or f"`{name[:8]}-*.txt`" in attribution or f"`{name[:9]}*.txt`" in attribution
