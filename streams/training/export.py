"""The trained network as an int8 ONNX file.

Weights are int8 per output channel and symmetric; activations are quantised to 8 bits over a range that was measured
beforehand, so that what is computed for a sentence does not depend on its neighbours in the batch; embedding rows are int8
with a scale each. Eight bits suffice for all but a few outliers:

- One or two neurons of every feed-forward layer are ten times larger than the others. They are computed apart, in
  float32.
- Some channels of the feed-forward input are, too. They are divided, and their weights multiplied, by how much they
  exceed the limit (after SmoothQuant, arXiv:2211.10438).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from streams.training.graph import Graph
from streams.training.ranges import Range, Ranges

__all__ = ["Form", "Weights", "export"]

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]
_TOP = 127.0
# Magnitudes above this are outliers: everything else stays below it in the trained networks.
_LIMIT = 5.0
_APART = 8


@dataclass(frozen=True, slots=True)
class Form:
    """What to write: the first ``depth`` layers with the heads of exit number ``exit_``.

    ``precision`` is ``int8`` or ``float32`` (for comparison); ``ranges`` are those of the inputs of the linear layers.
    """

    depth: int
    exit_: int
    heads: int
    epsilon: float
    ranges: Ranges
    precision: str = "int8"


def export(weights: Weights, form: Form) -> onnx.ModelProto:
    """The network with ``weights`` (a state dict as arrays) as an ONNX model."""
    return _Exporter(weights, form).build()


class _Exporter:
    def __init__(self, weights: Weights, form: Form) -> None:
        self.weights, self.form = weights, form
        self.graph = Graph("news-streams")

    def build(self) -> onnx.ModelProto:
        graph, depth, exit_ = self.graph, self.form.depth, self.form.exit_
        mask32 = graph.add("Cast", "mask", to=onnx.TensorProto.INT32)
        hidden = self._embedding()
        for layer in range(depth):
            hidden = self._layer(hidden, mask32, f"encoder.layers.{layer}")
        self._heads(hidden, f"heads.{exit_}")
        count = len(self.weights[f"heads.{exit_}.tags.weight"])
        width = self.weights["encoder.norm.weight"].size
        outputs = {"tags": ["B", "T", count], "sentiment": ["B", 3], "target": ["B", "T", 3], "vector": ["B", width]}
        return graph.model([("ids", ["B", "T"]), ("mask", ["B", "T"])], list(outputs.items()))

    def _embedding(self) -> str:
        graph = self.graph
        rows = self._rows(self.weights["encoder.word.weight"])
        length = graph.add("Slice", graph.add("Shape", "ids"), self._ints(1), self._ints(2))
        positions = graph.add(
            "Slice", graph.constant(self.weights["encoder.position.weight"]), self._ints(0), length, self._ints(0)
        )
        return self._norm(graph.add("Add", rows, positions), "encoder.norm")

    def _rows(self, table: Floats) -> str:
        """Word vectors of ``ids``; in int8 each row has its own scale."""
        graph = self.graph
        if self.form.precision == "float32":
            return graph.add("Gather", graph.constant(table), "ids")
        scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / _TOP
        levels = graph.constant(np.rint(table / scales).astype(np.int8))
        rows = graph.add("Cast", graph.add("Gather", levels, "ids"), to=onnx.TensorProto.FLOAT)
        return graph.add("Mul", rows, graph.add("Gather", graph.constant(scales.astype(np.float32)), "ids"))

    def _layer(self, hidden: str, mask: str, name: str) -> str:
        graph = self.graph
        parts = [f"{name}.attention.{part}" for part in ("query", "key", "value")]
        merged = np.concatenate([self.weights[f"{part}.weight"] for part in parts])
        bias = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        query, key, value = graph.split(self._product(hidden, merged, bias, self.form.ranges[parts[0]]), 3)
        context = graph.fused("MultiHeadAttention", query, key, value, "", mask, num_heads=self.form.heads)
        hidden = self._skip_norm(hidden, self._linear(context, f"{name}.attention.output"), f"{name}.attention_norm")
        return self._skip_norm(hidden, self._feed_forward(hidden, name), f"{name}.norm")

    def _feed_forward(self, hidden: str, name: str) -> str:
        apart = self._outliers(f"{name}.outer")
        into, bias = self.weights[f"{name}.inner.weight"], self.weights[f"{name}.inner.bias"]
        back = self.weights[f"{name}.outer.weight"]
        smoothed = self._smoothed(hidden, _without(into, apart, 0), _without(bias, apart, 0), f"{name}.inner")
        inner, range_ = self.graph.fused("Gelu", smoothed), self.form.ranges[f"{name}.outer"].without(apart)
        outer = self._product(inner, _without(back, apart, 1), self.weights[f"{name}.outer.bias"], range_)
        if not len(apart):
            return outer
        few = self.graph.fused("Gelu", self._float(hidden, into[apart], bias[apart]))
        return self.graph.add("Add", outer, self.graph.add("MatMul", few, self.graph.constant(back[:, apart].T)))

    def _outliers(self, name: str) -> NDArray[np.int64]:
        """The neurons whose largest activation is beyond the limit, at most a few."""
        if self.form.precision == "float32":
            return np.empty(0, np.int64)
        largest = self.form.ranges[name].largest
        order = np.argsort(-largest)[:_APART]
        return np.sort(order[largest[order] > _LIMIT])

    def _smoothed(self, hidden: str, weight: Floats, bias: Floats, name: str) -> str:
        """A product in which outliers share their range between activations and weights."""
        if self.form.precision == "float32":
            return self._float(hidden, weight, bias)
        range_ = self.form.ranges[name]
        factors = np.maximum(range_.largest / _LIMIT, 1).astype(np.float32)
        scaled = self.graph.add("Mul", hidden, self.graph.constant(1 / factors))
        return self._product(scaled, weight * factors, bias, range_.scaled(factors))

    def _heads(self, hidden: str, name: str) -> None:
        graph = self.graph
        self._plain(hidden, f"{name}.tags", "tags")
        pooled = self._pooled(hidden)
        # One row alone would go through another kernel, which rounds otherwise.
        twice = graph.add("Concat", pooled, pooled, axis=0)
        answers = self._plain(graph.add("Tanh", self._plain(twice, f"{name}.sentiment.0")), f"{name}.sentiment.2")
        count = graph.add("Slice", graph.add("Shape", "ids"), self._ints(0), self._ints(1))
        graph.add("Slice", answers, self._ints(0), count, self._ints(0), output="sentiment")
        self._plain(graph.fused("Gelu", self._linear(hidden, f"{name}.target.0")), f"{name}.target.2", "target")
        graph.add("LpNormalization", pooled, axis=-1, p=2, output="vector")

    def _pooled(self, hidden: str) -> str:
        """The mean over the pieces of each sentence."""
        graph = self.graph
        mask = graph.add("Cast", "mask", to=onnx.TensorProto.FLOAT)
        total = graph.add("MatMul", graph.add("Unsqueeze", mask, self._ints(1)), hidden)
        count = graph.add("ReduceSum", mask, self._ints(1), keepdims=1)
        return graph.add("Div", graph.add("Squeeze", total, self._ints(1)), count)

    def _linear(self, hidden: str, name: str) -> str:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self._product(hidden, weight, bias, self.form.ranges[name])

    def _plain(self, hidden: str, name: str, output: str = "") -> str:
        """A small product in float32."""
        return self._float(hidden, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], output)

    def _float(self, hidden: str, weight: Floats, bias: Floats, output: str = "") -> str:
        product = self.graph.add("MatMul", hidden, self.graph.constant(weight.T))
        return self.graph.add("Add", product, self.graph.constant(bias), output=output)

    def _product(self, hidden: str, weight: Floats, bias: Floats, range_: Range) -> str:
        graph = self.graph
        if self.form.precision == "float32":
            return self._float(hidden, weight, bias)
        step, zero = (graph.constant(value) for value in _grid(range_))
        rounded = graph.add("QuantizeLinear", hidden, step, zero)
        scales = np.maximum(np.abs(weight).max(axis=1), 1e-9) / _TOP
        levels = graph.constant(np.rint(weight / scales[:, None]).astype(np.int8).T)
        columns = graph.constant(scales.astype(np.float32))
        return graph.fused("MatMulIntegerToFloat", rounded, levels, step, columns, zero, "", graph.constant(bias))

    def _norm(self, value: str, name: str) -> str:
        gamma, beta = (self.graph.constant(self.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.graph.add("LayerNormalization", value, gamma, beta, axis=-1, epsilon=self.form.epsilon)

    def _skip_norm(self, skip: str, value: str, name: str) -> str:
        # Not SkipLayerNormalization: onnxruntime's CPU kernel of it is ten times slower than these two.
        return self._norm(self.graph.add("Add", skip, value), name)

    def _ints(self, *values: int) -> str:
        return self.graph.constant(np.array(values, np.int64))


def _without(weight: Floats, rows: NDArray[np.int64], axis: int) -> Floats:
    """``weight`` with zeros at ``rows`` of ``axis``."""
    left = weight.copy()
    left[(slice(None),) * axis + (rows,)] = 0
    return left


def _grid(range_: Range) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Step and zero point of the 256 levels that cover a range and hold zero exactly."""
    low, high = min(float(range_.low.min()), 0.0), max(float(range_.high.max()), 0.0)
    step = max(high - low, 1e-6) / 255
    return np.array(step, np.float32), np.array(round(-low / step), np.uint8)
