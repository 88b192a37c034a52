"""The article's mood: its sentences' calibrated probabilities, pooled (`moods.py`).

Headline, lede and body each have a share (`SHARES`), spread evenly over their sentences; a zone that the article lacks
leaves its share to the others. So a long neutral body does not drown a bad headline, and its length does not matter.
"How good is what happened for those concerned" is what the labels of CNBC's headlines say, and what the shares and `POOLING` were
fitted to: 111 articles read by hand (NTREX in both languages, Wikinews, detik). `news-streams evaluate documents` measures it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from streams.enrichers.language import UNDECIDED
from streams.enrichers.moods import Pooling, weigh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.articles import Language
    from streams.enrichers.reading import Reading

SHARES: Final[Mapping[str, float]] = {"headline": 0.50, "lede": 0.15, "body": 0.35}
POOLING: Final = Pooling(sharpness=1.3, lean=2.4)


def enrich_sentiment(reading: Reading) -> dict[str, Any]:
    """Return `sentiment`, or None of it with its `sentiment_reason`."""
    sentences = Counter(passage.zone for passage in reading.passages)
    votes = (
        (SHARES[passage.zone] / sentences[passage.zone], annotation.sentiment)
        for passage, annotation in zip(reading.passages, reading.annotations, strict=True)
    )
    sentiment = weigh(votes, POOLING)
    return {"sentiment": sentiment, "sentiment_reason": None if sentiment else _reason(reading.language)}


def _reason(language: Language) -> str:
    if language.supported:
        return "no sentence to judge"
    return "undecided language" if language.code == UNDECIDED else f"unsupported language: {language.code}"
