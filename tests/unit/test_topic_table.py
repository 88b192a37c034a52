"""The table of topics: what must hold between its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streams.rules.boards import RuleBoard, TrendBoard
from streams.stateful.alerts import alerting
from streams.stateful.matches import matching
from streams.stateful.places import placing
from streams.stateful.repeats import repeating
from streams.stateful.trends import trending
from streams.topics import FRESH, TOPICS

if TYPE_CHECKING:
    from streams.stateful.work import Remembering

STAGES = [repeating(), placing(), trending(), matching(RuleBoard(), TrendBoard()), alerting(RuleBoard())]


def test_names_are_given_once() -> None:
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: str(stage.name))
def test_a_changelog_has_a_partition_for_each_of_its_source(stage: Remembering) -> None:
    assert stage.source in TOPICS
    if stage.changelog is not None:
        assert stage.changelog in TOPICS
        assert stage.changelog.partitions == stage.source.partitions
        assert stage.changelog.cleanup_policy == "compact"


def test_stories_are_made_in_one_order() -> None:
    assert FRESH.partitions == 1
