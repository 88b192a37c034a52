"""The enrichment model: sentences in, entity mentions, sentiments and vectors out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from streams.nlp.annotations import Annotation, Mention, Probabilities
from streams.nlp.artifact import SHIPPED, Artifact, read_artifact
from streams.nlp.decoding import TagDecoder, fold, log_softmax
from streams.nlp.edges import trimmed
from streams.nlp.furniture import is_no_entity
from streams.nlp.inference import Logits, infer
from streams.nlp.labels import FOLDED
from streams.nlp.pieces import Pieces, read_pieces

__all__ = ["Model"]

Floats = NDArray[np.float32]
_NO_WORDS = Probabilities(0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence on its way: ``full [W,K]`` and ``scores [W,L]`` are log probabilities of its words, before and after folding."""

    text: str
    pieces: Pieces
    logits: Logits
    full: Floats
    scores: Floats


class Model:
    """One encoder, four heads, one forward pass. Safe to share between threads."""

    def __init__(self, artifact: Artifact) -> None:
        """Use an opened model folder; :meth:`load` opens one."""
        self.name = artifact.description.name
        self.version = artifact.version
        self._artifact = artifact
        self._tags = artifact.description.tags
        types = {tag[2:] for tag in self._tags}
        self._folded = {one: other for one, other in FOLDED.items() if {one, other} <= types}
        self._decoder = TagDecoder(fold(np.zeros((0, len(self._tags)), np.float32), self._tags, self._folded)[1])
        self._temperatures = artifact.description.temperatures

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 1) -> Self:
        """Load the model in ``folder`` (None: the shipped one), to compute with ``threads`` threads.

        Raises :class:`~streams.nlp.errors.ModelError`, which names the file and what is missing or does not fit.
        """
        return cls(read_artifact(folder or SHIPPED, threads))

    def annotate(self, sentences: Sequence[str]) -> list[Annotation]:
        """Annotate sentences (of any number of articles: they are batched by length); the order is kept.

        Any ``str`` gets an answer in time linear in its length. A sentence longer than the encoder's window is read in
        overlapping windows. A run of more than 256 characters without white space is read as one unknown word.
        """
        read = self._read(sentences)
        tags = self._decoder.best([one.scores for one in read])
        return [self._annotation(one, path) for one, path in zip(read, tags, strict=True)]

    def towards(
        self, sentences: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Probabilities]]:
        """The sentiment of each sentence towards given spans (code points; several for each sentence)."""
        pieces = [read_pieces(sentence, self._artifact.tokenizer) for sentence in sentences]
        logits = infer(pieces, self._artifact)
        return [
            [self._towards(logit.target[one.at(start, end)]) for start, end in given]
            for one, logit, given in zip(pieces, logits, spans, strict=True)
        ]

    def _towards(self, target: Floats) -> Probabilities:
        """From the logits of a mention's pieces; where there are none, nothing is known."""
        return self._probabilities(target.mean(axis=0), "target") if len(target) else _NO_WORDS

    def _read(self, sentences: Sequence[str]) -> list[_Read]:
        if not sentences:
            return []
        pieces = [read_pieces(sentence, self._artifact.tokenizer) for sentence in sentences]
        logits = infer(pieces, self._artifact)
        # Each word is read at the piece in which it begins.
        words = [answer.tags[one.first] for one, answer in zip(pieces, logits, strict=True)]
        full = log_softmax(np.concatenate(words) / np.float32(self._temperatures["tags"]))
        scores, _left = fold(full, self._tags, self._folded)
        ends = np.cumsum([len(one) for one in words])[:-1]
        parts = zip(sentences, pieces, logits, np.split(full, ends), np.split(scores, ends), strict=True)
        return [_Read(*part) for part in parts]

    def _annotation(self, read: _Read, tags: NDArray[np.int64]) -> Annotation:
        mentions = tuple(self._mention(span, read) for span in self._spans(read, tags))
        sentiment = self._probabilities(read.logits.sentiment, "sentiment") if len(tags) else _NO_WORDS
        vector = read.logits.vector / max(float(np.linalg.norm(read.logits.vector)), 1e-12)
        return Annotation(mentions, sentiment, tuple(vector.tolist()))

    def _spans(self, read: _Read, tags: NDArray[np.int64]) -> Iterator[tuple[int, int, str]]:
        """The entities of a sentence in words, without what is none."""
        spans, text = read.pieces.spans, read.text
        # Where the sentence has capitals, a name has one; lower-cased text gives no such hint.
        cased = not text.islower()
        for start, end, type_ in self._decoder.spans(tags):
            skipped, length = trimmed([text[one:other] for one, other in spans[start:end]])
            first, past = start + skipped, start + length
            name = text[spans[first, 0] : spans[past - 1, 1]] if first < past else ""
            if not is_no_entity(name) and not (cased and name.islower()):
                yield first, past, type_

    def _mention(self, span: tuple[int, int, str], read: _Read) -> Mention:
        first, past, type_ = span
        columns = [index for index, name in enumerate(self._decoder.types) if name == type_]
        certainty = np.exp(read.scores[first:past, columns]).sum(axis=1).min()
        pieces = read.pieces
        return Mention(
            int(pieces.spans[first, 0]),
            int(pieces.spans[past - 1, 1]),
            type_,
            min(float(certainty), 1.0),
            self._towards(read.logits.target[pieces.first[first] : pieces.last[past - 1] + 1]),
            acting=self._is_folded(read.full[first:past], type_),
        )

    def _is_folded(self, full: Floats, type_: str) -> bool:
        """Whether most of the probability of a mention's words comes from a type that was folded into its own."""
        mass = np.exp(full).sum(axis=0)
        own = sum(mass[index] for index, tag in enumerate(self._tags) if tag[2:] == type_)
        joined = sum(mass[index] for index, tag in enumerate(self._tags) if self._folded.get(tag[2:]) == type_)
        return bool(joined > own)

    def _probabilities(self, logits: Floats, head: str) -> Probabilities:
        values = np.exp(log_softmax(logits.astype(np.float64) / self._temperatures[head]))
        return Probabilities(*(values / values.sum()).tolist())
