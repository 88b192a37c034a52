"""Learning rates: by layer, and over the course of a run."""

import math
from typing import Any

import torch
from torch import Tensor

from streams.training.encoder import Network
from streams.training.plan import Plan

__all__ = ["parameter_groups", "schedule"]


def schedule(progress: float, warm_up: float) -> float:
    """Linear warm-up, then a cosine down to a fiftieth."""
    if progress < warm_up:
        return progress / warm_up
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


def parameter_groups(network: Network, plan: Plan) -> list[dict[str, Any]]:
    """Parameters with their peak rates: the heads, then the layers, ever slower towards the embeddings."""
    layers = network.encoder.layers
    groups = [{"params": _trainable(network.heads), "lr": plan.head_rate}]
    groups += [
        {"params": _trainable(layer), "lr": plan.rate * plan.decay ** (len(layers) - 1 - depth)}
        for depth, layer in enumerate(layers)
    ]
    groups.append({"params": _trainable(network.encoder.norm), "lr": plan.rate * plan.decay ** len(layers)})
    return groups


def _trainable(module: torch.nn.Module) -> list[Tensor]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]
