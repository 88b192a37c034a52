"""The table of topics, and layouts compared with it."""

from __future__ import annotations

import re

import pytest

from streams.adapters.kafka.topic_layouts import Layout, difference, largest_record, require_layouts
from streams.contracts import load_schema
from streams.errors import TopicLayoutError
from streams.topics import RAW, TOPICS

WANTED = Layout(RAW.partitions, RAW.config)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_the_table_is_sound(topic: type[RAW]) -> None:
    assert re.fullmatch(r"news\.[a-z.]+", topic.name)
    assert topic.partitions > 0
    assert int(topic.config["retention.ms"]) > 0
    if topic.schema is not None:
        assert load_schema(topic.schema)["$schema"].endswith("2020-12/schema")


def test_what_the_broker_does_not_tell_is_no_difference() -> None:
    assert difference(RAW, WANTED) is None
    assert difference(RAW, Layout(RAW.partitions)) is None


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "does not exist, wanted 8 partitions, cleanup.policy=delete, retention.ms=604800000"),
        (Layout(4), "found 4 partitions, wanted 8 partitions, cleanup.policy=delete, retention.ms=604800000"),
        (Layout(8, {"retention.ms": "-1"}), "found 8 partitions, retention.ms=-1, wanted 8 partitions"),
        (Layout(8, {"cleanup.policy": "compact,delete"}), "found 8 partitions, cleanup.policy=compact,delete, wanted"),
    ],
)
def test_a_difference_names_both_layouts(found: Layout | None, told: str) -> None:
    line = difference(RAW, found)
    assert line is not None
    assert line.startswith("topic news.articles.raw ")
    assert told in line


def test_all_that_differ_are_named() -> None:
    with pytest.raises(TopicLayoutError) as caught:
        require_layouts(TOPICS, {topic.name: None for topic in TOPICS})
    assert all(topic.name in str(caught.value) for topic in TOPICS)
    require_layouts(TOPICS, {})


def test_our_topics_take_any_record_that_we_process() -> None:
    assert largest_record(8 * 1024 * 1024) > 8 * 1024 * 1024 * 1.1
