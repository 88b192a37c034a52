"""How large the activations of a trained network get: what 8 bits have to cover, and which outliers to treat apart."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from streams.training.batches import Batch
from streams.training.encoder import Network

__all__ = ["Range", "Ranges", "activation_ranges"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Range:
    """Smallest and largest value of each input channel of a linear layer."""

    low: Floats
    high: Floats

    @property
    def largest(self) -> Floats:
        """The largest magnitude of each channel."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    def scaled(self, factors: Floats) -> "Range":
        """The range after each channel was divided by its factor."""
        return Range(self.low / factors, self.high / factors)

    def without(self, channels: NDArray[np.int64]) -> "Range":
        """The range with some channels at zero."""
        low, high = self.low.copy(), self.high.copy()
        low[channels] = high[channels] = 0
        return Range(low, high)


Ranges = Mapping[str, Range]


def activation_ranges(network: Network, batches: Iterable[Batch]) -> dict[str, Range]:
    """The range of the inputs of every linear layer, by the layer's name, over the pieces of ``batches``."""
    seen: dict[str, tuple[Tensor, Tensor]] = {}
    mask: list[Tensor] = []
    layers = [(name, part) for name, part in network.named_modules() if isinstance(part, nn.Linear)]
    hooks = [part.register_forward_pre_hook(_watch(name, seen, mask)) for name, part in layers]
    with torch.no_grad():
        for batch in batches:
            mask[:] = [batch.mask.bool()]
            network(batch.ids, batch.mask)
    for hook in hooks:
        hook.remove()
    return {name: Range(low.float().cpu().numpy(), high.float().cpu().numpy()) for name, (low, high) in seen.items()}


def _watch(
    name: str, seen: dict[str, tuple[Tensor, Tensor]], mask: list[Tensor]
) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def note(_part: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        # Padding is never read; pooled inputs have no pieces.
        rows = inputs[0][mask[0]] if inputs[0].shape[:-1] == mask[0].shape else inputs[0].flatten(0, -2)
        low, high = rows.amin(0), rows.amax(0)
        if name in seen:
            low, high = torch.minimum(seen[name][0], low), torch.maximum(seen[name][1], high)
        seen[name] = low, high

    return note
