"""Reading raw articles from files, folders, archives and gzip, whole and broken."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from streams.adapters.sources.charsets import decode_page
from streams.adapters.sources.files import check_paths, read_sources
from streams.adapters.sources.formats import Format, choose_format, sniff
from streams.adapters.sources.readers import READERS, read_lines
from streams.adapters.sources.readings import Entry, Unreadable
from streams.errors import Reason, SourceError

if TYPE_CHECKING:
    from pathlib import Path

# warcio's writer leaves its temporary file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")

LIMIT = 100_000


def read(*names: object, limit: int = LIMIT, form: Format | None = None) -> list[Entry | Unreadable]:
    return list(read_sources([str(name) for name in names], limit, form))


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_text_is_one_article_with_its_line_ends(tmp_path: Path, suffix: str) -> None:
    text = "Presiden tiba.\r\n\r\nIa “lelah”.\n"
    (entry,) = read(write(tmp_path / f"a.txt{suffix}", text.encode()))
    assert orjson.loads(entry.value) == {"text": text}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_text_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    (entry,) = read(write(tmp_path / "a.txt", "Kafé".encode(encoding)))
    assert orjson.loads(entry.value) == {"text": "Kafé"}


def test_text_that_is_not_utf8_is_named_with_its_place(tmp_path: Path) -> None:
    (bad,) = read(write(tmp_path / "a.txt", b"Kaf\xe9 di Paris"))
    assert isinstance(bad, Unreadable)
    assert bad.reason is Reason.BAD_ENCODING
    assert "byte 3" in bad.message
    assert bad.origin.endswith("a.txt")


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_lines_go_as_they_are_with_their_numbers(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a.jsonl{suffix}", b'\xef\xbb\xbf{"id": 1}\r\n\n  \n{broken\n\xff\xfe\n{"id":2}')
    entries = read(path)
    assert [entry.value for entry in entries] == [b'{"id": 1}', b"{broken", b"\xff\xfe", b'{"id":2}']
    assert [entry.origin for entry in entries] == [f"{path}:{number}" for number in (1, 4, 5, 6)]


def test_a_line_over_the_limit_is_one_unreadable_and_the_next_goes_on(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b"x" * 10 + b"\n" + b"y" * 5000 + b"\n" + b"z" * 11 + b"\n" + b"w" * 10)
    first, second, third, fourth = read(path, limit=10)
    assert isinstance(first, Entry)
    assert isinstance(second, Unreadable)
    assert second.reason is Reason.TOO_LARGE
    assert isinstance(third, Unreadable)
    assert isinstance(fourth, Entry)


@given(lines=st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b" "))), limit=st.integers(1, 30))
def test_every_line_that_is_not_blank_comes_once_in_order(lines: list[bytes], limit: int) -> None:
    readings = list(read_lines(io.BytesIO(b"\n".join(lines)), "f", limit))
    numbers = [int(reading.origin.removeprefix("f:")) for reading in readings]
    assert numbers == sorted(set(numbers))
    for number, line in enumerate(lines, start=1):
        plain = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        assert (number in numbers) == bool(plain.strip())
    for reading in readings:
        if isinstance(reading, Entry):
            assert len(reading.value) <= limit


@given(data=st.binary(max_size=300), form=st.sampled_from(list(Format)), zipped=st.booleans())
def test_any_bytes_give_readings_and_no_exception(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, form: Format, *, zipped: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / ("a.bin.gz" if zipped else "a.bin")
    path.write_bytes(data)
    for chosen in (form, None):
        assert all(isinstance(reading, Entry | Unreadable) for reading in read(path, form=chosen))


@given(page=st.binary(max_size=200), charset=st.text(max_size=20))
def test_any_page_decodes(page: bytes, charset: str) -> None:
    assert isinstance(decode_page(page, f"text/html; charset={charset}"), str)


@pytest.mark.parametrize(
    ("page", "stated", "text"),
    [
        ("é".encode(), None, "é"),
        ("é".encode("latin-1"), "text/html; charset=ISO-8859-1", "é"),
        (b'<meta charset="windows-1251">' + "Москва".encode("cp1251"), None, "Москва"),
        (b'<meta charset="utf-8">\xe9', None, "é"),
        (b"<p>caf\xe9</p>", "text/html; charset=rot13", "<p>café</p>"),
        ("é".encode(), "text/html; charset=nonsense", "é"),
        ("東京".encode("shift_jis"), 'text/html; charset="Shift_JIS"', "東京"),
    ],
)
def test_charsets_of_pages(page: bytes, stated: str | None, text: str) -> None:
    assert decode_page(page, stated).endswith(text)


def test_arrays_and_single_documents(tmp_path: Path) -> None:
    array = write(tmp_path / "array.json", b'[{"text": "a"},\n 3]')
    spread = write(tmp_path / "one.json", b'{\n "text": "b"\n}')
    lines = write(tmp_path / "lines.json", b'{"text":"c"}\n{"text":"d"}\n')
    broken = write(tmp_path / "broken.json", b'{\n "text": "b"\n')
    values = [entry.value for entry in read(array, spread, lines, broken)]
    assert values == [
        b'{"text":"a"}',
        b"3",
        b'{\n "text": "b"\n}',
        b'{"text":"c"}',
        b'{"text":"d"}',
        b'{\n "text": "b"\n',
    ]


@pytest.mark.parametrize(
    ("name", "head", "form"),
    [
        ("A.HTML", b"", Format.HTML),
        ("a.ndjson.gz", b"", Format.JSONL),
        ("stdin", b"", Format.JSONL),
        ("stdin", b"<!doctype html>", Format.HTML),
        ("stdin", b"\xef\xbb\xbf  \n<html>", Format.HTML),
        ("stdin", b'{"text": "a"}\n', Format.JSONL),
        ("stdin", b'{"text": "a', Format.JSONL),
        ("stdin", b'{"text": "broken\n{"text": "also broken\n', Format.JSONL),
        ("stdin", b'not json at all\n{"text": "a"}\n', Format.JSONL),
        ("stdin", b'{\n  "text": "a"\n}', Format.JSON),
        ("stdin", b'[\n{"text": "a"}]', Format.JSON),
        ("stdin", b"[Jakarta] Presiden tiba.", Format.TEXT),
        ("stdin", b"Presiden tiba.", Format.TEXT),
        ("stdin", b"WARC/1.0\r\n", Format.WARC),
        ("stdin", b"\xff\xfeP\x00", Format.TEXT),
    ],
)
def test_the_format_is_found(name: str, head: bytes, form: Format) -> None:
    assert choose_format(name, head) is form


@given(st.binary(max_size=500))
def test_sniffing_any_bytes_gives_a_format(head: bytes) -> None:
    assert sniff(head) in READERS


def warc(*responses: tuple[str, str, str, bytes], zipped: bool = True) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=zipped)
    for url, status, content_type, body in responses:
        headers = StatusAndHeaders(
            status, [("Content-Type", content_type), ("X-Cache", "a"), ("X-Cache", "b")], "HTTP/1.0"
        )
        writer.write_record(
            writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": "2026-01-02T03:04:05Z"},
            )
        )
    return buffer.getvalue()


def test_an_archive_gives_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        warc(
            ("http://e.org/1", "200 OK", "text/html; charset=iso-8859-1", "<p>Café</p>".encode("latin-1")),
            ("http://e.org/2", "404 Not Found", "text/html", b"gone"),
            ("http://e.org/3", "200 OK", "image/png", b"\x89PNG"),
            ("http://e.org/4", "200 OK", "text/html", b"x" * (LIMIT + 1)),
        )
    )
    page, huge = read(path)
    assert orjson.loads(page.value) == {
        "html": "<p>Café</p>",
        "url": "http://e.org/1",
        "fetched_at": "2026-01-02T03:04:05Z",
        "content_type": "text/html; charset=iso-8859-1",
        "headers": {"Content-Type": "text/html; charset=iso-8859-1", "X-Cache": "a, b"},
    }
    assert page.origin == f"{path}#1"
    assert isinstance(huge, Unreadable)
    assert huge.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("cut", [10, 50, 250, 400])
@pytest.mark.parametrize("zipped", [False, True])
def test_an_archive_that_was_cut_off_is_said(tmp_path: Path, cut: int, *, zipped: bool) -> None:
    page = ("http://e.org/1", "200 OK", "text/html", b"<p>%s</p>" % (b"berita " * 50))
    data = warc(page, page, zipped=zipped)
    path = tmp_path / "a.warc"
    path.write_bytes(data[:-cut])
    *_, last = read(path)
    assert isinstance(last, Unreadable)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.jsonl.gz", "a.txt.gz", "a.html.gz"])
@pytest.mark.parametrize(
    "data", [b"not what the name says", gzip.compress(b'{"id": 1}\n' * 5000, mtime=0)[:60]], ids=["other", "cut short"]
)
def test_a_damaged_file_is_said_and_the_next_file_is_read(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    *_, damaged, last = read(tmp_path / name, write(tmp_path / "b.txt", b"fine"))
    assert isinstance(damaged, Unreadable)
    assert name in damaged.origin
    assert isinstance(last, Entry)


def test_a_gzip_bomb_stays_small(tmp_path: Path) -> None:
    (reading,) = read(write(tmp_path / "bomb.txt.gz", bytes(50_000_000)))
    assert isinstance(reading, Unreadable)
    assert reading.reason is Reason.TOO_LARGE


def test_a_folder_is_read_in_order_and_only_what_is_known(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.txt", "picture.png", ".hidden/d.txt", ".e.txt"):
        write(tmp_path / name, name.encode())
    texts = [orjson.loads(entry.value)["text"] for entry in read(tmp_path)]
    assert texts == ["a.txt", "b.txt", "sub/c.txt"]


def test_names_that_cannot_be_read_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.txt: no such file"):
        check_paths([str(write(tmp_path / "a.txt", b"a")), str(tmp_path / "nowhere.txt")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no articles in this folder"):
        check_paths([str(tmp_path / "empty")])
    check_paths(["-", str(tmp_path)])
