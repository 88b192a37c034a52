"""Where raw articles are read from: files, folders, archives, standard input; gzip or not.

`enrich` and `produce` share it. A name that cannot be read is refused before anything is read; damage
found on the way is an `Unreadable` in its place, and the next file goes on.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from streams.adapters.sources.formats import GZIP_MAGIC, Format, choose_format, is_known, split_gzip
from streams.adapters.sources.readers import READERS
from streams.adapters.sources.readings import Reading, Unreadable
from streams.errors import Reason, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed import WriteableBuffer

STDIN = "-"
STDIN_NAME = "stdin"
_BUFFER = 64 * 1024


def _ignore(count: int) -> None:
    del count


def check_paths(names: Iterable[str]) -> None:
    """Refuse names that cannot be read, all before the first is read.

    Raises:
        SourceError: a file is missing or not ours to read, or a folder holds nothing that we read.
    """
    for name in names:
        path = Path(name)
        if name == STDIN:
            continue
        if not path.exists():
            msg = f"{name}: no such file or folder"
            raise SourceError(msg)
        if not os.access(path, os.R_OK):
            msg = f"{name}: no permission to read it"
            raise SourceError(msg)
        if path.is_dir() and next(walk(path), None) is None:
            msg = f"{name}: no articles in this folder (text, HTML, JSON, JSON Lines or WARC, each also as .gz)"
            raise SourceError(msg)


def walk(folder: Path) -> Iterator[Path]:
    """Yield the files under a folder whose names say that they hold articles, sorted, hidden ones aside."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if is_known(name) and not name.startswith("."):
                yield Path(parent, name)


def total_bytes(names: Iterable[str]) -> int | None:
    """Return how many bytes lie on disk under these names; None where standard input is among them."""
    total = 0
    for name in names:
        if name == STDIN:
            return None
        path = Path(name)
        total += sum(file.stat().st_size for file in (walk(path) if path.is_dir() else [path]))
    return total


def read_sources(
    names: Iterable[str], limit: int, form: Format | None = None, on_bytes: Callable[[int], None] = _ignore
) -> Iterator[Reading]:
    """Read raw articles in order, one at a time.

    Args:
        names: files, folders, or `-` for standard input.
        limit: the largest raw article, in bytes.
        form: how they lie in each file; None finds out by name and content.
        on_bytes: told how many bytes were read from disk, each time.
    """
    for name in names:
        if name == STDIN:
            yield from _read_stdin(limit, form)
        elif Path(name).is_dir():
            for path in walk(Path(name)):
                yield from _read_file(path, limit, form, on_bytes)
        else:
            yield from _read_file(Path(name), limit, form, on_bytes)


def _read_stdin(limit: int, form: Format | None) -> Iterator[Reading]:
    if sys.stdin is None:
        msg = "standard input is closed"
        raise SourceError(msg)
    # A stream of our own: sys.stdin's lock, held by a thread that waits for input, would abort the interpreter's exit.
    with os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=_BUFFER) as stream:
        yield from _read_stream(stream, STDIN_NAME, limit, form)


def _read_file(path: Path, limit: int, form: Format | None, on_bytes: Callable[[int], None]) -> Iterator[Reading]:
    try:
        with io.BufferedReader(_Counted(path, on_bytes), _BUFFER) as stream:
            yield from _read_stream(stream, str(path), limit, form)
    except OSError as error:
        yield _damaged(str(path), error)


def _read_stream(stream: BinaryIO, origin: str, limit: int, form: Format | None) -> Iterator[Reading]:
    try:
        plain = _gunzip(stream, origin)
        yield from READERS[form or choose_format(origin, _peek(plain))](plain, origin, limit)
    except OSError as error:
        yield _damaged(origin, error)


def _gunzip(stream: BinaryIO, origin: str) -> BinaryIO:
    """Unpack what is or claims to be gzip."""
    zipped = split_gzip(origin)[1] or _peek(stream).startswith(GZIP_MAGIC)
    return io.BufferedReader(_Gunzip(stream), _BUFFER) if zipped else stream


class _Counted(io.FileIO):
    """A file that tells how much was read from it."""

    def __init__(self, path: Path, on_bytes: Callable[[int], None]) -> None:
        super().__init__(path, "rb")
        self._on_bytes = on_bytes

    def readinto(self, into: WriteableBuffer, /) -> int | None:
        count = super().readinto(into)
        self._on_bytes(count or 0)
        return count


class _Gunzip(io.RawIOBase):
    """Unpacks gzip; a cut-off file is an OSError here, as warcio takes gzip's EOFError for a good end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._unpacked = gzip.GzipFile(fileobj=stream)

    def readable(self) -> bool:
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        try:
            data = self._unpacked.read1(memoryview(into).nbytes)
        except (EOFError, zlib.error) as error:
            msg = f"damaged gzip: {error}"
            raise OSError(msg) from None
        memoryview(into)[: len(data)] = data
        return len(data)


def _peek(stream: BinaryIO) -> bytes:
    """Look at what comes next without taking it; both kinds of stream that come here can."""
    peeked: bytes = stream.peek(_BUFFER)  # type: ignore[attr-defined]
    return peeked


def _damaged(origin: str, error: BaseException) -> Unreadable:
    return Unreadable(origin, Reason.BAD_ENCODING, f"cannot be read any further: {error or type(error).__name__}")
