"""The network: the pretrained encoder, and four heads that may sit at several depths.

Heads at a smaller depth are trained beside those of the full depth, so that one run yields both a deep teacher and a
shallow student that learns from it (deep supervision with self-distillation, arXiv:1905.08094).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from streams.training.weights import Pretrained

__all__ = ["Encoder", "Heads", "Network", "Outputs", "Shape"]


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder; ``exits`` are the depths (layers) at which heads sit, the last one the full depth."""

    hidden: int
    heads: int
    feed_forward: int
    epsilon: float
    vocabulary: int
    positions: int
    exits: tuple[int, ...]
    tags: int


@dataclass(frozen=True, slots=True)
class Outputs:
    """Logits of one depth: ``tags [B,T,K]``, ``sentiment [B,3]``, ``target [B,T,3]``; ``vector [B,H]`` pooled."""

    tags: Tensor
    sentiment: Tensor
    target: Tensor
    vector: Tensor


class Attention(nn.Module):
    """Multi-head self-attention. Written out: torch's CPU flash kernel is seven times slower backwards in bf16."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.count, self.width = shape.heads, shape.hidden // shape.heads
        self.query = nn.Linear(shape.hidden, shape.hidden)
        self.key = nn.Linear(shape.hidden, shape.hidden)
        self.value = nn.Linear(shape.hidden, shape.hidden)
        self.output = nn.Linear(shape.hidden, shape.hidden)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """``hidden [B,T,H]``, ``bias [B,1,1,T]`` (0, or very negative on padding) to ``[B,T,H]``."""
        query, key, value = (self._split(layer(hidden)) for layer in (self.query, self.key, self.value))
        scores = query @ key.transpose(-1, -2) / self.width**0.5 + bias
        context = scores.softmax(-1).to(value.dtype) @ value
        merged: Tensor = self.output(context.permute(0, 2, 1, 3).reshape(hidden.shape))
        return merged

    def _split(self, projected: Tensor) -> Tensor:
        batch, length, _hidden = projected.shape
        return projected.reshape(batch, length, self.count, self.width).permute(0, 2, 1, 3)


class Layer(nn.Module):
    """One BERT layer: attention and feed-forward, each followed by a residual layer norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attention = Attention(shape)
        self.attention_norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.inner = nn.Linear(shape.hidden, shape.feed_forward)
        self.outer = nn.Linear(shape.feed_forward, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, shape.epsilon)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """``[B,T,H]`` to ``[B,T,H]``."""
        hidden = self.attention_norm(hidden + self.attention(hidden, bias))
        normed: Tensor = self.norm(hidden + self.outer(nn.functional.gelu(self.inner(hidden))))
        return normed


class Encoder(nn.Module):
    """Embeddings (frozen: the corpora are too small to move 30,000 rows well) and the layers."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.word = nn.Embedding(shape.vocabulary, shape.hidden)
        self.position = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(max(shape.exits)))
        self.exits = shape.exits
        for table in (self.word, self.position):
            table.weight.requires_grad = False

    def forward(self, ids: Tensor, mask: Tensor) -> list[Tensor]:
        """``ids``, ``mask [B,T]`` (1 on pieces, 0 on padding) to the hidden states at each exit."""
        hidden = self.norm(self.word(ids) + self.position.weight[: ids.shape[1]])
        bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -1e4
        states = []
        for depth, layer in enumerate(self.layers, start=1):
            hidden = layer(hidden, bias)
            if depth in self.exits:
                states.append(hidden)
        return states

    def load_pretrained(self, pretrained: Pretrained, kept: list[int]) -> None:
        """Copy the pretrained weights of the first layers and the word vectors of the pieces ``kept``."""
        tensors = {name: torch.from_numpy(value) for name, value in pretrained.tensors.items()}
        with torch.no_grad():
            self.word.weight.copy_(
                tensors["emb.word"][torch.tensor(kept)] + tensors["emb.type"].reshape(-1, self.word.embedding_dim)[0]
            )
            self.position.weight.copy_(tensors["emb.pos"][: self.position.num_embeddings])
            _copy(self.norm, tensors, "emb.ln")
            for index, layer in enumerate(self.layers):
                for part, name in _parts(layer):
                    _copy(part, tensors, f"l{index}.{name}")


def _parts(layer: nn.Module) -> list[tuple[nn.Module, str]]:
    assert isinstance(layer, Layer)  # noqa: S101 - narrows ModuleList's element for the type checker
    attention = layer.attention
    return [
        (attention.query, "q"), (attention.key, "k"), (attention.value, "v"), (attention.output, "ao"),
        (layer.attention_norm, "aln"), (layer.inner, "fi"), (layer.outer, "fo"), (layer.norm, "oln"),
    ]  # fmt: skip


def _copy(part: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    part.get_parameter("weight").copy_(tensors[f"{name}.w"])
    part.get_parameter("bias").copy_(tensors[f"{name}.b"])


class Heads(nn.Module):
    """The heads at one depth."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.tags = nn.Linear(shape.hidden, shape.tags)
        self.sentiment = nn.Sequential(nn.Linear(shape.hidden, shape.hidden), nn.Tanh(), nn.Linear(shape.hidden, 3))
        self.target = nn.Sequential(nn.Linear(shape.hidden, shape.hidden), nn.GELU(), nn.Linear(shape.hidden, 3))

    def forward(self, hidden: Tensor, mask: Tensor) -> Outputs:
        """Hidden states ``[B,T,H]`` and ``mask [B,T]`` to the logits."""
        weights = mask.to(hidden.dtype)[:, :, None]
        pooled = (hidden * weights).sum(1) / weights.sum(1)
        vector = pooled / pooled.pow(2).sum(-1, keepdim=True).clamp_min(1e-12).sqrt()
        return Outputs(self.tags(hidden), self.sentiment(pooled), self.target(hidden), vector)


class Network(nn.Module):
    """The encoder with heads at every exit."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.heads = nn.ModuleList(Heads(shape) for _ in shape.exits)

    def forward(self, ids: Tensor, mask: Tensor) -> list[Outputs]:
        """Logits at each exit, shallow to deep."""
        states = self.encoder(ids, mask)
        return [head(state, mask) for head, state in zip(self.heads, states, strict=True)]
