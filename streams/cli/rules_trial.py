"""Rules on trial: over the articles of a file, or of the broker's last hours, beside the live ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import orjson

from streams.cli.rules_articles import read_articles
from streams.contracts import ENRICHED_ARTICLE, validator
from streams.rules.facts import Facts
from streams.rules.trial import Trial, compare
from streams.settings import Settings
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from streams.rules.model import Rule
    from streams.rules.trial import Difference


class Course:
    """Two versions of rules over the same articles.

    Args:
        new: on trial.
        live: to compare with.
        only: ids; all rules where empty.

    Attributes:
        articles: how many were read.
        others: how many records were no articles.
    """

    def __init__(self, new: Iterable[Rule], live: Iterable[Rule], only: Collection[str]) -> None:
        self._new, self._live = (Trial(rule for rule in rules if not only or rule.id in only) for rules in (new, live))
        self.articles = 0
        self.others = 0

    def read(self, facts: Facts) -> None:
        """Take one article."""
        self.articles += 1
        self._new.read(facts)
        self._live.read(facts)

    def differences(self) -> list[Difference]:
        """Return what both send, side by side."""
        return compare(self._live.close(), self._new.close())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for.

    Attributes:
        broker: its address; None for that of the settings.
        since: from when on the broker's articles are read; None for those of a file.
        articles: the file, `-` for standard input.
        live: files of the rules to compare with.
        only: ids of rules; all where empty.
    """

    broker: str | None
    since: datetime | None
    articles: str | None
    live: tuple[str, ...]
    only: tuple[str, ...]


def hold_trial(asked: Asked, new: Collection[Rule], live: Collection[Rule] | None) -> Course:
    """Read the articles.

    Args:
        asked: which.
        new: the rules on trial.
        live: those to compare with; None for the broker's, where it is asked at all.

    Raises:
        NewsStreamsError: there is no broker, no such topic or no such file, or a line of it is no article.
    """
    if asked.articles is not None:
        course = Course(new, live or (), asked.only)
        for article in read_articles(asked.articles):
            course.read(Facts(article))
        return course
    course = asyncio.run(_ask_broker(asked, new, live))
    if course.others:
        click.echo(f"{course.others} records of {ENRICHED.name} are no articles", err=True)
    return course


async def _ask_broker(asked: Asked, new: Collection[Rule], live: Collection[Rule] | None) -> Course:
    from streams.adapters.kafka.reading_to_end import read_topics  # noqa: PLC0415 - not for a file
    from streams.adapters.rules.live import read_live  # noqa: PLC0415

    settings = Settings.load(broker=asked.broker)
    course = Course(new, (await read_live(settings)).rules.values() if live is None else live, asked.only)
    checker = validator(ENRICHED_ARTICLE)
    least = asked.since.timestamp() * 1000 if asked.since is not None else 0
    async for record in read_topics(settings, (ENRICHED.name,), asked.since):
        # Where nothing is so late, the last record of a partition is read all the same.
        if record.timestamp < least:
            continue
        try:
            article = orjson.loads(record.value or b"null")
        except orjson.JSONDecodeError:
            article = None
        if checker.is_valid(article):
            course.read(Facts(article))
        else:
            course.others += 1
    return course
