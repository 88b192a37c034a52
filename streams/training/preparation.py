"""What a run starts from: the corpora, the pruned vocabulary, the pretrained network."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from streams.nlp.labels import TAGS
from streams.training.encoder import Network, Shape
from streams.training.mixture import Mixture, raw_texts
from streams.training.vocabulary import kept_pieces, pruned_tokenizer
from streams.training.weights import Pretrained, read_pretrained

__all__ = ["Start", "prepare"]

# All pieces that the corpora use, and single characters: about 35,000; names fill up the rest.
_PIECES = 36_000
_WINDOW = 512


@dataclass(frozen=True, slots=True)
class Start:
    """Corpora, tokenizer, and the rows that its pieces have in the pretrained vocabulary."""

    mixture: Mixture
    tokenizer: Tokenizer
    pretrained: Pretrained
    kept: list[int]

    def network(self, exits: tuple[int, ...]) -> Network:
        """The pretrained network, as deep as the last exit, with fresh heads."""
        p = self.pretrained
        network = Network(
            Shape(p.hidden, p.heads, p.feed_forward, p.epsilon, len(self.kept), _WINDOW, exits, len(TAGS))
        )
        network.encoder.load_pretrained(p, self.kept)
        return network


def prepare(data: Path, *, without: frozenset[str] = frozenset()) -> Start:
    """Read the corpora below ``data`` and prune the vocabulary to them; ``without`` keeps corpora for a transfer test."""
    mixture = Mixture.read(data, without=without)
    pretrained = read_pretrained()
    kept = kept_pieces(pretrained, _texts(mixture, data), _PIECES)
    return Start(mixture, pruned_tokenizer(pretrained, kept), pretrained, kept)


def _texts(mixture: Mixture, data: Path) -> Iterator[str]:
    """Everything that the vocabulary must spell; lower-cased sentences in both cases."""
    yield from raw_texts(data)
    for known, _known in mixture.plain.values():
        yield from (example.text for example in known)
    for tagged, _dev in mixture.tagged.values():
        for sentence in tagged:
            yield " ".join(sentence.tokens)
            if sentence.lower_cased:
                yield " ".join(mixture.truecaser.restore(sentence))
