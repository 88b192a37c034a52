"""The lines of a labelled file, numbered, and what is said of one that cannot be read."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["mistake", "numbered", "objects", "rows"]

_LONGEST_FIELD = 10_000_000


def mistake(path: Path, number: int, what: str) -> ValueError:
    """The error of a line: ``FILE:LINE: what``."""
    return ValueError(f"{path}:{number}: {what}")


def numbered(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1 and without their ends; gzipped where the name ends in ``.gz``.

    Raises ValueError that names the line where the file is no UTF-8 text or no gzip.
    """
    number = 0
    try:
        # A byte order mark, as Excel writes it, is no part of the first line.
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise mistake(path, number, f"no UTF-8 text: {error.reason} at byte {error.start} of the line") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise mistake(path, number + 1, f"no gzip: {error}") from None


def objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with the numbers of their lines; blank lines are left out."""
    for number, line in numbered(path):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise mistake(path, number, f"no JSON: {error}") from None
        if not isinstance(value, dict):
            raise mistake(path, number, f"no JSON object but {type(value).__name__}")
        yield number, value


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV or TSV file with the numbers of their last lines; empty rows are left out.

    Tabs separate where the name says ``.tsv``, or where it does not say ``.csv`` and the first line has one; then quotes mean nothing.
    """
    lines = numbered(path)
    first = next(lines, None)
    if first is None:
        return
    if ".tsv" in path.suffixes or (".csv" not in path.suffixes and "\t" in first[1]):
        yield from ((number, line.split("\t")) for number, line in (first, *lines) if line)
        return
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader((f"{line}\n" for _, line in (first, *lines)), strict=True)
    try:
        yield from ((reader.line_num, row) for row in reader if row)
    except csv.Error as error:
        raise mistake(path, reader.line_num, f"no CSV: {error}") from None
