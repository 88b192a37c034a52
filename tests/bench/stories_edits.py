"""What desks do to an article before they print it: pure functions over its sentences, driven by a seeded `Random`.

A telling (`Telling`) is one source's article. Each edit takes one and gives another; `COPIES` and `OTHERS` list what
makes a wire copy of it and what makes another article that only looks like one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    Edit = Callable[["Telling", "Telling", Random], "Telling"]

PARAGRAPH: Final = 2
"""Sentences that make a paragraph where the source has none."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One article.

    Attributes:
        id: its own.
        language: id or en.
        title: its headline.
        paragraphs: each of one or more sentences.
        time: seconds since 1970.
        source: who prints it.
        agency: whom it names as the agency, if anyone.
    """

    id: str
    language: str
    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    time: float
    source: str
    agency: str | None = None

    @property
    def text(self) -> str:
        """The body, paragraphs separated by a blank line."""
        return "\n\n".join(" ".join(paragraph) for paragraph in self.paragraphs)

    @property
    def sentences(self) -> list[str]:
        """All sentences in order."""
        return [sentence for paragraph in self.paragraphs for sentence in paragraph]


def fold(sentences: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Lay sentences out in paragraphs."""
    return tuple(tuple(sentences[at : at + PARAGRAPH]) for at in range(0, len(sentences), PARAGRAPH))


# --- edits that leave it the same article -------------------------------------------------------------------------

WORDINGS: Final = {
    "id": (
        ("mengatakan", "menyatakan"),
        ("ujarnya", "katanya"),
        ("jelasnya", "terangnya"),
        ("menurutnya", "kata dia"),
        ("namun", "tetapi"),
        ("tersebut", "itu"),
        ("sejumlah", "beberapa"),
        ("karena", "sebab"),
        ("saat ini", "kini"),
        ("agar", "supaya"),
        ("hingga", "sampai"),
        ("ia", "dia"),
        ("sebelumnya", "sebelum ini"),
        ("seperti", "layaknya"),
        ("menjadi", "jadi"),
        ("telah", "sudah"),
    ),
    "en": (
        ("said", "told reporters"),
        ("however", "but"),
        ("approximately", "about"),
        ("several", "some"),
        ("more than", "over"),
        ("because", "since"),
        ("began", "started"),
        ("also", "too"),
        ("according to", "as reported by"),
        ("announced", "stated"),
        ("killed", "dead"),
        ("following", "after"),
        ("around", "about"),
    ),
}
"""What an editor changes without thinking, by language."""

TAGS: Final = {
    "id": (
        "JAKARTA, KOMPAS.com - ",
        "REPUBLIKA.CO.ID, JAKARTA -- ",
        "Jakarta (ANTARA) - ",
        "Jakarta, CNN Indonesia -- ",
    ),
    "en": ("LONDON (AP) - ", "WASHINGTON (Reuters) - ", "(AFP) - ", "NEW YORK, Xinhua -- "),
}
TAILS: Final = {
    "id": (
        "Baca juga: Harga Emas Hari Ini Naik Lagi",
        "(antara/reuters)",
        "Sumber: Antara",
        "Ikuti berita kami di WhatsApp.",
    ),
    "en": (
        "Read more: What you need to know today",
        "(Reporting by our staff; editing by the desk)",
        "Source: AP",
        "Follow us.",
    ),
}


def cut(telling: Telling, other: Telling, random: Random) -> Telling:
    """Keep the first 35 to 80 %, as a page short of room does."""
    del other
    return _keep(telling, random.uniform(0.35, 0.8))


def cut_middle(telling: Telling, other: Telling, random: Random) -> Telling:
    """Keep the lead and leave out a third of the rest, anywhere."""
    del other
    lead, *rest = telling.sentences
    kept = [sentence for sentence in rest if random.random() > 1 / 3]
    return replace(telling, paragraphs=fold([lead, *kept]))


def retitle(telling: Telling, other: Telling, random: Random) -> Telling:
    """Give it another headline: words of its own lead, in another order."""
    del other
    words = telling.sentences[0].split()[:9]
    random.shuffle(words)
    return replace(telling, title=" ".join(words).strip(".,").capitalize())


def tag(telling: Telling, other: Telling, random: Random) -> Telling:
    """Put a dateline before it and a line of the page behind it."""
    del other
    opening, tail = random.choice(TAGS[telling.language]), random.choice(TAILS[telling.language])
    (first, *lead), *rest = telling.paragraphs
    return replace(telling, paragraphs=((opening + first, *lead), *rest, (tail,)))


