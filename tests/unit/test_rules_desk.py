"""Alerts: one for each story and cool-down, counts, quiet hours, and what a restart or a redelivery changes (nothing)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams.contracts import ALERT, validator
from streams.rules.desk import Desk
from streams.rules.loading import read_rule
from streams.rules.matches import Match

if TYPE_CHECKING:
    from streams.rules.model import Rule

START = datetime(2026, 5, 29, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta, a Friday


def rule(**more: Any) -> Rule:
    return read_rule(orjson.dumps({"rule": "r", "when": {"words": "x"}, "cooldown": "6h", **more}), "test")


def match(article: str, minutes: float, **more: Any) -> Match:
    told = {"story": "s", "source": "a.id", "entity": "org:x", "hash_": "h"} | more
    described = {
        **dict.fromkeys(("title", "url", "published_at", "sentiment", "duplicate_of", "story_articles_before")),
        "id": article,
        "content_hash": told["hash_"],
        "source": told["source"],
        "story_id": told["story"],
        "language": "id",
    }
    about = [{"id": told["entity"], "name": "X", "type": "ORG", "salience": 1.0, "sentiment": None}]
    return Match("r", "v", START + timedelta(minutes=minutes), described, [], about)


class Run:
    """A desk whose rows go through JSON, as those of a table do, and whose every alert is held against its schema."""

    def __init__(self, rule_: Rule, capacity: int = 1000) -> None:
        self.rules, self.rows = {"r": rule_}, Rows()
        self.desk = Desk(self.rules, self.rows, capacity)
        self.capacity = capacity

    def restart(self) -> None:
        self.desk = Desk(self.rules, self.rows, self.capacity)

    def take(self, *args: Any, **more: Any) -> list[dict[str, Any]]:
        return checked(self.desk.take(match(*args, **more)))

    def tick(self, minutes: float) -> list[dict[str, Any]]:
        return checked(self.desk.tick(START + timedelta(minutes=minutes)))


class Rows(dict[str, Any]):
    def __setitem__(self, key: str, row: Any) -> None:
        super().__setitem__(key, orjson.loads(orjson.dumps(row)))


def checked(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for alert in alerts:
        validator(ALERT, strict=True).validate(orjson.loads(orjson.dumps(alert)))
    return alerts


def test_a_story_is_told_once_in_a_cool_down_and_what_came_later_in_one_update() -> None:
    run = Run(rule())
    (alert,) = run.take("1", 0)
    assert (alert["kind"], alert["articles"], alert["sources"]) == ("alert", 1, ["a.id"])
    assert run.take("2", 10, source="b.id") == []
    assert run.take("3", 359, source="a.id") == []
    assert run.tick(359.9) == []
    (update,) = run.tick(360)
    assert (update["kind"], update["alert_id"], update["articles"]) == ("update", alert["id"], 3)
    assert (update["sources"], [each["id"] for each in update["joined"]]) == (["a.id", "b.id"], ["2", "3"])
    assert update["id"] != alert["id"]
    assert not run.rows
    (again,) = run.take("4", 361)
    assert again["id"] != alert["id"]


def test_without_anything_new_there_is_no_update() -> None:
    run = Run(rule())
    run.take("1", 0)
    assert run.tick(10_000) == []
    assert not run.rows


def test_the_end_of_a_cool_down_is_seen_without_a_tick() -> None:
    run = Run(rule())
    run.take("1", 0)
    run.take("2", 5)
    update, alert = run.take("3", 400)
    assert (update["kind"], alert["kind"], alert["articles"]) == ("update", "alert", 1)


def test_other_stories_and_articles_without_one_are_told_by_themselves() -> None:
    run = Run(rule())
    assert [len(run.take(*each)) for each in (("1", 0), ("2", 1))] == [1, 0]
    assert len(run.take("3", 2, story="other")) == 1
    assert len(run.take("4", 3, story=None)) == 1
    assert len(run.take("5", 4, story=None)) == 1
    assert run.take("5", 5, story=None) == []


def test_a_redelivered_article_changes_nothing() -> None:
    run = Run(rule())
    first = run.take("1", 0)
    run.take("2", 1)
    rows = orjson.dumps(run.rows)
    assert run.take("2", 1) == []
    assert run.take("1", 0) == []
    assert orjson.dumps(run.rows) == rows
    # Where the state was lost with the worker, the alert comes again under the id that it had.
    assert Run(rule()).take("1", 0) == first


def test_a_new_version_of_an_article_is_not_another_article() -> None:
    run = Run(rule())
    run.take("1", 0)
    run.take("1", 1, hash_="h2")
    run.take("2", 2)
    run.take("2", 3, hash_="h2")
    (update,) = run.tick(360)
    assert update["articles"] == 2


def test_an_article_with_a_wrong_clock_does_not_swallow_the_present() -> None:
    run = Run(rule())
    assert len(run.take("future", 1_000_000)) == 1
    assert len(run.take("now", 0)) == 1
    assert run.take("soon", 5) == []


COUNT = {"at_least": 3, "within": "1h", "sources": 2}


def test_a_count_is_reached_by_articles_and_sources_in_the_window() -> None:
    run = Run(rule(count=COUNT))
    assert run.take("1", 0, story="s1") == []
    assert run.take("2", 10, story="s2") == []
    assert run.take("3", 20, story="s3") == []  # three, but of one source
    (alert,) = run.take("4", 61, story="s4", source="b.id")  # the first has left the window
    assert alert["count"] == {"articles": 3, "sources": 2, "within": "1h", "of": "rule"}
    assert [each["id"] for each in alert["joined"]] == ["2", "3"]
    assert (alert["articles"], sorted(alert["sources"])) == (3, ["a.id", "b.id"])
    assert run.take("5", 62, story="s5") == []
    (update,) = run.tick(61 + 360)
    assert (update["articles"], [each["id"] for each in update["joined"]]) == (4, ["2", "3", "5"])
    assert not run.rows


def test_a_count_does_not_count_an_article_twice_nor_an_unknown_source() -> None:
    run = Run(rule(count=COUNT))
    for minutes, source in ((0, "a.id"), (1, "b.id"), (2, "a.id")):
        assert run.take("1", minutes, source=source) == []
    assert run.take("2", 3, source=None) == []
    assert run.take("3", 4, source=None) == []
    assert len(run.take("4", 5, source="c.id")) == 1


def test_a_count_by_entity_or_story_is_of_each_by_itself() -> None:
    for of, field in (("entity", "entity"), ("story", "story")):
        run = Run(rule(count=COUNT | {"of": of, "sources": 1}))
        for number, which in enumerate(("org:a", "org:b", "org:a", "org:b")):
            assert run.take(str(number), number, **{field: which}) == []
        assert len(run.take("9", 9, **{field: "org:a"})) == 1
        assert len(run.take("10", 10, **{field: "org:b"})) == 1


def test_a_late_article_counts_where_it_belongs() -> None:
    run = Run(rule(count=COUNT | {"sources": 1}))
    run.take("1", 100)
    run.take("2", 101)
    assert run.take("late", 30) == []  # not in the hour before the latest
    assert len(run.take("less late", 50)) == 1


QUIET = {"from": "22:00", "to": "06:00", "zone": "Asia/Jakarta"}
TEN_PM, SIX_AM = 12 * 60, 20 * 60


def test_in_quiet_hours_an_alert_waits_and_comes_with_what_joined_it() -> None:
    run = Run(rule(quiet=QUIET, cooldown="1h"))
    assert run.take("1", TEN_PM) == []
    assert run.take("2", TEN_PM + 300) == []
    assert run.tick(SIX_AM - 1) == []
    run.restart()
    (alert,) = run.tick(SIX_AM)
    assert (alert["kind"], alert["articles"], alert["held_until"]) == ("alert", 2, "2026-05-29T23:00:00.000Z")
    assert alert["time"] == "2026-05-29T15:00:00.000Z"
    assert not run.rows


def test_an_alert_just_before_quiet_hours_is_sent_and_its_update_waits() -> None:
    run = Run(rule(quiet=QUIET, cooldown="1h"))
    assert len(run.take("1", TEN_PM - 1)) == 1
    assert run.take("2", TEN_PM + 5) == []
    assert run.tick(TEN_PM + 120) == []
    (update,) = run.tick(SIX_AM)
    assert (update["kind"], update["articles"], update["held_until"]) == ("update", 2, "2026-05-29T23:00:00.000Z")


@pytest.mark.parametrize(("severity", "held"), [("high", True), ("critical", False)])
def test_what_is_severe_enough_is_sent_in_quiet_hours(severity: str, held: bool) -> None:  # noqa: FBT001
    run = Run(rule(quiet=QUIET | {"unless": "critical"}, severity=severity))
    assert (run.take("1", TEN_PM) == []) == held


def test_a_quiet_weekend_is_one_silence() -> None:
    days = {"from": "00:00", "to": "24:00", "zone": "Asia/Jakarta", "days": ["sat", "sun"]}
    run = Run(rule(quiet=days, cooldown="5m"))
    assert len(run.take("friday", 0)) == 1
    assert run.take("saturday", 24 * 60) == []
    assert run.tick(2 * 24 * 60) == []
    (alert,) = run.tick(4 * 24 * 60)
    assert alert["held_until"] == "2026-05-31T17:00:00.000Z"  # Monday, 00:00 in Jakarta


def test_quiet_hours_follow_a_clock_that_is_put_back() -> None:
    berlin = {"from": "02:30", "to": "03:30", "zone": "Europe/Berlin"}
    run = Run(rule(quiet=berlin))
    night = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # 02:00 for the second time: before 02:30, after it began
    minutes = (night - START).total_seconds() / 60
    assert run.take("1", minutes) == []
    (alert,) = run.tick(minutes + 24 * 60)
    assert alert["held_until"] == "2026-10-25T02:30:00.000Z"


def test_what_a_deleted_rule_had_waiting_is_sent() -> None:
    run = Run(rule(quiet=QUIET))
    run.take("1", TEN_PM)
    run.rules.clear()
    assert run.take("2", TEN_PM + 1) == []
    assert len(run.tick(SIX_AM)) == 1
    assert run.tick(10_000) == []
    assert not run.rows


def test_state_is_bounded_and_what_has_no_room_is_told_early() -> None:
    run = Run(rule(), capacity=3)
    sent: list[dict[str, Any]] = []
    for number in range(10):
        sent += run.take(f"a{number}", number, story=f"s{number}")
        sent += run.take(f"b{number}", number + 0.5, story=f"s{number}")
    sent += run.tick(10_000)
    assert len(run.rows) == 0
    assert sorted(alert["kind"] for alert in sent) == ["alert"] * 10 + ["update"] * 10


def test_a_thread_of_thousands_stays_small() -> None:
    run = Run(rule(count={"at_least": 2, "within": "7d"}, cooldown="7d"))
    for number in range(3_000):
        run.take(f"article-{number:06}", number / 10, source=f"s{number}.id")
    assert len(orjson.dumps(run.rows)) < 150_000
    (update,) = run.tick(100_000)
    assert update["articles"] == 3_000
    assert (len(update["sources"]), len(update["joined"])) == (50, 20)


def test_a_count_of_one_by_entity_tells_of_each_entity_once_in_a_cool_down() -> None:
    run = Run(rule(count={"at_least": 1, "within": "1h", "of": "entity"}))
    assert len(run.take("1", 0, story="s", entity="org:a")) == 1
    assert run.take("2", 1, story="t", entity="org:a") == []
    assert len(run.take("3", 2, story="u", entity="org:b")) == 1
    assert [(each["kind"], each["articles"]) for each in run.tick(7 * 60)] == [("update", 2)]
    assert len(run.take("4", 8 * 60, story="v", entity="org:a")) == 1
