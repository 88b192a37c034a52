"""How fast a model reads articles: text to sentences, entities, sentiments and vectors, nothing left out."""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.nlp.model import Model
from streams.nlp.sentences import split_sentences

__all__ = ["Speed", "cut_to_words", "measure", "peak_memory", "reader"]


@dataclass(frozen=True, slots=True)
class Speed:
    """Articles and words a second over ``articles`` articles, ``batch`` of them at a time; ``seconds`` of wall time."""

    name: str
    batch: int
    articles: int
    words: int
    seconds: float

    @property
    def articles_per_second(self) -> float:
        """Articles in a second of wall time."""
        return self.articles / self.seconds

    @property
    def words_per_second(self) -> float:
        """White-space separated words in a second of wall time."""
        return self.words / self.seconds


def reader(model: Model, language: str) -> Callable[[Sequence[str]], object]:
    """What reads a list of bodies (plain texts) with ``model``, for :func:`measure`."""

    def read(bodies: Sequence[str]) -> object:
        return model.annotate([sentence.text for body in bodies for sentence in split_sentences(body, language)])

    return read


def measure(
    name: str, read: Callable[[Sequence[str]], object], articles: Sequence[str], *, batch: int, seconds: float
) -> Speed:
    """The speed of anything that reads a list of bodies, e.g. ``lambda bodies: list(spacy_pipeline.pipe(bodies))``.

    Raises ValueError where there are no articles.
    """
    if not articles:
        message = "no articles to read"
        raise ValueError(message)
    read(articles[:batch])  # the first call allocates
    count = words = 0
    started = time.perf_counter()
    for bodies in _batches(articles, batch):
        read(bodies)
        count += len(bodies)
        words += sum(len(body.split()) for body in bodies)
        elapsed = time.perf_counter() - started
        if elapsed >= seconds:
            break
    return Speed(name, batch, count, words, elapsed)


def _batches(articles: Sequence[str], batch: int) -> Iterator[Sequence[str]]:
    while True:
        for first in range(0, len(articles), batch):
            yield articles[first : first + batch]


def cut_to_words(body: str, words: int) -> str:
    """The first ``words`` words of ``body``, white space as it was."""
    position = 0
    for number, word in enumerate(body.split()):
        if number == words:
            break
        position = body.index(word, position) + len(word)
    return body[:position]


def peak_memory() -> int:
    """The largest resident memory that this process had, in bytes."""
    # Linux counts the parent's memory into a child's ru_maxrss at exec; the kernel's high-water mark is its own.
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) * 1024
    # macOS counts in bytes, the others in KiB.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
