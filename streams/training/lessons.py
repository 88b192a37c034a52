"""The batches of a round, with a teacher's answers where there is one."""

import logging
import random
from dataclasses import dataclass

import torch

from streams.training.batches import Batch, batches, encode
from streams.training.encoder import Network, Outputs
from streams.training.examples import Example
from streams.training.plan import Run, device

__all__ = ["Lesson", "answered", "fresh"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A batch, and what the teacher says of it."""

    batch: Batch
    taught: Outputs | None


def fresh(run: Run, random_: random.Random) -> list[Lesson]:
    """The lessons of one round without a teacher."""
    return [Lesson(batch, None) for batch in _batches(run, random_)]


def _batches(run: Run, random_: random.Random) -> list[Batch]:
    examples = run.mixture.round(random_, run.shares)
    count = min(run.plan.unlabelled, len(run.unlabelled))
    examples += [Example(text) for text in random_.sample(run.unlabelled, count)]
    found = batches(encode(examples, run.tokenizer), run.plan.pieces, random_)
    return [batch.to(device()) for batch in found]


def answered(run: Run) -> list[list[Lesson]]:
    """A few renderings of the mixture with the teacher's answers: asking once costs less than in every round."""
    sets = []
    for number in range(run.plan.renderings):
        random_ = random.Random(f"{run.plan.seed}/rendering/{number}")  # noqa: S311 - sampling, no secret
        sets.append([Lesson(batch, _ask(run.teacher, batch)) for batch in _batches(run, random_)])
        logger.info("rendering %d of %d answered", number + 1, run.plan.renderings)
    return sets


def _ask(teacher: Network | None, batch: Batch) -> Outputs | None:
    if teacher is None:
        return None
    with torch.no_grad(), torch.autocast(batch.ids.device.type, torch.bfloat16):
        answer: Outputs = teacher(batch.ids, batch.mask)[-1]
    return answer
