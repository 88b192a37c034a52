"""From probabilities to a verdict."""

import pytest

from streams.enrichers.moods import MARGIN, Pooling, judge, weigh
from streams.enrichers.sentiment import POOLING, SHARES
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


EVEN = Pooling(1.0, 0.0)
QUIET = Probabilities(0.02, 0.96, 0.02)
BAD = Probabilities(0.02, 0.18, 0.80)


def test_the_weightier_side_wins() -> None:
    verdict = weigh([(3.0, BAD), (1.0, Probabilities(0.80, 0.18, 0.02))], EVEN)
    assert verdict is not None
    assert verdict.label == "negative"
    assert weigh([(3.0, BAD), (1.0, QUIET)], EVEN) == weigh([(6.0, BAD), (2.0, QUIET)], EVEN)


@pytest.mark.parametrize("alone", [BAD, QUIET, Probabilities(0.3, 0.4, 0.3)])
def test_one_sentence_is_taken_at_its_word(alone: Probabilities) -> None:
    assert weigh([(0.5, alone)], POOLING) == judge(alone)


def test_a_quiet_body_does_not_drown_a_bad_headline() -> None:
    verdict = weigh([(0.5, BAD), *[(0.5 / 40, QUIET)] * 40], POOLING)
    assert verdict is not None
    assert verdict.label == "negative"


def test_a_quiet_article_is_neutral() -> None:
    verdict = weigh([(0.5, QUIET), *[(0.5 / 40, QUIET)] * 40], POOLING)
    assert verdict is not None
    assert verdict.label == "neutral"
    assert verdict.confidence > 0.5


def test_contradiction_is_doubt() -> None:
    verdict = weigh([(1.0, BAD), (1.0, Probabilities(0.80, 0.18, 0.02))], POOLING)
    assert verdict is not None
    assert verdict.label == "neutral"
    assert verdict.score == 0.0


@pytest.mark.parametrize("votes", [[], [(0.0, Probabilities(1.0, 0.0, 0.0))]])
def test_without_weight_there_is_no_verdict(votes: list[tuple[float, Probabilities]]) -> None:
    assert weigh(votes, POOLING) is None


def test_the_shares_are_whole() -> None:
    assert sum(SHARES.values()) == pytest.approx(1.0)
