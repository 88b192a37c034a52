"""The weights of a model folder in float32 torch: what `news-streams bench model` sets the int8 file beside.

Reads the ONNX file node by node and does in torch what each says; int8 weights become float32 once, at the start, and
activations are not quantised. Everything around it is the runtime's own: the tokenizer, the batches of one length, the decoding.

Needs torch and onnx (extra ``[train]``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional

from streams.nlp.artifact import SHIPPED, read_artifact
from streams.nlp.model import Model

__all__ = ["TorchSession", "torch_model"]

Values = dict[str, Tensor]


def torch_model(folder: Path | None = None) -> Model:
    """The model in ``folder`` (None: the shipped one), computing in float32 torch with torch's own threads.

    Raises :class:`~streams.nlp.errors.ModelError` as ``Model.load`` does, ValueError for an operator that has no row here.
    """
    folder = folder or SHIPPED
    artifact = read_artifact(folder, 1)
    return Model(replace(artifact, session=TorchSession(folder / "model.onnx")))


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    options: Mapping[str, Any]


class TorchSession:
    """Stands in for onnxruntime's session: ``run(names, {"ids": ..., "mask": ...})``."""

    def __init__(self, path: Path) -> None:
        """Read the file; raises ValueError that names what is not known here."""
        graph = onnx.load(str(path)).graph
        arrays = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        nodes = _plain_embedding([_node(one) for one in graph.node], arrays)
        self._nodes = [_plain_product(node, arrays) for node in nodes]
        unknown = sorted({node.kind for node in self._nodes} - set(_KINDS))
        if unknown:
            message = f"{path}: no torch for {', '.join(unknown)}"
            raise ValueError(message)
        used = {name for node in self._nodes for name in node.inputs}
        self._constants = {
            name: torch.from_numpy(np.array(value)) for name, value in arrays.items() if name in used and value.size
        }
        self._last = {name: place for place, node in enumerate(self._nodes) for name in node.inputs}

    def run(self, names: Sequence[str], feeds: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """The outputs asked for; what no later node reads is let go."""
        values: Values = {name: torch.from_numpy(value) for name, value in feeds.items()}
        with torch.inference_mode():
            for place, node in enumerate(self._nodes):
                given = [values.get(name, self._constants.get(name)) for name in node.inputs]
                answer = _KINDS[node.kind](node.options, *given)
                values.update(zip(node.outputs, answer if isinstance(answer, tuple) else (answer,), strict=True))
                for name in node.inputs:
                    if self._last[name] == place and name not in names:
                        values.pop(name, None)
        return [values[name].numpy() for name in names]


def _node(proto: onnx.NodeProto) -> _Node:
    options = {one.name: onnx.helper.get_attribute_value(one) for one in proto.attribute}
    return _Node(proto.op_type, tuple(proto.input), tuple(proto.output), options | {"parts": len(proto.output)})


def _plain_embedding(nodes: list[_Node], arrays: dict[str, NDArray[Any]]) -> list[_Node]:
    """Int8 rows times their scales as one float32 table: four nodes become one."""
    made = {name: node for node in nodes for name in node.outputs}
    for node in nodes:
        parts = [made.get(name) for name in node.inputs] if node.kind == "Mul" else []
        rows = made.get(parts[0].inputs[0]) if parts and parts[0] and parts[0].kind == "Cast" else None
        scales = parts[1] if len(parts) > 1 else None
        if rows and scales and (rows.kind, scales.kind) == ("Gather", "Gather"):
            table = arrays[rows.inputs[0]].astype(np.float32) * arrays[scales.inputs[0]]
            arrays[rows.inputs[0]] = table
            plain = _Node("Gather", rows.inputs, node.outputs, {})
            gone = {id(one) for one in (rows, scales, parts[0])}
            return [plain if one is node else one for one in nodes if id(one) not in gone]
    return nodes


def _plain_product(node: _Node, arrays: dict[str, NDArray[Any]]) -> _Node:
    """An int8 product as a float32 one, its weights turned as torch likes them."""
    if node.kind == "MatMulIntegerToFloat":
        value, weight, _step, columns, _zero, _zeros, bias = node.inputs
        arrays[weight] = np.ascontiguousarray((arrays[weight].astype(np.float32) * arrays[columns]).T)
        return _Node("Linear", (value, weight, bias), node.outputs, {})
    return node


def _attention(options: Mapping[str, Any], query: Tensor, key: Tensor, value: Tensor, *rest: Tensor | None) -> Tensor:
    mask = rest[1] if len(rest) > 1 else None
    heads = [one.unflatten(-1, (options["num_heads"], -1)).transpose(1, 2) for one in (query, key, value)]
    # Batches of one length have no padding.
    bias = None if mask is None or bool(mask.all()) else mask.bool()[:, None, None, :]
    return functional.scaled_dot_product_attention(*heads, attn_mask=bias).transpose(1, 2).flatten(2)


def _slice(_options: Mapping[str, Any], value: Tensor, starts: Tensor, ends: Tensor, *axes: Tensor) -> Tensor:
    at = [slice(None)] * value.dim()
    for axis, start, end in zip(axes[0].tolist() if axes else range(len(starts)), starts, ends, strict=True):
        at[axis] = slice(int(start), int(end))
    return value[tuple(at)]


def _norm(options: Mapping[str, Any], value: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    return functional.layer_norm(value, gamma.shape, gamma, beta, options["epsilon"])


_TYPES = {
    onnx.TensorProto.FLOAT: torch.float32,
    onnx.TensorProto.INT32: torch.int32,
    onnx.TensorProto.INT64: torch.int64,
}
_KINDS: dict[str, Callable[..., Any]] = {
    "Add": lambda _, one, other: one + other,
    "Cast": lambda options, value: value.to(_TYPES[options["to"]]),
    "Concat": lambda options, *values: torch.cat(values, options["axis"]),
    "Div": lambda _, one, other: one / other,
    "Gather": lambda _, table, rows: functional.embedding(rows, table),
    "Gelu": lambda _, value: functional.gelu(value),
    "LayerNormalization": _norm,
    "Linear": lambda _, value, weight, bias: functional.linear(value, weight, bias),
    "LpNormalization": lambda options, value: functional.normalize(value, options["p"], options["axis"]),
    "MatMul": lambda _, one, other: one @ other,
    "Mul": lambda _, one, other: one * other,
    "MultiHeadAttention": _attention,
    "QuantizeLinear": lambda _, value, *_grid: value,
    "ReduceSum": lambda options, value, axes: value.sum(axes.tolist(), keepdim=bool(options.get("keepdims", 1))),
    "Shape": lambda _, value: torch.tensor(value.shape),
    "Slice": _slice,
    "Split": lambda options, value, *_: value.chunk(options["parts"], options["axis"]),
    "Squeeze": lambda _, value, axes: value.squeeze(axes.tolist()),
    "Tanh": lambda _, value: value.tanh(),
    "Unsqueeze": lambda _, value, axes: value.unsqueeze(int(axes)),
}
