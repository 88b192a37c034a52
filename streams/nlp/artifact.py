"""A model folder: ``model.onnx``, ``tokenizer.json`` and ``model.json``, read and checked.

The interface that a model must have, here and for a user's own:

===========  =======  =============  ==================================================
input        ids      int64 [B,T]    word pieces of ``tokenizer.json``, specials at both ends
input        mask     int64 [B,T]    1 on pieces, 0 on padding
output       tags     float [B,T,K]  logits; K = number of ``tags`` in ``model.json``
output       sentiment  float [B,3]  logits: positive, neutral, negative
output       target   float [B,T,3]  logits of the sentiment towards what stands at each piece
output       vector   float [B,H]    the pooled vector
===========  =======  =============  ==================================================
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime
from tokenizers import Tokenizer

from streams.nlp.errors import ModelError
from streams.nlp.labels import CLASSES

__all__ = ["SHIPPED", "Artifact", "Description", "read_artifact"]

SHIPPED = Path(__file__).parent / "model"
_FILES = ("model.json", "tokenizer.json", "model.onnx")
_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
_INPUTS = {"ids": 2, "mask": 2}
_HASH_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Description:
    """``model.json``: name, release, tag set, and the temperature (above 0) that calibrates each head."""

    name: str
    version: str
    tags: tuple[str, ...]
    temperatures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model folder, open. ``specials`` are the ids of ``<s> <pad> </s>``; ``version`` ends in a hash of the files."""

    description: Description
    version: str
    tokenizer: Tokenizer
    session: onnxruntime.InferenceSession
    specials: tuple[int, int, int]


def read_artifact(folder: Path, threads: int) -> Artifact:
    """Open a model folder for ``threads`` threads; raises :class:`ModelError` that names what does not fit."""
    for name in _FILES:
        if not (folder / name).is_file():
            message = f"{folder}: no file {name}; a model folder holds {', '.join(_FILES)}"
            raise ModelError(message)
    description = _description(folder / "model.json")
    tokenizer, specials = _tokenizer(folder / "tokenizer.json")
    session = _session(folder / "model.onnx", threads)
    _check(session, description, folder / "model.onnx")
    return Artifact(description, f"{description.version}+{_digest(folder)}", tokenizer, session, specials)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:_HASH_CHARACTERS]


def _description(path: Path) -> Description:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        description = Description(
            str(content["name"]),
            str(content["version"]),
            tuple(map(str, content["tags"])),
            {head: float(content["temperatures"][head]) for head in ("tags", "sentiment", "target")},
        )
        classes = tuple(content["classes"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path}: {type(error).__name__}: {error}"
        raise ModelError(message) from error
    _check_labels(description, classes, path)
    return description


def _check_labels(description: Description, classes: tuple[str, ...], path: Path) -> None:
    if classes != CLASSES:
        message = f"{path}: classes {list(classes)}, not {list(CLASSES)}"
        raise ModelError(message)
    types = {tag[2:] for tag in description.tags[1:]}
    legal = {"O", *(f"{prefix}-{type_}" for type_ in types for prefix in "BI")}
    if description.tags[:1] != ("O",) or set(description.tags) != legal or len(description.tags) != len(legal):
        message = f"{path}: tags are not IOB2 (O first, then B-X and I-X for every type X): {list(description.tags)}"
        raise ModelError(message)
    if not all(0 < value < float("inf") for value in description.temperatures.values()):
        message = f"{path}: temperatures are not above 0: {dict(description.temperatures)}"
        raise ModelError(message)


def _tokenizer(path: Path) -> tuple[Tokenizer, tuple[int, int, int]]:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        message = f"{path}: {error}"
        raise ModelError(message) from error
    ids = {name: tokenizer.token_to_id(name) for name in _SPECIALS}
    missing = [name for name, value in ids.items() if value is None]
    if missing:
        message = f"{path}: no piece {', '.join(missing)}"
        raise ModelError(message)
    # Windows are cut here, not there.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    opening, padding, closing, _unknown = (int(value or 0) for value in ids.values())
    return tokenizer, (opening, padding, closing)


def _session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle workers must not burn the core that the event loop needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library's exceptions have no common public base
        message = f"{path}: onnxruntime {onnxruntime.__version__} cannot read it: {error}"
        raise ModelError(message) from error


def _check(session: onnxruntime.InferenceSession, description: Description, path: Path) -> None:
    found = {value.name: value for value in session.get_inputs()}
    for name, rank in _INPUTS.items():
        _check_value(found.get(name), f"{path}: input {name}", "tensor(int64)", [None] * rank)
    extra = sorted(set(found) - set(_INPUTS))
    if extra:
        message = f"{path}: unknown input {', '.join(extra)}"
        raise ModelError(message)
    outputs = {"tags": [None, None, len(description.tags)], "sentiment": [None, len(CLASSES)]}
    outputs |= {"target": [None, None, len(CLASSES)], "vector": [None, None]}
    results = {value.name: value for value in session.get_outputs()}
    for name, shape in outputs.items():
        _check_value(results.get(name), f"{path}: output {name}", "tensor(float)", shape)


def _check_value(value: Any, what: str, type_: str, shape: list[int | None]) -> None:
    if value is None:
        message = f"{what} is missing"
        raise ModelError(message)
    fits = len(value.shape) == len(shape) and all(
        wanted is None or not isinstance(found, int) or found == wanted
        for found, wanted in zip(value.shape, shape, strict=False)
    )
    if value.type != type_ or not fits:
        wanted = [size or "any" for size in shape]
        message = f"{what} is {value.type} {value.shape}, not {type_} {wanted}"
        raise ModelError(message)
