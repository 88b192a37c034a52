"""The records of a run, and by which key what came of each is known."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from streams.bench.tasks import Workload
from streams.errors import SourceError
from streams.samples import BROKEN, load_samples
from streams.stages.extract.identity import identify

if TYPE_CHECKING:
    from collections.abc import Iterator

PASS_BYTES: Final = 2_000
SEED: Final = 20261124
ADDRESS: Final = "https://bench.example/{number}"


@dataclass(frozen=True, slots=True)
class Item:
    """One record.

    Attributes:
        key: of the raw record.
        value: its bytes.
        outcome: the key under which what came of it is published.
    """

    key: bytes
    value: bytes
    outcome: bytes


def make_load(workload: Workload, count: int, articles: str | None = None, first: int = 0) -> list[Item]:
    """Return records of which each has an outcome of its own.

    Args:
        workload: which kind.
        count: how many.
        articles: JSON Lines of raw articles; None takes the samples that are shipped.
        first: number of the first one: what has been published before is another.

    Raises:
        SourceError: the file holds no articles.
    """
    numbers = range(first, first + count)
    if workload is Workload.PASS:
        body = _filler()
        return [_record(number, body) for number in numbers]
    found = list(_read(Path(articles)) if articles else _samples())
    return [_article(number, found[number % len(found)]) for number in numbers]


def _filler() -> str:
    """JSON's letters and digits in an order that does not compress to nothing."""
    return "".join(random.Random(SEED).choices("abcdefghijklmnopqrstuvwxyz 0123456789", k=PASS_BYTES))  # noqa: S311


def _record(number: int, body: str) -> Item:
    key = b"%d" % number
    turn = number % PASS_BYTES
    head = orjson.dumps({"id": number, "body": ""})
    text = (body[turn:] + body[:turn])[: PASS_BYTES - len(head)]
    return Item(key, orjson.dumps({"id": number, "body": text}), key)


def _article(number: int, fields: dict[str, object]) -> Item:
    """Give an article an address of its own, so that it is another article than its copies."""
    url = ADDRESS.format(number=number)
    value = orjson.dumps({name: each for name, each in fields.items() if name != "id"} | {"url": url})
    return Item(url.encode(), value, identify(url, None, "").encode())


def _samples() -> Iterator[dict[str, object]]:
    yield from (orjson.loads(sample.value) for sample in load_samples() if sample.name not in BROKEN)


def _read(path: Path) -> Iterator[dict[str, object]]:
    empty = True
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            fields = orjson.loads(line)
        except ValueError:
            fields = None
        if not isinstance(fields, dict) or not (fields.get("text") or fields.get("html")):
            msg = f"{path} line {number}: no raw article (a JSON object with text or html)"
            raise SourceError(msg)
        empty = False
        yield fields
    if empty:
        msg = f"{path}: holds no articles"
        raise SourceError(msg)
