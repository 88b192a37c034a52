"""Enriched articles from a file or standard input: what rules are tried on."""

from __future__ import annotations

import gzip
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import orjson

from streams.contracts import ENRICHED_ARTICLE, validator
from streams.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

GZIP = b"\x1f\x8b"
OTHERS = ("dead_letter", "dropped")
"""What `news-streams enrich` prints where no article came out."""


def read_articles(name: str) -> Iterator[dict[str, Any]]:
    """Yield the enriched articles of a file (gzipped or not), or of standard input for `-`.

    Lines that tell of a dead letter or of a dropped article are passed over.

    Raises:
        SourceError: the file cannot be read, or a line is no enriched article; the text names it.
    """
    with _open(name) as lines:
        try:
            for number, line in enumerate(lines, 1):
                article = _read(line, f"{name}:{number}") if line.strip() else None
                if article is not None:
                    yield article
        except (OSError, EOFError) as error:
            msg = f"{name}: {error}"
            raise SourceError(msg) from None


@contextmanager
def _open(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            start = file.read(2)
            file.seek(0)
            yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if start == GZIP else file
    except OSError as error:
        msg = f"{name}: {error.strerror or error}"
        raise SourceError(msg) from None


def _read(line: bytes, place: str) -> dict[str, Any] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        msg = f"{place}: no JSON: {error}"
        raise SourceError(msg) from None
    if isinstance(value, dict) and any(name in value for name in OTHERS):
        return None
    checker = validator(ENRICHED_ARTICLE)
    if not checker.is_valid(value):
        msg = f"{place}: no enriched article: {next(checker.iter_errors(value)).message[:200]}"
        raise SourceError(msg)
    return cast("dict[str, Any]", value)