def reorder(telling: Telling, other: Telling, random: Random) -> Telling:
    """Move paragraphs about behind the lead."""
    del other
    lead, *rest = telling.paragraphs
    for _ in range(max(1, len(rest) // 4)):
        rest.insert(random.randrange(len(rest) + 1), rest.pop(random.randrange(len(rest)))) if rest else None
    return replace(telling, paragraphs=(lead, *rest))


def reword(telling: Telling, other: Telling, random: Random) -> Telling:
    """Edit lightly: other words here and there, a clause in brackets left out, straight quotes for curly ones."""
    del other

    def edit(sentence: str) -> str:
        if random.random() < 1 / 3:
            sentence = re.sub(r"\s\([^)]{1,40}\)", "", sentence)
        for old, new in WORDINGS[telling.language]:
            if random.random() < 2 / 3:
                sentence = re.sub(rf"\b{old}\b", new, sentence)
        return sentence.translate({0x201C: '"', 0x201D: '"', 0x2019: "'", 0x2018: "'"})

    return replace(telling, paragraphs=tuple(tuple(map(edit, paragraph)) for paragraph in telling.paragraphs))


def add_quotes(telling: Telling, other: Telling, random: Random) -> Telling:
    """Add one's own reporting: sentences of another article, up to a third of this one, behind the lead."""
    own = telling.sentences
    count = max(1, round(len(own) * random.uniform(0.1, 0.33)))
    extra = random.sample(other.sentences, min(count, len(other.sentences)))
    at = random.randrange(1, len(own) + 1)
    return replace(telling, paragraphs=fold([*own[:at], *extra, *own[at:]]))


def merge(telling: Telling, other: Telling, random: Random) -> Telling:
    """Print it with another article below it, whole or most of it."""
    below = _keep(other, random.uniform(0.6, 1.0), fewest=4)
    return replace(telling, paragraphs=(*telling.paragraphs, *below.paragraphs))


def heavy(telling: Telling, other: Telling, random: Random) -> Telling:
    """Do what a busy desk does: cut to 40 to 60 %, reword, tag, retitle, and add a few sentences of one's own."""
    telling = _keep(telling, random.uniform(0.4, 0.6))
    extra = random.sample(other.sentences, min(max(1, len(telling.sentences) // 6), len(other.sentences)))
    telling = replace(telling, paragraphs=(*telling.paragraphs, tuple(extra)))
    return retitle(tag(reword(telling, other, random), other, random), other, random)


# --- what makes it another article ---------------------------------------------------------------------------------

OPPOSITES: Final = {
    "id": (
        ("menguat", "melemah"),
        ("naik", "turun"),
        ("menang", "kalah"),
        ("tertinggi", "terendah"),
        ("lebih", "kurang"),
    ),
    "en": (
        ("rose", "fell"),
        ("up", "down"),
        ("won", "lost"),
        ("higher", "lower"),
        ("gained", "slipped"),
        ("more", "less"),
    ),
}
DAYS: Final = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def another_day(telling: Telling, other: Telling, random: Random) -> Telling:
    """Write the report of another day on the same form: other numbers, days and directions; quotes left out or replaced."""
    days = dict(zip(DAYS[telling.language], (*DAYS[telling.language][1:], DAYS[telling.language][0]), strict=True))

    def edit(sentence: str) -> str:
        sentence = _NUMBER.sub(lambda found: _another(found[0], random), sentence)
        sentence = re.sub(rf"\b({'|'.join(days)})\b", lambda found: days[found[0]], sentence)
        for one, opposite in OPPOSITES[telling.language]:
            parts = re.split(rf"\b({one}|{opposite})\b", sentence)
            sentence = "".join({one: opposite, opposite: one}.get(part, part) for part in parts)
        return sentence

    lead, *rest = telling.sentences
    kept = [edit(sentence) for sentence in rest if random.random() < 0.8]
    fresh = random.sample(other.sentences, min(len(other.sentences), 1 + len(rest) // 8))
    return replace(telling, title=edit(telling.title), paragraphs=fold([edit(lead), *kept, *fresh]))


def next_of_series(telling: Telling, other: Telling, random: Random) -> Telling:
    """Write the next article of a series: `other`'s news, and the opening of this one below it as background.

    The background is a quarter to two fifths of both: more of this one would be its copy.
    """
    share = random.uniform(0.25, 0.4)
    news = other.sentences
    count = min(len(news) * share / (1 - share), len(telling.sentences) * share)
    background = telling.sentences[: max(1, int(count))]
    return replace(telling, title=other.title, paragraphs=fold([*news, *background]))


def is_full_of_numbers(telling: Telling) -> bool:
    """Whether it is a report that `another_day` can make another of: ten numbers, in two fifths of its sentences."""
    with_numbers = sum(bool(_NUMBER.search(sentence)) for sentence in telling.sentences)
    return len(set(_NUMBER.findall(telling.text))) >= 10 and with_numbers >= 0.4 * len(telling.sentences)


def same_people(telling: Telling, other: Telling, random: Random) -> Telling:
    """Write of another event with the same people: `other` with this one's names in the place of its own."""
    ours, theirs = _names(telling.text), _names(other.text)
    swap = dict(zip(theirs, ours, strict=False))
    if not swap:
        return next_of_series(telling, other, random)
    pattern = re.compile("|".join(sorted(map(re.escape, swap), key=len, reverse=True)))

    def edit(sentence: str) -> str:
        return pattern.sub(lambda found: swap[found[0]], sentence)

    paragraphs = tuple(tuple(map(edit, paragraph)) for paragraph in other.paragraphs)
    return replace(telling, title=edit(other.title), paragraphs=paragraphs)


COPIES: Final[tuple[Edit, ...]] = (cut, cut_middle, retitle, tag, reorder, reword, add_quotes, merge, heavy)
OTHERS: Final[tuple[Edit, ...]] = (next_of_series, same_people)

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)+")


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(_NAME.findall(text)))


def _another(number: str, random: Random) -> str:
    """Return a number of the same form with other digits."""
    digits = [str(random.randrange(1, 10)) if each.isdigit() else each for each in number]
    return "".join(digits) if "".join(digits) != number else str(random.randrange(1, 10)) + number[1:]


def _keep(telling: Telling, share: float, fewest: int = 3) -> Telling:
    sentences = telling.sentences
    return replace(telling, paragraphs=fold(sentences[: max(fewest, round(len(sentences) * share))]))
