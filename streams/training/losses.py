"""The losses: partial labels for the tags, cross entropy for the sentiments, and what the shallow exit learns from the deep one."""

from torch import Tensor
from torch.nn import functional

from streams.training.batches import Batch
from streams.training.encoder import Outputs

__all__ = ["distillation", "mentions", "supervised"]

# Late in training a word's tag loss is a tenth of a sentence's sentiment loss; this keeps the heads in balance.
_TAGS, _SENTIMENT, _TARGET = 3.0, 1.0, 1.5
_SMOOTHING = 0.05


def supervised(outputs: Outputs, batch: Batch) -> Tensor:
    """The weighted sum of the heads' losses against the batch's labels; what has no label adds nothing."""
    size = batch.ids.shape[0]
    loss = _TAGS * _partial(outputs.tags.float(), batch.tags)
    known = batch.sentiment >= 0
    if known.any():
        loss = loss + _SENTIMENT * _cross_entropy(outputs.sentiment[known], batch.sentiment[known]) / size
    if len(batch.targets):
        loss = loss + _TARGET * _cross_entropy(mentions(outputs, batch), batch.targets) / size
    return loss


def mentions(outputs: Outputs, batch: Batch) -> Tensor:
    """Target logits ``[M,3]``: the mean over each mention's pieces."""
    return batch.members @ outputs.target.float().reshape(-1, outputs.target.shape[-1])


def _partial(logits: Tensor, possible: Tensor) -> Tensor:
    """Mean over labelled pieces of -log(probability that the tag is one of the possible ones)."""
    labelled = possible.sum(-1) > 0
    if not labelled.any():
        return logits.sum() * 0.0
    chosen = logits[labelled]
    inside = chosen.masked_fill(possible[labelled] == 0, -1e9)
    return (chosen.logsumexp(-1) - inside.logsumexp(-1)).mean()


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    return functional.cross_entropy(logits.float(), labels, reduction="sum", label_smoothing=_SMOOTHING)


def distillation(student: Outputs, teacher: Outputs, batch: Batch) -> Tensor:
    """Divergence of the student's answers from the teacher's on every piece and sentence, labelled or not."""
    mask = batch.mask.bool()
    return (
        _TAGS * _divergence(student.tags[mask], teacher.tags[mask])
        + _SENTIMENT * _divergence(student.sentiment, teacher.sentiment)
        + _TARGET * _divergence(student.target[mask], teacher.target[mask])
    )


def _divergence(student: Tensor, teacher: Tensor) -> Tensor:
    expected = functional.log_softmax(teacher.detach().float(), -1)
    return functional.kl_div(
        functional.log_softmax(student.float(), -1), expected, log_target=True, reduction="batchmean"
    )
