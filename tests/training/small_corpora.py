"""A data folder of the real layout with a few dozen made-up sentences in each corpus."""

from __future__ import annotations

import csv
import gzip
import json
import random
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

COUNT = 60
_PEOPLE = ("Sri Mulyani", "Joko Widodo", "Anies Baswedan", "Kate Gallego", "Andri")
_BODIES = ("Bank Indonesia", "Pertamina", "PBB", "Mahkamah Agung", "Reuters")
_PLACES = ("Jakarta", "Solo", "Amur", "Belfast", "Nusa Tenggara")
_DEEDS = {
    "positive": "memuji kinerja {body} yang sangat baik di {place}",
    "neutral": "bertemu {body} di {place} pada hari Selasa",
    "negative": "mengecam kerugian besar {body} akibat banjir di {place}",
}
_LOCAL = {"positive": "positif", "neutral": "netral", "negative": "negatif"}
_POLARITY = {"positive": 6.0, "neutral": 4.0, "negative": 2.0}

Sentence = tuple[str, str, list[tuple[str, str]]]


def write_corpora(folder: Path) -> None:
    """Write every file that the training reads below ``folder``."""
    draw = random.Random(5)  # noqa: S311 - no secret
    entities = {
        "ner/id/nergrit/{}.txt": ("PERSON", "ORGANISATION", "PLACE"),
        "ner/id/idner-news-2k/{}.txt": ("PER", "ORG", "LOC"),
        "ner/id/nerp/{}.txt": ("PPL", "IND", "PLC"),
        "ner/en/wikigold/wikigold.conll.txt": ("PER", "ORG", "LOC"),
        "ner/en/crossner-politics/{}.txt": ("politician", "organisation", "country"),
    }
    for pattern, names in entities.items():
        for split in ("train", "valid", "dev"):
            _write(folder / pattern.format(split), _conll(_sentences(draw), names, lower="nerp" in pattern))
    _write_sentiment(folder / "sentiment", draw)
    texts = [text for text, _mood, _tags in _sentences(draw)]
    _write(folder / "load/detik-2026.csv.gz", _table(("judul", "isi"), ((text, f"{text} {text}") for text in texts)))
    for name in ("ntrex-id", "ntrex-en", "wikinews-en"):
        _write(folder / f"articles/{name}.jsonl.gz", json.dumps({"lines": texts}) + "\n")


def _write_sentiment(folder: Path, draw: random.Random) -> None:
    dated = ((text, f"2024/01/{day % 28 + 1:02}", _LOCAL[mood]) for day, (text, mood, _) in enumerate(_sentences(draw)))
    _write(folder / "id/cnbc-headlines/train.csv", _table(("judul", "tanggal", "sentimen"), dated))
    for split in ("train", "valid"):
        rows = "".join(f"{text.lower()}\t{mood}\n" for text, mood, _tags in _sentences(draw))
        _write(folder / f"id/smsa/{split}.tsv.gz", rows)
        for language in ("id", "en"):
            numbered = ((index, text, mood) for index, (text, mood, _) in enumerate(_sentences(draw)))
            _write(folder / language / f"nusax/{split}.csv", _table(("id", "text", "label"), numbered))
    lines = (_target(number, sentence) for number, sentence in enumerate(_sentences(draw)))
    _write(folder / "en/newsmtsc/train.jsonl.gz", "".join(lines))


def _target(number: int, sentence: Sentence) -> str:
    text, mood, tags = sentence
    whole = f"{number}: {text}"
    start = whole.index(tags[0][0])
    target = {"from": start, "to": start + len(tags[0][0]), "polarity": _POLARITY[mood]}
    return json.dumps({"sentence_normalized": whole, "targets": [target]}) + "\n"


def _sentences(draw: random.Random) -> list[Sentence]:
    """Text, mood, and the words with their tags over the types 0, 1 and 2."""
    found = []
    for _ in range(COUNT):
        person, body, place = (draw.choice(names) for names in (_PEOPLE, _BODIES, _PLACES))
        mood = draw.choice(list(_DEEDS))
        text = f"{person} {_DEEDS[mood].format(body=body, place=place)} ."
        found.append((text, mood, _tags(text, (person, body, place))))
    return found


def _tags(text: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    tags, rest = [], text
    while rest:
        name, label = next(((name, f"-{kind}") for kind, name in enumerate(names) if rest.startswith(name)), ("", "O"))
        words = (name or rest.split(" ", 1)[0]).split()
        tags += [(word, label if label == "O" else "BI"[place > 0] + label) for place, word in enumerate(words)]
        rest = rest[len(" ".join(words)) :].lstrip()
    return tags


def _conll(sentences: list[Sentence], names: tuple[str, str, str], *, lower: bool) -> str:
    change: Callable[[str], str] = str.lower if lower else str
    blocks = (
        "".join(f"{change(word)}\t{tag if tag == 'O' else tag[:2] + names[int(tag[2:])]}\n" for word, tag in tags)
        for _text, _mood, tags in sentences
    )
    return "\n".join(blocks)


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    file = StringIO()
    csv.writer(file).writerows([header, *rows])
    return file.getvalue()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = text.encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
