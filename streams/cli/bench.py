"""`news-streams bench`: how fast this machine reads."""

from __future__ import annotations

import importlib
import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from streams.cli.options import examples
from streams.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.nlp.benchmark import Speed

BATCHES = (1, 4, 16)
"""Articles at a time."""

WORDS = 400
"""Length to which articles are cut, so that figures can be compared."""


@click.group("bench", epilog=examples("news-streams bench model --seconds 0.2"))
def command() -> None:
    """Measure speed on this machine."""


@command.command("model")
@click.option(
    "--model", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another model's folder."
)
@click.option(
    "--compare",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A model folder to measure beside it, e.g. the same weights in float32.",
)
@click.option("--spacy", "pipeline", metavar="NAME", help="An installed spaCy pipeline to measure beside it.")
@click.option(
    "--texts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bodies, one a line [default: the samples].",
)
@click.option("--seconds", type=click.FloatRange(0.05, 600), default=5.0, show_default=True, help="For each line.")
def bench_model(
    folder: Path | None, compare: Path | None, pipeline: str | None, texts: Path | None, seconds: float
) -> None:
    """Articles and words a second, from text to sentences, entities and sentiments, on one core and on all.

    Articles are Indonesian and cut to 400 words; shorter ones stay as they are.
    """
    bodies = _bodies(texts)
    click.echo(f"{len(bodies)} articles, {sum(len(body.split()) for body in bodies) / len(bodies):.0f} words each")
    click.echo(f"{'':<36}{'cores':>6}{'batch':>7}{'articles/s':>12}{'words/s':>10}{'peak MB':>9}")
    _bench(folder, 1, bodies, seconds)
    if _cores() > 1:
        _bench(folder, _cores(), bodies, seconds)
    if compare:
        _bench(compare, 1, bodies, seconds)
    if pipeline:
        _print(_spacy(pipeline, bodies, seconds), 1)


def _bench(folder: Path | None, threads: int, bodies: Sequence[str], seconds: float) -> None:
    from streams.nlp import Model, ModelError  # noqa: PLC0415 - the model's runtime is slow to import
    from streams.nlp.benchmark import measure_model  # noqa: PLC0415

    try:
        model = Model.load(folder, threads=threads)
    except ModelError as error:
        raise SettingsError(str(error)) from None
    for batch in BATCHES:
        _print(measure_model(model, bodies, "id", batch=batch, seconds=seconds), threads)


def _spacy(name: str, bodies: Sequence[str], seconds: float) -> Speed:
    from streams.nlp.benchmark import measure  # noqa: PLC0415 - the model's runtime is slow to import

    try:
        pipeline: Any = importlib.import_module("spacy").load(name)
    except (ImportError, OSError) as error:
        msg = f"--spacy {name}: {error}"
        raise SettingsError(msg) from None
    read: Callable[[Sequence[str]], object] = lambda some: list(pipeline.pipe(some))  # noqa: E731
    return measure(f"spaCy {name}", read, bodies, batch=BATCHES[-1], seconds=seconds)


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


def _print(speed: Speed, threads: int) -> None:
    from streams.nlp.benchmark import peak_memory  # noqa: PLC0415 - the model's runtime is slow to import

    click.echo(
        f"{speed.name:<36}{threads:>6}{speed.batch:>7}{speed.articles_per_second:>12.1f}"
        f"{speed.words_per_second:>10.0f}{peak_memory() / 1e6:>9.0f}"
    )


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
