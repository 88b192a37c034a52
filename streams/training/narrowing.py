"""Make the feed-forward layers of a trained network narrower: the neurons that say least are left out.

Half of the runtime goes into these layers and their neurons are the most redundant part of a BERT; what little is lost
is learned back by distillation (structured pruning, after arXiv:1910.04732 and arXiv:2004.03844).
"""

from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import Tensor, nn

from streams.training.batches import Batch
from streams.training.encoder import Layer, Network

__all__ = ["narrowed"]


def narrowed(network: Network, width: int, batches: Iterable[Batch]) -> Network:
    """A network whose feed-forward layers keep their ``width`` most telling neurons, in their order.

    A neuron tells as much as it moves the layer's output: mean magnitude of its activation over the pieces of
    ``batches`` times the length of its column in the outer product.
    """
    told = _activity(network, batches)
    state = network.state_dict()
    for name, activity in told.items():
        weight = activity * state[f"{name}.outer.weight"].norm(dim=0)
        kept = weight.topk(width).indices.sort().values
        for part in ("inner.weight", "inner.bias"):
            state[f"{name}.{part}"] = state[f"{name}.{part}"][kept]
        state[f"{name}.outer.weight"] = state[f"{name}.outer.weight"][:, kept]
    small = Network(replace(network.shape, feed_forward=width))
    small.load_state_dict(state)
    small.to(network.encoder.word.weight.device)
    return small


def _activity(network: Network, batches: Iterable[Batch]) -> dict[str, Tensor]:
    """Sum of every feed-forward neuron's magnitude over all pieces, by the layer's name."""
    sums: dict[str, Tensor] = {}
    mask: list[Tensor] = []

    def watch(name: str) -> object:
        def note(_part: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            sums[name] = sums.get(name, torch.zeros(())) + inputs[0][mask[0]].float().abs().sum(0)

        return note

    layers = [(name, part) for name, part in network.named_modules() if isinstance(part, Layer)]
    hooks = [part.outer.register_forward_pre_hook(watch(name)) for name, part in layers]  # type: ignore[arg-type]
    with torch.no_grad():
        for batch in batches:
            mask[:] = [batch.mask.bool()]
            network(batch.ids, batch.mask)
    for hook in hooks:
        hook.remove()
    return sums
