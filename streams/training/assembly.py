"""From a trained network to the model folder: int8 file, calibration, description, figures."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import onnx

from streams.nlp.labels import CLASSES, TAGS
from streams.training.batches import batches, encode
from streams.training.encoder import Network
from streams.training.examples import Example
from streams.training.export import Form, export
from streams.training.measurement import UNCALIBRATED, calibrate, figures
from streams.training.preparation import Start
from streams.training.ranges import activation_ranges

__all__ = ["assemble"]

_VERSION = "2"
_SENTENCES = 1500
_PIECES = 1000


def assemble(network: Network, start: Start, texts: Sequence[str], folder: Path, work: Path) -> dict[str, object]:
    """Write ``folder``, and in ``work`` a float32 one to compare with and ``figures.json``, whose content is returned.

    ``texts`` are sentences of news: the ranges of the activations are measured on them.
    """
    network.eval().to("cpu")
    ranges = activation_ranges(
        network, batches(encode([Example(text) for text in _spread(texts)], start.tokenizer), _PIECES)
    )
    weights = {name: value.float().numpy() for name, value in network.state_dict().items()}
    form = Form(
        max(network.shape.exits),
        len(network.shape.exits) - 1,
        network.shape.heads,
        network.shape.epsilon,
        ranges=ranges,
    )
    plain = work / "float32"
    for target, one in ((folder, form), (plain, replace(form, precision="float32"))):
        target.mkdir(parents=True, exist_ok=True)
        onnx.save(export(weights, one), target / "model.onnx")
        start.tokenizer.save(str(target / "tokenizer.json"))
        _describe(target, UNCALIBRATED)
    calibration = calibrate(folder, start.mixture)
    temperatures = {head: values["temperature"] for head, values in calibration.items()}
    for target in (folder, plain):
        _describe(target, temperatures)
    result = {
        "int8": figures(folder, start.mixture),
        "float32": figures(plain, start.mixture),
        "calibration": calibration,
    }
    (work / "figures.json").write_text(json.dumps(result, indent=1))
    return result


def _spread(texts: Sequence[str]) -> Sequence[str]:
    """A few of the texts from all sources."""
    return texts[:: max(len(texts) // _SENTENCES, 1)]


def _describe(folder: Path, temperatures: dict[str, float]) -> None:
    description = {
        "name": "news-streams", "version": _VERSION, "languages": ["id", "en"],
        "tags": TAGS, "classes": CLASSES, "temperatures": temperatures,
    }  # fmt: skip
    (folder / "model.json").write_text(json.dumps(description, indent=1) + "\n")
