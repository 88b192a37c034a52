"""The training loop: rounds over the mixture, a checkpoint after each, resumable."""

import json
import logging
import random
import time
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from streams.training.batches import mask_pieces
from streams.training.lessons import Lesson, answered, fresh
from streams.training.losses import distillation, supervised
from streams.training.optimisation import parameter_groups, schedule
from streams.training.plan import Run, device
from streams.training.scoring import score_all

__all__ = ["train"]

logger = logging.getLogger(__name__)
# Of the supervised loss, the part that a shallow exit's weighs beside the deepest one's.
_SHALLOW = 0.5


def train(run: Run) -> None:
    """Train the run's network; continue from its folder's ``checkpoint.pt`` where there is one."""
    run.folder.mkdir(parents=True, exist_ok=True)
    (run.folder / "plan.json").write_text(json.dumps(asdict(run.plan), indent=1))
    run.network.to(device())
    optimizer = torch.optim.AdamW(
        parameter_groups(run.network, run.plan), weight_decay=run.plan.weight_decay, fused=True
    )
    peaks = [group["lr"] for group in optimizer.param_groups]
    first = _resume(run, optimizer)
    sets = answered(run) if run.teacher is not None and first < run.plan.rounds else []
    for number in range(first, run.plan.rounds):
        started = time.monotonic()
        random_ = random.Random(f"{run.plan.seed}/{number}")  # noqa: S311 - sampling, no secret
        torch.manual_seed(run.plan.seed * 1000 + number)
        # A copy: a round's order must not depend on whether the one before it ran in this process.
        lessons = list(sets[number % len(sets)]) if sets else fresh(run, random_)
        random_.shuffle(lessons)
        losses = _round(run, optimizer, peaks, number, lessons)
        _report(run, number, losses, time.monotonic() - started)
        _save(run, optimizer, number + 1)


def _round(
    run: Run, optimizer: torch.optim.Optimizer, peaks: list[float], number: int, lessons: list[Lesson]
) -> list[float]:
    losses = []
    for step, lesson in enumerate(lessons):
        progress = (number + step / len(lessons)) / run.plan.rounds
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * schedule(progress, run.plan.warm_up)
        losses.append(_step(run, optimizer, lesson))
    return losses


def _step(run: Run, optimizer: torch.optim.Optimizer, lesson: Lesson) -> float:
    loss = _loss(run, lesson)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _loss(run: Run, lesson: Lesson) -> Tensor:
    batch = lesson.batch
    with torch.autocast(batch.ids.device.type, torch.bfloat16):
        *shallow, deepest = run.network(mask_pieces(batch, run.plan.masked), batch.mask)
    loss = supervised(deepest, batch)
    for outputs in shallow:
        loss = loss + _SHALLOW * supervised(outputs, batch) + run.plan.distil * distillation(outputs, deepest, batch)
    if lesson.taught is not None:
        loss = loss + run.plan.distil * distillation(deepest, lesson.taught, batch)
    return loss


def _resume(run: Run, optimizer: torch.optim.Optimizer) -> int:
    path = run.folder / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True, map_location=device())
    run.network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["rounds"])


def _save(run: Run, optimizer: torch.optim.Optimizer, rounds: int) -> None:
    """Write beside the old checkpoint, then take its place: a run that is killed leaves one of the two whole."""
    state = {"network": run.network.state_dict(), "optimizer": optimizer.state_dict(), "rounds": rounds}
    torch.save(state, run.folder / "next.pt")
    (run.folder / "next.pt").rename(run.folder / "checkpoint.pt")


def _report(run: Run, number: int, losses: list[float], seconds: float) -> None:
    line: dict[str, Any] = {
        "round": number + 1, "steps": len(losses), "seconds": round(seconds), "loss": round(sum(losses) / len(losses), 4)
    }  # fmt: skip
    if (number + 1) % run.plan.score_every == 0 or number + 1 == run.plan.rounds:
        line["scores"] = score_all(run.network, run.mixture, run.tokenizer)
    logger.info("%s", json.dumps(line))
    with (run.folder / "log.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
