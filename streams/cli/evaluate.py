"""`news-streams evaluate`: how good the model is on a labelled file of your own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from streams.cli.options import examples
from streams.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streams.nlp.evaluation import Report
    from streams.nlp.labelled import LabelledSentence
    from streams.nlp.model import Model

MOSTLY: float = 0.25
"""A file that leaves more than this share of its country names unmarked has the convention of IDNER-News-2k."""

model_option = click.option(
    "--model",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another model's folder [default: the setting `model`, else the shipped one].",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One line of JSON instead of a table.")
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group(
    "evaluate",
    epilog=examples(
        "news-streams evaluate ner tests/data/labelled/ner.conll",
        "news-streams evaluate sentiment --json tests/data/labelled/sentiment.csv",
        "news-streams evaluate target tests/data/labelled/target.jsonl",
        "news-streams evaluate documents tests/data/labelled/documents.jsonl",
    ),
)
def command() -> None:
    """Print precision, recall and F1 by type for a labelled file; each file may be gzipped."""


@command.command("ner")
@file_argument
@click.option(
    "--acting",
    type=click.Choice(["auto", "count", "skip"]),
    default="auto",
    show_default=True,
    help="Places that act for their government or people ('Israel menyatakan'): count those that the model marks, "
    "skip them, or skip where the file leaves most country names unmarked.",
)
@click.option(
    "--type",
    "names",
    metavar="NAME=TYPE",
    multiple=True,
    help="What a type of the file is called here, e.g. politician=PER; PERSON, PLACE and the like are known.",
)
@model_option
@json_option
def evaluate_ner(file: Path, acting: str, names: Sequence[str], folder: Path | None, *, as_json: bool) -> None:
    """Strict entity F1 on a CoNLL file: a token a line, its label last, tabs or spaces."""
    from streams.nlp.evaluation import evaluate_entities  # noqa: PLC0415 - the model's runtime is slow to import
    from streams.nlp.labelled import ENTITY_TYPES, read_conll  # noqa: PLC0415

    sentences = _read(partial(read_conll, types={**ENTITY_TYPES, **_types(names)}), file)
    _warn_of_types(file, sentences)
    skip = acting == "skip" or (acting == "auto" and unmarked_countries(sentences) > MOSTLY)
    if skip and acting == "auto":
        click.echo(f"{file}: leaves most country names unmarked; places that act are skipped (--acting)", err=True)
    _print(evaluate_entities(_load(folder), sentences, acting=not skip), as_json=as_json)


@command.command("sentiment")
@file_argument
@model_option
@json_option
def evaluate_sentiment(file: Path, folder: Path | None, *, as_json: bool) -> None:
    """Macro F1 on a CSV, TSV or JSON Lines file of texts and classes (positif, netral, negatif will do)."""
    from streams.nlp import evaluation, labelled  # noqa: PLC0415 - the model's runtime is slow to import

    _print(evaluation.evaluate_sentiment(_load(folder), _read(labelled.read_table, file)), as_json=as_json)


@command.command("target")
@file_argument
@model_option
@json_option
def evaluate_target(file: Path, folder: Path | None, *, as_json: bool) -> None:
    """Macro F1 of the sentiment towards mentions, on a JSON Lines file in NewsMTSC's form."""
    from streams.nlp import evaluation, labelled  # noqa: PLC0415 - the model's runtime is slow to import

    _print(evaluation.evaluate_targets(_load(folder), _read(labelled.read_targets, file)), as_json=as_json)


@command.command("documents")
@file_argument
@model_option
@json_option
def evaluate_documents(file: Path, folder: Path | None, *, as_json: bool) -> None:
    """Macro F1 of the sentiment of whole articles: JSON Lines of raw articles, each with its `label`."""
    from streams.cli.documents import calibration_error, read_documents, verdicts  # noqa: PLC0415 - slow to import
    from streams.nlp.evaluation import count_classes  # noqa: PLC0415

    documents = _read(read_documents, file)
    found = verdicts(documents, folder)
    gold = [document.label for document in documents]
    _print(count_classes(gold, [one.label for one in found]), as_json=as_json)
    click.echo(f"{file}: calibration error {calibration_error(gold, found):.3f}", err=True)


def unmarked_countries(sentences: Sequence[LabelledSentence]) -> float:
    """Return the share of country names (one capitalised word) that the file's own labels leave unmarked, 0..1."""
    from streams.enrichers.resolution.known import known_names  # noqa: PLC0415 - reads tables

    names, marked, total = known_names("id"), 0, 0
    for sentence in sentences:
        inside = [(start, end) for start, end, _ in sentence.spans]
        place = 0
        for word in sentence.text.split(" "):
            thing = names.find(word.lower(), "LOC", acronym=word.isupper()) if word[:1].isupper() else None
            if thing is not None and "country" in thing.links:
                total += 1
                marked += any(start <= place < end for start, end in inside)
            place += len(word) + 1
    return 1 - marked / total if total else 0.0


def _types(names: Sequence[str]) -> dict[str, str]:
    wrong = [name for name in names if not all(name.partition("=")[::2])]
    if wrong:
        msg = f"--type {wrong[0]}: not like politician=PER"
        raise click.UsageError(msg)
    return {theirs: ours for theirs, _, ours in (name.partition("=") for name in names)}


def _warn_of_types(file: Path, sentences: Sequence[LabelledSentence]) -> None:
    """Say which of the file's types the model never gives: they count as missed."""
    from streams.nlp.labels import FOLDED, TYPES  # noqa: PLC0415 - the model's runtime is slow to import

    ours = [type_ for type_ in TYPES if type_ not in FOLDED]
    unknown = sorted({type_ for sentence in sentences for *_, type_ in sentence.spans} - set(ours))
    if unknown:
        click.echo(f"{file}: {', '.join(unknown)}: none of {', '.join(ours)} (--type NAME=TYPE)", err=True)


def _load(folder: Path | None) -> Model:
    from streams.settings import Settings  # noqa: PLC0415 - the model's runtime is slow to import
    from streams.stages.model import load_model  # noqa: PLC0415

    return load_model(Settings.load(model=folder))


def _read(read: Callable[[Path], list[Any]], file: Path) -> list[Any]:
    try:
        found = read(file)
    except (ValueError, OSError) as error:
        raise SourceError(str(error)) from None
    if not found:
        msg = f"{file}: holds nothing that is labelled"
        raise SourceError(msg)
    return found


def _print(report: Report, *, as_json: bool) -> None:
    rows = (*report.rows, report.micro, report.macro)
    if as_json:
        import orjson  # noqa: PLC0415 - --help needs none of it

        click.echo(orjson.dumps({row.name: row for row in rows}).decode())
        return
    click.echo(f"{'':<12}{'precision':>10}{'recall':>10}{'F1':>10}{'count':>10}")
    for row in rows:
        click.echo(f"{row.name:<12}{row.precision:>10.4f}{row.recall:>10.4f}{row.f1:>10.4f}{row.count:>10}")
