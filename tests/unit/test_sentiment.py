"""From probabilities to a verdict."""

import pytest

from streams.enrichers.moods import MARGIN, judge, weigh
from streams.enrichers.sentiment import SHARES
from streams.nlp import Probabilities


def test_the_likeliest_class_wins() -> None:
    verdict = judge(Probabilities(0.7, 0.2, 0.1))
    assert (verdict.label, verdict.score, verdict.confidence) == ("positive", 0.6, 0.7)


def test_a_narrow_lead_is_no_verdict() -> None:
    verdict = judge(Probabilities(0.40, 0.15, 0.45))
    assert (verdict.label, verdict.confidence) == ("neutral", 0.15)
    assert verdict.score == pytest.approx(-0.05)


def test_a_lead_of_the_margin_is_a_verdict() -> None:
    assert judge(Probabilities(0.5 + MARGIN / 2, 0.0, 0.5 - MARGIN / 2)).label == "positive"


def test_the_mean_is_weighted() -> None:
    verdict = weigh([(3.0, Probabilities(0.0, 0.0, 1.0)), (1.0, Probabilities(1.0, 0.0, 0.0))])
    assert verdict is not None
    assert verdict.probabilities == {"positive": 0.25, "neutral": 0.0, "negative": 0.75}


@pytest.mark.parametrize("votes", [[], [(0.0, Probabilities(1.0, 0.0, 0.0))]])
def test_without_weight_there_is_no_verdict(votes: list[tuple[float, Probabilities]]) -> None:
    assert weigh(votes) is None


def test_the_shares_are_whole() -> None:
    assert sum(SHARES.values()) == pytest.approx(1.0)
