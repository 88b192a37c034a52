"""What `news-streams bench model` sets beside one another, each in processes of its own so that its memory is its own.

A contestant is opened and timed once on each core that it gets: a process a core, pinned to it where the system can, all
reading at the same time. That is how workers are scaled, and no library's own threads get in the way.
"""

from __future__ import annotations

import importlib
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from threading import BrokenBarrierError
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from streams.nlp.benchmark import Speed

LANGUAGE: Final = "id"
PATIENCE: Final = 300.0
"""Seconds in which every process must have opened its contestant."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """One of them.

    Attributes:
        option: of the command, for the message where it cannot be opened.
        open: returns its name and what reads a list of bodies; runs in another process.
    """

    option: str
    open: Callable[[], tuple[str, Callable[[Sequence[str]], object]]]


@dataclass(frozen=True, slots=True)
class Race:
    """What every contestant gets: bodies, how many at a time, and seconds for each of these."""

    bodies: Sequence[str]
    batches: Sequence[int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """Over all processes: articles and words a second, and the sum of their peak memory in bytes."""

    name: str
    cores: int
    batch: int
    articles_per_second: float
    words_per_second: float
    memory: int


def ours(folder: Path | None) -> tuple[str, Callable[[Sequence[str]], object]]:
    """Open a model folder (None: the shipped one). Raises ModelError."""
    from streams.nlp.benchmark import reader  # noqa: PLC0415
    from streams.nlp.model import Model  # noqa: PLC0415 - in the contestant's process only

    model = Model.load(folder)
    return f"{model.name} {model.version}", reader(model, LANGUAGE)


def in_torch(folder: Path | None) -> tuple[str, Callable[[Sequence[str]], object]]:
    """Open the same weights in float32 torch. Raises ModelError; ImportError where torch or onnx is not there."""
    from streams.nlp.benchmark import reader  # noqa: PLC0415 - in the contestant's process only

    # By name: the runtime does not depend on the training code, and this row is for those who have installed it.
    model = importlib.import_module("streams.training.torch_row").torch_model(folder)
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    return f"the same weights, fp32 torch {torch.__version__}", reader(model, LANGUAGE)


def in_spacy(name: str) -> tuple[str, Callable[[Sequence[str]], object]]:
    """Open an installed spaCy pipeline, or for `blank:xx` one that only splits words and sentences. Raises ImportError, OSError."""
    spacy: Any = importlib.import_module("spacy")
    if name.startswith("blank:"):
        pipeline = spacy.blank(name.removeprefix("blank:"))
        pipeline.add_pipe("sentencizer")
    else:
        pipeline = spacy.load(name)
    return f"spaCy {spacy.__version__} {name}", lambda bodies: list(pipeline.pipe(bodies))


def run(contestant: Contestant, race: Race, cores: Sequence[int]) -> list[Result]:
    """Time a contestant on some cores at once: a result for each batch size. Raises what its `open` raises."""
    spawn = get_context("spawn")
    barrier = spawn.Barrier(len(cores))
    with ProcessPoolExecutor(len(cores), spawn, _take_place, (barrier,)) as pool:
        futures = [pool.submit(_time, contestant, race, core) for core in cores]
        errors = [error for error in (future.exception() for future in futures) if error is not None]
        for error in sorted(errors, key=lambda one: isinstance(one, BrokenBarrierError)):
            raise error
        answers = [future.result() for future in futures]
    memory = sum(peak for _, peak in answers)
    return [_together(speeds, memory) for speeds in zip(*(speeds for speeds, _ in answers), strict=True)]


_places: list[Barrier] = []


def _take_place(barrier: Barrier) -> None:
    _places[:] = [barrier]


def _time(contestant: Contestant, race: Race, core: int) -> tuple[list[Speed], int]:
    """In a process of its own: open, wait for the others, read."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    from streams.nlp.benchmark import measure, peak_memory  # noqa: PLC0415 - in the contestant's process only

    try:
        name, read = contestant.open()
        time_one = partial(measure, name, read, race.bodies, seconds=race.seconds)
        speeds = []
        for batch in race.batches:
            _places[0].wait(PATIENCE)
            speeds.append(time_one(batch=batch))
    except BaseException:
        _places[0].abort()
        raise
    return speeds, peak_memory()


def _together(speeds: Sequence[Speed], memory: int) -> Result:
    first = speeds[0]
    articles = sum(speed.articles_per_second for speed in speeds)
    words = sum(speed.words_per_second for speed in speeds)
    return Result(first.name, len(speeds), first.batch, articles, words, memory)
