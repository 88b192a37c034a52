"""How good a network is on the development sets: entity F1 (strict spans), macro F1 of the sentiments."""

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from streams.nlp.decoding import TagDecoder, fold, log_softmax
from streams.nlp.labels import FOLDED, TAGS
from streams.training.batches import Batch, Encoded, batches, encode
from streams.training.corpora import TAGGED
from streams.training.encoder import Network, Outputs
from streams.training.losses import mentions
from streams.training.mixture import Mixture

__all__ = ["macro_f1", "score_all"]

_PIECES = 4000
_MOST = 400  # sentences of the large and less important sets that are looked at between rounds


def score_all(network: Network, mixture: Mixture, tokenizer: Tokenizer) -> list[dict[str, float]]:
    """Per exit, per corpus: F1 in percent, on at most a few hundred held-out examples of each corpus."""
    network.eval()
    results: list[dict[str, float]] = [{} for _ in network.shape.exits]
    for name in (*mixture.tagged, *mixture.plain):
        examples = mixture.development(name)
        examples = examples if name in ("nergrit", "idner", "cnbc", "newsmtsc", "smsa") else examples[:_MOST]
        for result, value in zip(results, _score(network, encode(examples, tokenizer), name), strict=True):
            result[name] = round(100 * value, 2)
    network.train()
    return results


def _score(network: Network, encoded: list[Encoded], name: str) -> list[float]:
    if name in TAGGED:
        ignored = set(TAGGED[name].unmarked)
        return [_entity_f1(pairs, ignored) for pairs in _spans(network, encoded, ignored)]
    return [macro_f1(gold, guess) for gold, guess in _classes(network, encoded)]


Tags = NDArray[np.int64]
Pairs = list[tuple[Tags, Tags]]
_DECODER = TagDecoder(TAGS)


def _spans(network: Network, encoded: list[Encoded], ignored: set[str]) -> list[Pairs]:
    """Per exit: gold and predicted tags of the words of every sentence."""
    folded = {one: other for one, other in FOLDED.items() if one not in ignored}
    results: list[Pairs] = [[] for _ in network.shape.exits]
    with torch.no_grad(), torch.autocast(_device(network).type, torch.bfloat16):
        for batch in (one.to(_device(network)) for one in batches(encoded, _PIECES)):
            where = [(row.sum(-1) > 0).nonzero()[:, 0] for row in batch.tags]
            # The first possible tag: O before the types that a corpus leaves out.
            gold = [row[at].argmax(-1).cpu().numpy() for row, at in zip(batch.tags, where, strict=True)]
            for result, outputs in zip(results, network(batch.ids, batch.mask), strict=True):
                logits = [row[at].float().cpu().numpy() for row, at in zip(outputs.tags, where, strict=True)]
                result.extend(zip(gold, _decode(logits, folded), strict=True))
    return results


def _decode(logits: list[NDArray[np.float32]], folded: dict[str, str]) -> list[Tags]:
    """Best tags as indices into TAGS."""
    pairs = [fold(log_softmax(one), TAGS, folded) for one in logits]
    names = pairs[0][1]
    back = np.array([TAGS.index(name) for name in names])
    return [back[path] for path in TagDecoder(names).best([scores for scores, _names in pairs])]


def _entity_f1(pairs: Pairs, ignored: set[str]) -> float:
    right = gold_count = guess_count = 0
    for gold, guess in pairs:
        expected = {span for span in _DECODER.spans(gold) if span[2] not in ignored}
        found = {span for span in _DECODER.spans(guess) if span[2] not in ignored}
        right += len(expected & found)
        gold_count += len(expected)
        guess_count += len(found)
    return 2 * right / max(gold_count + guess_count, 1)


def _classes(network: Network, encoded: list[Encoded]) -> list[tuple[list[int], list[int]]]:
    results: list[tuple[list[int], list[int]]] = [([], []) for _ in network.shape.exits]
    with torch.no_grad(), torch.autocast(_device(network).type, torch.bfloat16):
        for batch in (one.to(_device(network)) for one in batches(encoded, _PIECES)):
            for (gold, guess), outputs in zip(results, network(batch.ids, batch.mask), strict=True):
                labels, logits = _labelled(outputs, batch)
                gold.extend(labels)
                guess.extend(logits.argmax(-1).tolist())
    return results


def _labelled(outputs: Outputs, batch: Batch) -> tuple[list[int], torch.Tensor]:
    if len(batch.targets):
        return batch.targets.tolist(), mentions(outputs, batch)
    return batch.sentiment.tolist(), outputs.sentiment


def _device(network: Network) -> torch.device:
    return network.encoder.word.weight.device


def macro_f1(gold: Iterable[int], guess: Iterable[int], classes: int = 3) -> float:
    """Unweighted mean of the classes' F1, 0..1."""
    table = np.zeros((classes, classes))
    np.add.at(table, (list(gold), list(guess)), 1)
    return float(np.mean(2 * table.diagonal() / np.maximum(table.sum(0) + table.sum(1), 1)))
