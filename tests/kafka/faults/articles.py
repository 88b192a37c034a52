"""Real articles for the real worker: the shipped samples, each time with other paragraphs in another order."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import orjson

from streams.samples import load_samples


@cache
def samples() -> tuple[dict[str, Any], ...]:
    """Return the samples that are articles, pages among them."""
    return tuple(orjson.loads(each.value) for each in load_samples() if each.name != "broken.json")


def article(number: int) -> bytes:
    """Return the raw article of this number, always the same: a function of the number alone."""
    chance = random.Random(number)
    chosen = samples()[number % len(samples())]
    fields = chosen | {"id": f"varied/{number}", "url": f"https://example.com/varied/{number}"}
    if "text" in chosen:
        head, *rest = chosen["text"].split("\n")
        kept = chance.sample(rest, k=chance.randint(len(rest) // 2, len(rest)))
        fields["text"] = "\n".join([head, *kept])
    return orjson.dumps(fields)
