"""Web archives: each successful HTML response is a raw article; all else is passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from streams.adapters.sources.charsets import decode_page
from streams.adapters.sources.readings import Reading, Unreadable, make_article, too_large
from streams.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warcio.recordloader import ArcWarcRecord

HTML_TYPES = ("text/html", "application/xhtml+xml")
_BLOCK = 65_536


def read_warc(stream: BinaryIO, origin: str, limit: int) -> Iterator[Reading]:
    """Read a web archive: each successful HTML response is an article; all else is passed over."""
    done = 0
    try:
        for number, record in enumerate(_warc_records(stream), start=1):
            if record.rec_type == "response" and _is_page(record):
                yield _response(record, f"{origin}#{number}", limit)
            done = number
    except Exception as error:  # noqa: BLE001 - on a damaged archive warcio raises whatever it runs into
        yield Unreadable(origin, Reason.BAD_ENCODING, f"not a web archive after record {done}: {error}")


def _warc_records(stream: BinaryIO) -> Iterator[ArcWarcRecord]:
    start: bytes = stream.peek(1)[:5]  # type: ignore[attr-defined]  # every stream that comes here can
    if start != b"WARC/"[: len(start)]:
        msg = f"it begins with {start!r}"
        raise ArchiveLoadFailed(msg)
    for record in ArchiveIterator(stream):
        yield record
        _check_whole(record)


def _check_whole(record: ArcWarcRecord) -> None:
    """Read what is left of a record; warcio itself takes the end of the file for the record's.

    Raises:
        ArchiveLoadFailed: the file ends before the record does.
    """
    while record.raw_stream.read(_BLOCK):
        pass
    if record.raw_stream.limit > 0:
        msg = "the archive ends in the middle of the next"
        raise ArchiveLoadFailed(msg)


def _is_page(record: ArcWarcRecord) -> bool:
    http = record.http_headers
    return http is not None and (http.get_statuscode() or "").startswith("2") and _media_type(record) in HTML_TYPES


def _media_type(record: ArcWarcRecord) -> str:
    content_type: str = record.http_headers.get_header("Content-Type") or ""
    return content_type.partition(";")[0].strip().lower()


def _response(record: ArcWarcRecord, origin: str, limit: int) -> Reading:
    body: bytes = record.content_stream().read(limit + 1)
    if len(body) > limit:
        return too_large(origin, limit)
    _check_whole(record)
    headers = dict[str, str]()
    for name, value in record.http_headers.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    content_type = record.http_headers.get_header("Content-Type")
    return make_article(
        origin,
        limit,
        html=decode_page(body, content_type),
        url=record.rec_headers.get_header("WARC-Target-URI"),
        fetched_at=record.rec_headers.get_header("WARC-Date"),
        content_type=content_type,
        headers=headers,
    )
