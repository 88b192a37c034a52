"""What a training run does, and with what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from tokenizers import Tokenizer

from streams.training.encoder import Network
from streams.training.mixture import SHARES, Mixture

__all__ = ["Plan", "Run", "device"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does: ``rate`` is the peak learning rate of the top layer; each layer below learns ``decay`` times that.

    ``pieces``: size of a batch; ``masked``: share of pieces hidden; ``distil``: weight of what is learned from a deeper
    network; ``unlabelled``: sentences without labels in a round; ``renderings``: of the mixture that a teacher answers once,
    and that the rounds then take in turn.
    """

    rounds: int = 8
    pieces: int = 1600
    rate: float = 1.2e-4
    head_rate: float = 6e-4
    decay: float = 0.92
    warm_up: float = 0.06
    weight_decay: float = 0.01
    masked: float = 0.05
    distil: float = 1.0
    unlabelled: int = 0
    renderings: int = 2
    seed: int = 13
    score_every: int = 2


@dataclass(frozen=True, slots=True)
class Run:
    """A network to train in place, on what, and where its checkpoints lie; ``teacher`` stays as it is."""

    network: Network
    mixture: Mixture
    tokenizer: Tokenizer
    plan: Plan
    folder: Path
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)
    teacher: Network | None = None
    unlabelled: Sequence[str] = ()


def device() -> torch.device:
    """The GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
