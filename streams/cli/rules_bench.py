"""How fast rules are read, added and matched on this machine."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Final

import click
import orjson

from streams.cli.rules_articles import read_articles
from streams.errors import SourceError
from streams.nlp.benchmark import peak_memory
from streams.rules.facts import Facts
from streams.rules.index import Index
from streams.rules.loading import Rules
from streams.rules.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.rules.model import Rule

SEED: Final = 20260529
COMMON: Final = 0.01
"""Share of rules that look for one frequent word: most rules are about something rare."""
SYLLABLES: Final = [
    "ba",
    "ca",
    "da",
    "ga",
    "ka",
    "la",
    "ma",
    "na",
    "pa",
    "ra",
    "sa",
    "ta",
    "wa",
    "ya",
    "bi",
    "di",
    "gi",
    "ki",
    "li",
    "mi",
    "ni",
    "pi",
    "ri",
    "si",
    "ti",
    "bu",
    "du",
    "ku",
    "lu",
    "mu",
    "nu",
    "su",
    "tu",
]


def print_bench(counts: Sequence[int], path: str | None, seconds: float) -> None:
    """Measure and print a line for each number of rules.

    Raises:
        SourceError: the articles cannot be read, or there are none.
    """
    articles = list(read_articles(path)) if path else _samples()
    if not articles:
        msg = f"{path}: holds no article"
        raise SourceError(msg)
    words = sorted({word for article in articles for word in words_of(article["text"]) if word.isalpha()})
    mean = sum(len(article["text"].split()) for article in articles) / len(articles)
    click.echo(f"{len(articles)} articles, {mean:.0f} words each; processor time of one core")
    click.echo(
        f"{'rules':>9}{'read s':>9}{'add s':>9}{'one more µs':>13}{'articles/s':>12}{'matches each':>14}{'peak MB':>9}"
    )
    for count in counts:
        click.echo(_measure(count, articles, words, seconds))


def _measure(count: int, articles: Sequence[dict[str, Any]], words: Sequence[str], seconds: float) -> str:
    dice = random.Random(SEED)  # noqa: S311 - chance, not secrecy
    text = b"\n---\n".join(orjson.dumps(make_rule(number, words, dice)) for number in range(count))
    started = time.process_time()
    rules = _read(text)
    read = time.process_time()
    index = Index(rules)
    added = time.process_time()
    index.put(_read(orjson.dumps(make_rule(count, words, dice)))[0])
    one = time.process_time()
    done, matches = _match(index, articles, seconds)
    rate = done / (time.process_time() - one)
    return (
        f"{count:>9,}{read - started:>9.2f}{added - read:>9.2f}{(one - added) * 1e6:>13.0f}"
        f"{rate:>12,.0f}{matches / done:>14.2f}{peak_memory() / 1e6:>9.0f}"
    )


def _match(index: Index, articles: Sequence[dict[str, Any]], seconds: float) -> tuple[int, int]:
    """Match articles over and over for so long; return how many, and how often they fitted."""
    done = matches = 0
    end = time.process_time() + seconds
    while True:
        for article in articles:
            matches += len(index.match(Facts(article)))
            done += 1
            if time.process_time() >= end:
                return done, matches


def make_rule(number: int, words: Sequence[str], dice: random.Random) -> dict[str, Any]:
    """Return a rule as people write them: some phrases of real words, a rare name, sometimes a mood or a count."""
    if dice.random() < COMMON:
        return {"rule": f"r{number}", "when": {"words": dice.choice(words)}}
    phrases = [f"{dice.choice(words)} {dice.choice(words)}" for _ in range(3)]
    name = " ".join("".join(dice.choices(SYLLABLES, k=3)).title() for _ in range(2))
    when: dict[str, Any] = {"any": [{"words": phrases}, {"entity": {"name": name}}]}
    if dice.random() < 1 / 3:
        when["sentiment"] = "negative"
    return {"rule": f"r{number}", "when": when, "severity": dice.choice(("low", "high"))}


def _read(text: bytes) -> list[Rule]:
    found = Rules()
    found.read(text, "bench")
    return found.done()


def _samples() -> list[dict[str, Any]]:
    """Return the articles that are shipped, enriched."""
    from streams.api import Enricher  # noqa: PLC0415 - the model is not needed where articles are given
    from streams.articles import RawArticle  # noqa: PLC0415
    from streams.samples import load_samples  # noqa: PLC0415
    from streams.stages.route.wire import to_wire  # noqa: PLC0415

    raws = [orjson.loads(sample.value) for sample in load_samples() if sample.name.endswith(".txt")]
    articles = Enricher.load().enrich_many(RawArticle(text=raw["text"], title=raw.get("title")) for raw in raws)
    return [to_wire(article) for article in articles]
