"""The mutator: every record is a function of its seed and number, so that what breaks can be made again."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

import orjson

from corpus import EVENT, TOKENS, records, texts
from streams.articles import RawArticle

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES: Final = ((0.0005, 2_000_000), (0.01, 200_000), (1.0, 20_000))
"""How large a mutated text may grow: one in two thousand to megabytes, one in a hundred to 200 kB."""
HEADER_VALUES: Final = (
    b"1.0",
    b"application/cloudevents+json",
    b"application/json; charset=latin-1",
    b"\xff",
    b"",
    None,
)
HEADER_NAMES: Final = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "traceparent")
FIELDS: Final = ("id", "url", "source", "title", "language", "published_at", "fetched_at", "content_type")
CHARSETS: Final = ("utf-8", "latin-1", "utf-16", "utf-16-be", "utf-32", "utf-7", "cp1252", "shift_jis")
LONE: Final = ("\ud800", "\udfff", "\udc80")
"""Halves of surrogate pairs: JSON cannot bring them in, a caller of `Enricher` can."""


def make_random(seed: int, number: int) -> Random:
    """Return the source of all that is drawn for one record."""
    return Random(f"{seed}/{number}")  # noqa: S311 - not for secrets


def make_value(random: Random) -> tuple[bytes, tuple[tuple[str, bytes | None], ...]]:
    """Return a mutated record value and its headers, for decode."""
    value = bytearray(random.choice(records()))
    for _ in range(random.randint(0, 5)):
        random.choice(BYTES)(random, value)
        del value[_limit(random) :]
    headers = [
        (random.choice(HEADER_NAMES), random.choice(HEADER_VALUES)) for _ in range(random.choice((0, 0, 0, 1, 4)))
    ]
    if random.random() < 0.05:
        headers += [(f"ce_{name}", text.encode()) for name, text in EVENT.items()]
    return bytes(value), tuple(headers)


def make_article(random: Random, *, lone: bool = False) -> RawArticle:
    """Return an article with mutated fields, for extract.

    Args:
        random: what draws.
        lone: may hold half surrogate pairs.
    """
    body = mutate(random, random.choice(texts()), lone=lone)
    likely = "html" if "<" in body[:200] else "text"
    fields: dict[str, Any] = {random.choice((*[likely] * 9, "html", "text")): body}
    for name in random.sample(FIELDS, random.choice((0, 0, 1, 3))):
        fields[name] = mutate(
            random,
            random.choice(
                ("https://e.org/a/b?utm_source=x&id=1#c", "Judul Berita", "id-ID", "2024-02-03T08:15:00+07:00")
            ),
            lone=lone,
        )
    return RawArticle(**fields)


def make_json(random: Random) -> bytes:
    """Return a record value that decode takes, for the whole pipeline."""
    article = make_article(random)
    return orjson.dumps({name: value for name in ("text", "html", *FIELDS) if (value := getattr(article, name))})


def mutate(random: Random, text: str, *, lone: bool = False) -> str:
    """Return the text after some mutations, bounded."""
    for _ in range(random.choice((0, 1, 1, 2, 3, 5, 8))):
        text = random.choice(TEXTS)(random, text)[: _limit(random)]
    if lone and random.random() < 0.2:
        text = insert_at(random, text, random.choice(LONE))
    return text


def _limit(random: Random) -> int:
    drawn = random.random()
    return next(size for share, size in SIZES if drawn < share)


def _span(random: Random, length: int) -> tuple[int, int]:
    start = random.randint(0, length)
    return start, min(length, start + random.choice((0, 1, 2, 8, 40, 200, 2000)))


def flip(random: Random, value: bytearray) -> None:
    for _ in range(random.randint(1, 4) if value else 0):
        value[random.randrange(len(value))] ^= 1 << random.randrange(8)


def cut(random: Random, value: bytearray) -> None:
    start, end = _span(random, len(value))
    del value[start:end]


def truncate(random: Random, value: bytearray) -> None:
    del value[random.randint(0, len(value)) :]


def put(random: Random, value: bytearray) -> None:
    at = random.randint(0, len(value))
    value[at:at] = random.choice((random.choice(TOKENS).encode(), random.randbytes(random.choice((1, 2, 5, 30)))))


def repeat(random: Random, value: bytearray) -> None:
    start, end = _span(random, len(value))
    value[end:end] = value[start:end] * random.choice((1, 2, 10, 1000))


def splice(random: Random, value: bytearray) -> None:
    other = random.choice(records())
    start, end = _span(random, len(other))
    at, until = _span(random, len(value))
    value[at:until] = other[start:end]


def nest(random: Random, value: bytearray) -> None:
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'{"data":', b"}")))
    depth = random.choice((3, 100, 1023, 1025, 5000))
    at = random.choice((0, random.randint(0, len(value))))
    value[at:at] = opening * depth
    value += closing * random.choice((depth, depth, 1))


BYTES: Final[tuple[Callable[[Random, bytearray], None], ...]] = (
    flip,
    flip,
    cut,
    truncate,
    put,
    put,
    repeat,
    splice,
    nest,
)


def insert_at(random: Random, text: str, piece: str) -> str:
    at = random.randint(0, len(text))
    return text[:at] + piece + text[at:]


def put_token(random: Random, text: str) -> str:
    times = random.choice((1, 1, 1, 2, 30, 3000))
    return insert_at(random, text, random.choice(TOKENS) * times)


def put_many(random: Random, text: str) -> str:
    for _ in range(random.choice((3, 30))):
        text = insert_at(random, text, random.choice(TOKENS))
    return text


def cut_text(random: Random, text: str) -> str:
    start, end = _span(random, len(text))
    return random.choice((text[:start] + text[end:], text[start:], text[:start]))


def repeat_text(random: Random, text: str) -> str:
    start, end = _span(random, len(text))
    return text[:end] + text[start:end] * random.choice((1, 3, 50, 3000)) + text[end:]


def splice_text(random: Random, text: str) -> str:
    other = random.choice(texts())
    start, end = _span(random, len(other))
    at, until = _span(random, len(text))
    return text[:at] + other[start:end] + text[until:]


def swap_characters(random: Random, text: str) -> str:
    found = random.choice(text) if text else ""
    return text.replace(
        found, chr(random.choice((random.randint(0, 0x2FF), random.randint(0, 0xD7FF)))), random.choice((1, 5, -1))
    )


def shuffle_lines(random: Random, text: str) -> str:
    lines = text.split("\n")
    random.shuffle(lines)
    return random.choice(("\n", "\r", " ", "\n\n", "\u2029")).join(lines)


def lie_about_charset(random: Random, text: str) -> str:
    named = text.replace('charset="utf-8"', f'charset="{random.choice(CHARSETS)}"')
    return named.encode(random.choice(CHARSETS), "replace").decode(random.choice(("utf-8", "latin-1")), "replace")


def nest_elements(random: Random, text: str) -> str:
    name, depth = (
        random.choice(("div", "b", "p", "ul><li", "table><tr><td", "svg", "font", "blockquote")),
        random.choice((5, 150, 300, 3000)),
    )
    at = random.choice((0, random.randint(0, len(text))))
    closing = f"</{name}>" * random.choice((0, depth))
    return text[:at] + f"<{name}>" * depth + text[at:] + closing


def add_attributes(random: Random, text: str) -> str:
    many = random.choice((3, 100, 1900, 3000))
    form = random.choice(("a{0}=1 ", "a{0}='<' ", 'a{0}="x" ', "a{0}/", "x ", 'a="' + "y" * 50))
    return insert_at(
        random, text, "<p " + "".join(form.format(each) for each in range(many)) + random.choice((">", "", "/>"))
    )


TEXTS: Final[tuple[Callable[[Random, str], str], ...]] = (
    *(put_token, put_token, put_many, put_many, cut_text, repeat_text, splice_text, splice_text),
    *(swap_characters, shuffle_lines, lie_about_charset, nest_elements, add_attributes),
)
