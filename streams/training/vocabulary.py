"""The vocabulary: of XLM-R's 250,000 unigram pieces, those that Indonesian and English news needs.

A piece stays if it occurs in the given texts, or is one character of a script that news quotes, or is the beginning of
a Latin name that is frequent in the encoder's own language model. What is left out is spelled with smaller pieces.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from streams.training.weights import Pretrained

__all__ = ["SPECIALS", "full_tokenizer", "kept_pieces", "pruned_tokenizer"]

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
_UNKNOWN = SPECIALS.index("<unk>")
# Scripts whose letters a news text quotes now and then; Han, kana and Hangul alone would double the vocabulary.
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "THAI")


def full_tokenizer(pretrained: Pretrained) -> Tokenizer:
    """The tokenizer over all pieces of the pretrained encoder."""
    return _tokenizer(list(zip(pretrained.pieces, pretrained.scores.tolist(), strict=True)))


def pruned_tokenizer(pretrained: Pretrained, kept: list[int]) -> Tokenizer:
    """The tokenizer over the pieces ``kept`` (rows of the full vocabulary); its ids are positions in ``kept``."""
    return _tokenizer([(pretrained.pieces[row], float(pretrained.scores[row])) for row in kept])


def kept_pieces(pretrained: Pretrained, texts: Iterable[str], size: int) -> list[int]:
    """Rows of at most ``size`` pieces: specials, single characters, then by frequency in ``texts``, then names."""
    counts = _counts(full_tokenizer(pretrained), texts)
    kept = dict.fromkeys(range(len(SPECIALS)))
    rows = range(len(SPECIALS), len(pretrained.pieces))
    kept.update(dict.fromkeys(row for row in rows if _is_character(pretrained.pieces[row])))
    kept.update(dict.fromkeys(row for row, _count in counts.most_common() if row >= len(SPECIALS)))
    names = (row for row in rows if _is_name(pretrained.pieces[row]))
    kept.update(dict.fromkeys(sorted(names, key=lambda row: -pretrained.scores[row])))
    return list(kept)[:size]


def _counts(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch(list(texts)):
        counts.update(encoding.ids)
    return counts


def _is_character(piece: str) -> bool:
    body = piece.removeprefix("▁")
    if len(body) > 1:
        return False
    if not body or not body.isalpha():
        return True
    return unicodedata.name(body, "").startswith(_SCRIPTS)


def _is_name(piece: str) -> bool:
    body = piece.removeprefix("▁")
    return piece.startswith("▁") and body.isascii() and body.isalpha() and body.istitle()


def _tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=_UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[(name, SPECIALS.index(name)) for name in ("<s>", "</s>")]
    )
    return tokenizer
