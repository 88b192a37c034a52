"""Novelty and trends: what was before, and what is suddenly everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from streams.stories.clock import AHEAD, StreamClock
from streams.stories.counting import HOUR, count_windows
from streams.stories.novelty import Novelty, entity_keys, story_key
from streams.stories.trends import LEVELS, Trends

DAY = 24 * HOUR
START = 1_700_000_000 // DAY * DAY


def make_trends() -> Trends:
    return Trends({}, {}, {})


def test_novelty_counts_what_came_before_in_each_window() -> None:
    novelty = Novelty({})
    ages = (HOUR, 13 * HOUR, 2 * DAY, 5 * DAY, 8 * DAY)
    keys = [story_key("s"), *entity_keys("per:putin", "negative")]
    for age in reversed(ages):
        novelty.observe(keys, START - age)
    assert novelty.observe(keys, START) == [[1, 2, 3, 4]] * 3


def test_novelty_of_a_mood_is_its_own() -> None:
    novelty = Novelty({})
    novelty.observe(entity_keys("per:putin", "negative"), START)
    entity, mood = novelty.observe(entity_keys("per:putin", None), START + 1)
    assert (entity[0], mood[0]) == (1, 0)


def test_a_new_version_is_answered_and_not_counted() -> None:
    novelty, keys = Novelty({}), [story_key("s")]
    for at in range(5):
        novelty.observe(keys, START + at)
    assert novelty.observe(keys, START + 9, again=True)[0][0] == 5
    assert novelty.observe(keys, START + 10)[0][0] == 5


def test_what_comes_late_counts_in_its_own_hour() -> None:
    novelty, keys = Novelty({}), [story_key("s")]
    novelty.observe(keys, START)
    assert novelty.observe(keys, START - 20 * HOUR) == [[0, 0, 0, 0]]
    assert novelty.observe(keys, START + 1) == [[1, 2, 2, 2]]


def test_counts_forget_and_stay_small() -> None:
    rows: dict[str, Any] = {}
    novelty = Novelty(rows)
    for at in range(2_000):
        novelty.observe(["k"], START + at * HOUR / 2)
    assert len(rows["k"]) == 1 + 168
    novelty.observe(["k"], START - 400 * HOUR)
    assert len(rows["k"]) == 1 + 168
    assert count_windows(rows["k"], START + 999.5 * HOUR) == [24, 48, 144, 336]
    end = START + 2_000 * HOUR
    assert list(novelty.find_silent(end)) == ["k"]
    novelty.forget("k", START)
    assert rows
    novelty.forget("k", end)
    assert not rows


def test_a_burst_is_announced_once_a_level_and_its_end_as_well() -> None:
    trends = make_trends()
    for day in range(20):
        assert trends.observe("per:b", START + day * DAY, 0.0) == []
    burst = START + 20 * DAY
    changes = [change for at in range(60) for change in trends.observe("per:b", burst + at * 30, -0.5)]
    told = [(change.before, change.level) for change in changes if change.window == "1h"]
    levels = [(before, level) for before, level in told if before != level]
    assert levels == [(0, 1), (1, 2), (2, 3)]
    assert changes[-1].sentiment == pytest.approx(-0.5, abs=0.05)
    assert trends.top("1h", burst + 1_800)[0].entity_id == "per:b"
    cooled = [change for hour in range(1, 30) for change in trends.cool(burst + hour * HOUR)]
    assert [change.level for change in cooled if change.window == "1h"][-1] == 0
    assert trends.top("1h", burst + 30 * HOUR) == []


def test_of_two_at_the_highest_level_what_was_announced_last_tells_who_is_ahead() -> None:
    trends = make_trends()
    last = {}
    for id_, often in (("per:ahead", 400), ("per:a", 100)):
        changes = [change for _ in range(often) for change in trends.observe(id_, START, None) if change.window == "1h"]
        last[id_] = changes[-1]
        assert len(changes) < 15
    assert {change.level for change in last.values()} == {len(LEVELS)}
    assert last["per:ahead"].score > 2 * last["per:a"].score
    faded = [change for change in trends.cool(START + 3 * HOUR // 2) if change.window == "1h"]
    assert [change.level for change in faded] == [0, 0]
    assert trends.cool(START + 3 * HOUR // 2) == []


def test_a_trend_that_shrinks_is_told_before_it_is_over() -> None:
    trends = make_trends()
    trends.observe("per:other", START - 20 * DAY, None)
    for at in range(200):
        trends.observe("per:b", START + 10 + at // 2 * 30, None)
    told = [trend for minute in range(60, 110) for trend in trends.cool(START + minute * 60) if trend.window == "1h"]
    counts = [trend.count for trend in told if trend.level == len(LEVELS)]
    assert len(counts) > 1
    assert counts == sorted(counts, reverse=True)


def test_what_has_just_come_is_seen_where_the_present_lags_behind() -> None:
    trends = make_trends()
    for day in range(20):
        trends.observe("per:b", START + day * DAY, 0.0)
    burst = START + 20 * DAY
    changes = [change for at in range(10) for change in trends.observe("per:b", burst + at, 0.0)]
    assert {change.level for change in changes} - {0}
    assert trends.cool(burst - 3 * HOUR) == []


def test_of_many_that_end_at_once_some_are_told_at_a_time() -> None:
    trends = make_trends()
    for number in range(7):
        for at in range(20):
            trends.observe(f"per:{number}", START + DAY + at, 0.0)
    ended = [{change.entity_id for change in trends.cool(START + 9 * DAY, most=3)} for _ in range(4)]
    assert [len(each) for each in ended] == [3, 3, 1, 0]


def test_a_name_never_seen_before_is_no_trend_by_itself() -> None:
    trends = make_trends()
    for hour in range(24 * 30):
        trends.observe("loc:jakarta", START + hour * HOUR, None)
    now = START + 24 * 30 * HOUR
    assert [change for at in range(4) for change in trends.observe("per:rare", now + at, None)] == []


def test_what_is_always_everywhere_is_no_trend() -> None:
    trends = make_trends()
    changes = [trends.observe("loc:jakarta", START + minute * 60, None) for minute in range(60 * 24 * 3)]
    settled = [change for each in changes[60 * 48 :] for change in each]
    assert settled == []


def test_the_same_count_says_more_of_a_quiet_name() -> None:
    trends = make_trends()
    for hour in range(24 * 10):
        for at in range(20):
            trends.observe("loc:jakarta", START + hour * HOUR + at * 180, None)
        if hour % 24 == 0:
            trends.observe("per:quiet", START + hour * HOUR, None)
    now = START + 240 * HOUR
    for at in range(25):
        trends.observe("per:quiet", now + at, None)
        if at < 6:
            trends.observe("loc:jakarta", now + at, None)
    loud, quiet = (trends.read(id_, now + 60)[1] for id_ in ("loc:jakarta", "per:quiet"))
    assert abs(loud.count - quiet.count) <= 1
    assert quiet.score > LEVELS[0] > loud.score


def test_a_mention_that_comes_late_counts_where_it_belongs() -> None:
    trends = make_trends()
    trends.observe("per:a", START + 4_000, 1.0)
    trends.observe("per:a", START + 3_900, 0.0)
    trends.observe("per:a", START - 3 * DAY, -1.0)
    five, hour, day = trends.read("per:a", START + 4_000)
    assert (five.count, hour.count, day.count) == (2, 2, 2)
    assert hour.sentiment == 0.5


def test_forgotten_entities_leave_nothing() -> None:
    rows: dict[str, Any] = {}
    hot: dict[str, float] = {}
    trends = Trends(rows, hot, {})
    for at in range(100):
        trends.observe("per:a", START + at, None)
    assert hot
    assert list(trends.find_silent(START + DAY)) == []
    trends.cool(START + 2 * DAY)
    assert not hot
    assert list(trends.find_silent(START + DAY)) == ["per:a"]
    trends.forget("per:a", START)
    assert rows
    trends.forget("per:a", START + DAY)
    assert not rows
    assert trends.read("per:a", START) == []


def test_a_record_from_the_future_is_taken_for_the_present() -> None:
    clock = StreamClock({})
    assert clock.now == 0
    for at in range(9):
        assert clock.settle(START + at, START + 60) == START + at
    assert clock.settle(START + 1_000 * DAY, START + 61) == START + 61
    assert clock.settle(START + AHEAD, START + 62) == START + AHEAD
    assert clock.settle(START - 30 * DAY, START + 63) == START - 30 * DAY
    assert START <= clock.now <= START + 9


def test_after_a_silence_the_first_record_has_its_own_time() -> None:
    clock = StreamClock({})
    for at in range(9):
        clock.settle(START + at, START + at)
    assert clock.settle(START + DAY, START + DAY) == START + DAY
