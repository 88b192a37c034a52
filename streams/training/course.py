"""The course of the training: three stages, each a network that learns from the one before it.

deep (12 layers, heads at two depths) -> shallow (its lower 6) -> narrow (the same with fewer feed-forward neurons)
"""

import random
from collections.abc import Sequence
from pathlib import Path

from streams.nlp.sentences import split_sentences
from streams.training.batches import batches, encode
from streams.training.encoder import Network
from streams.training.examples import Example
from streams.training.learning import train
from streams.training.mixture import SHARES, raw_texts
from streams.training.narrowing import narrowed
from streams.training.plan import Plan, Run, device
from streams.training.preparation import Start

__all__ = ["DEEP", "NARROW", "SHALLOW", "read_sentences", "run_course", "run_narrow"]

_SHALLOW, _DEEP = 6, 12
# Of 1536 neurons of a feed-forward layer: 1.24 times the articles a second.
_WIDTH = 896
DEEP = Plan(rounds=6, score_every=3)
SHALLOW = Plan(rounds=8, rate=1e-4, head_rate=3e-4, decay=0.95, unlabelled=2500, seed=17)
NARROW = Plan(rounds=8, rate=1e-4, head_rate=3e-4, decay=0.95, unlabelled=2000, seed=19, score_every=1)
# What is shipped sees more of cased Indonesian news and headlines, and less of the reviews until the last stage.
_SHALLOW_SHARES = {
    **SHARES, "nergrit": 1.5, "idner": 2.0, "nerp": 0.3, "cnbc": 1.0,
    "smsa": 0.25, "nusax-id": 1.0, "nusax-en": 1.0, "newsmtsc": 0.5,
}  # fmt: skip
_NARROW_SHARES = {**_SHALLOW_SHARES, "idner": 2.5, "smsa": 0.6, "nusax-en": 2.0, "wikigold": 1.0}
_SHORTEST, _LONGEST = 25, 400  # characters of a sentence that is worth learning from without labels
_SEEN = 600  # sentences on which neurons are compared


def run_course(start: Start, sentences: Sequence[str], work: Path) -> Network:
    """Run every stage that is not done yet, with checkpoints in folders of ``work``; return the last network."""
    deep = start.network((_SHALLOW, _DEEP))
    train(Run(deep, start.mixture, start.tokenizer, DEEP, work / "deep"))
    shallow = _lower_half(deep, start)
    train(
        Run(
            shallow, start.mixture, start.tokenizer, SHALLOW, work / "shallow",
            shares=_SHALLOW_SHARES, teacher=deep.eval().to(device()), unlabelled=sentences,
        )
    )  # fmt: skip
    return run_narrow(shallow, start, sentences, work)


def run_narrow(shallow: Network, start: Start, sentences: Sequence[str], work: Path) -> Network:
    """The last stage: what ``shallow`` knows in fewer neurons."""
    shallow = shallow.eval().to(device())
    seen = random.Random(NARROW.seed).sample(list(sentences), min(_SEEN, len(sentences)))  # noqa: S311 - no secret
    encoded = encode([Example(text) for text in seen], start.tokenizer)
    narrow = narrowed(shallow, _WIDTH, (batch.to(device()) for batch in batches(encoded, NARROW.pieces)))
    train(
        Run(
            narrow, start.mixture, start.tokenizer, NARROW, work / "narrow",
            shares=_NARROW_SHARES, teacher=shallow, unlabelled=sentences,
        )
    )  # fmt: skip
    return narrow


def read_sentences(data: Path) -> list[str]:
    """Sentences of unlabelled news below ``data``, in a stable order."""
    return [
        sentence.text
        for text in raw_texts(data)
        for sentence in split_sentences(text, "id")
        if _SHORTEST <= len(sentence.text) <= _LONGEST
    ]


def _lower_half(deep: Network, start: Start) -> Network:
    """The lower layers of the deep network with the heads of its shallow exit."""
    shallow = start.network((_SHALLOW,))
    own = shallow.state_dict()
    shallow.load_state_dict({name: value for name, value in deep.state_dict().items() if name in own})
    return shallow
