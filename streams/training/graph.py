"""Build ONNX graphs node by node.

The network is written straight into onnxruntime's fused operators (attention, skip layer norm, int8 matrix products with
dynamic activations), so that nothing depends on what an exporter or a graph optimizer happens to recognise.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["Graph"]

_OPSET = 17
_IR_VERSION = 9  # onnxruntime 1.20 and later read it


class Graph:
    """A graph under construction; every method that adds a node returns its output's name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._count = 0

    def constant(self, value: NDArray[Any]) -> str:
        """A constant tensor."""
        name = self._next("c")
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", output: str = "", **attributes: Any) -> str:
        """A node with one output; ``""`` leaves out an optional input."""
        output = output or self._next(kind)
        self._nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def fused(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node of onnxruntime's own operator set."""
        return self.add(kind, *inputs, domain="com.microsoft", **attributes)

    def split(self, value: str, parts: int) -> list[str]:
        """``value`` in equal parts along its last axis."""
        names = [self._next("Split") for _ in range(parts)]
        self._nodes.append(helper.make_node("Split", [value], names, axis=-1))
        return names

    def model(
        self, inputs: Sequence[tuple[str, Sequence[Any]]], outputs: Sequence[tuple[str, Sequence[Any]]]
    ) -> onnx.ModelProto:
        """The finished model: int64 inputs and float outputs with their (symbolic) shapes."""
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="news-streams")

    def _next(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"
