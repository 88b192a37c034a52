"""Articles to matches to alerts, as the runtime calls them: rules that come, change and go, records that come again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams.contracts import ALERT, schema_folder, validator
from streams.errors import DecodeError
from streams.records import InboundRecord, OutboundRecord
from streams.rules.boards import RuleBoard, TrendBoard
from streams.stateful import alerts as module
from streams.stateful.alerts import Alerts
from streams.stateful.matches import Matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.stateful.work import Answer

NOON = datetime(2026, 5, 29, 5, 0, tzinfo=UTC)  # 12:00 in Jakarta
EXAMPLE = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())
TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TREND = orjson.loads((schema_folder() / "entity.trend.v1.json").read_bytes())["examples"][0]


class Memory:
    """Tables that can be undone, as those of the runtime."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def json(self, name: str) -> Any:
        return self.kept.setdefault(name, {})

    def raw(self, name: str) -> Any:
        return self.json(name)

    def copy(self) -> dict[str, dict[str, Any]]:
        return {name: {key: orjson.dumps(row) for key, row in rows.items()} for name, rows in self.kept.items()}

    def restore(self, kept: dict[str, dict[str, Any]]) -> None:
        for name, rows in self.kept.items():
            rows.clear()
            rows.update({key: orjson.loads(row) for key, row in kept.get(name, {}).items()})


class Desk:
    """Both stages over one board, every alert held against its schema."""

    def __init__(self, *rules: dict[str, Any]) -> None:
        self.board, self.trends, self.tables = RuleBoard(), TrendBoard(), Memory()
        self.topics = {"news.alerts"}
        for each in rules:
            self.put(each)
        self.matches = Matches(self.board, self.trends)
        self.open()

    def open(self) -> None:
        self.alerts = Alerts(self.tables, self.board, lambda topic: topic in self.topics)

    def put(self, rule: dict[str, Any]) -> None:
        self.board.take(rule["rule"].encode(), orjson.dumps(rule))

    def delete(self, rule_id: str) -> None:
        self.board.take(rule_id.encode(), None)

    def match(self, name: str, minutes: float = 0, **more: Any) -> list[InboundRecord]:
        """Return the matches of an article as they come from their topic."""
        at = NOON + timedelta(minutes=minutes)
        article = EXAMPLE | {"id": name, "enriched_at": at.isoformat(), **story(name)} | more
        headers = (("news_streams.input", b"news.articles.raw/3/17"), ("traceparent", TRACE), ("other", b"x"))
        answer = self.matches.take(InboundRecord(orjson.dumps(article), at, headers=headers))
        return [InboundRecord(each.value, at, each.key, each.headers, each.topic) for each in answer.records]

    def send(self, name: str, minutes: float = 0, **more: Any) -> list[dict[str, Any]]:
        return [value for record in self.match(name, minutes, **more) for value in told(self.alerts.take(record))]

    def tick(self, minutes: float) -> list[dict[str, Any]]:
        """Tick so long after noon, and after a lull."""
        now = (NOON + timedelta(minutes=minutes)).timestamp()
        first = told(self.alerts.tick(now - 61))
        return first + told(self.alerts.tick(now))


def told(answer: Answer) -> list[dict[str, Any]]:
    assert answer.name == ("published" if answer.records else "none")
    return [checked(record) for record in answer.records]


def checked(record: OutboundRecord) -> dict[str, Any]:
    alert: dict[str, Any] = orjson.loads(record.value or b"")
    validator(ALERT, strict=True).validate(alert)
    headers = {name: (value or b"").decode() for name, value in record.headers}
    assert headers["ce_id"] == alert["id"]
    assert headers["ce_type"] == "news.alert.v1"
    assert (headers["severity"], headers["rule"], headers["kind"]) == (
        alert["severity"],
        alert["rule"]["id"],
        alert["kind"],
    )
    assert (record.topic, record.key) == (alert["topic"], alert["alert_id"].encode())
    return alert


PUTIN = {"rule": "putin", "when": {"entity": "Vladimir Putin"}, "severity": "high"}
NIGHT = {"from": "22:00", "to": "06:00", "zone": "Asia/Jakarta"}


def test_an_article_becomes_an_alert_that_carries_its_trace_and_input() -> None:
    desk = Desk(PUTIN, PUTIN | {"rule": "nobody", "when": {"words": "nobody"}})
    (match,) = desk.match("a")
    assert (match.topic, match.key) == ("news.alerts.matched", b"putin")
    (record,) = desk.alerts.take(match).records
    alert = checked(record)
    assert alert["article"]["id"] == "a"
    carried = dict(record.headers)
    assert carried["news_streams.input"] == b"news.articles.raw/3/17"
    assert carried["traceparent"] == TRACE
    assert "other" not in carried


def test_a_match_that_comes_again_is_told_once_and_says_the_same_after_a_crash() -> None:
    desk = Desk(PUTIN)
    (match,) = desk.match("a")
    before = desk.tables.copy()
    first = desk.alerts.take(match)
    assert told(desk.alerts.take(match)) == []
    desk.tables.restore(before)  # killed after publishing, before the rows were kept
    desk.open()
    assert desk.alerts.take(match) == first
    desk.open()
    assert told(desk.alerts.take(match)) == []


def test_no_article_no_match_is_an_error_that_names_it() -> None:
    desk = Desk(PUTIN)
    for value in (None, b"{", b"5", b'{"id": 1}', orjson.dumps(EXAMPLE | {"entities": [{"id": "x"}]})):
        with pytest.raises(DecodeError):
            desk.matches.take(InboundRecord(value, NOON))
        with pytest.raises(DecodeError):
            desk.alerts.take(InboundRecord(value, NOON))


def test_a_record_that_fails_leaves_what_is_due_due(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(PUTIN)
    assert len(desk.send("a", **story("s"))) == 1
    desk.send("b", 10, **story("s"))
    before = desk.tables.copy()
    (late,) = desk.match("c", 500, **story("t"))
    monkeypatch.setattr(module, "encode", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        desk.alerts.take(late)
    desk.tables.restore(before)
    monkeypatch.undo()
    assert [alert["kind"] for alert in told(desk.alerts.take(late))] == ["update", "alert"]


def test_a_rule_changes_and_goes_while_articles_come() -> None:
    desk = Desk(PUTIN)
    assert desk.send("a")[0]["severity"] == "high"
    desk.put(PUTIN | {"severity": "low"})
    assert desk.send("b")[0]["severity"] == "low"
    (match,) = desk.match("c")
    desk.delete("putin")
    assert desk.match("d") == []
    assert told(desk.alerts.take(match)) == []
    assert desk.tables.kept["waiting"] == {}


def test_what_a_deleted_rule_held_back_is_sent() -> None:
    desk = Desk(PUTIN | {"quiet": NIGHT})
    assert desk.send("a", 11 * 60) == []  # 23:00
    desk.delete("putin")
    assert desk.tick(17 * 60) == []  # 05:00
    (alert,) = desk.tick(18 * 60)
    assert alert["held_until"] == "2026-05-29T23:00:00.000Z"


def test_a_match_waits_for_a_rule_that_another_worker_knows_already() -> None:
    ahead, desk = Desk(PUTIN), Desk()
    (match,) = ahead.match("a")
    assert told(desk.alerts.take(match)) == []
    assert told(desk.alerts.take(match)) == []
    desk.open()
    desk.put(PUTIN)
    (record,) = desk.alerts.tick(NOON.timestamp() + 1).records
    assert checked(record)["article"]["id"] == "a"
    assert dict(record.headers)["traceparent"] == TRACE
    assert desk.tables.kept["waiting"] == {}
    assert told(desk.alerts.take(match)) == []


def test_a_match_whose_rule_never_comes_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    ahead, desk = Desk(PUTIN), Desk()
    desk.alerts.take(ahead.match("a")[0])
    desk.tick(5)
    assert desk.tables.kept["waiting"]
    desk.tick(11)
    assert desk.tables.kept["waiting"] == {}
    assert "a match of the rule putin is dropped" in caplog.text


def test_a_bad_rule_on_the_topic_is_reported_once_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(PUTIN)
    bad = [b"{", b"[]", b'{"rule": "x", "when": {"wrods": 1}}', orjson.dumps(PUTIN | {"rule": "other"})]
    for value in bad:
        desk.board.take(b"x", value)
    desk.board.take(None, orjson.dumps(PUTIN))
    desk.board.take(b"putin", b"\x1b[31m\n{broken")
    assert len(caplog.records) == len(bad) + 2
    assert desk.board.refused == {"x", "", "putin"}
    assert all("\n" not in record.getMessage() for record in caplog.records)
    assert "did you mean 'words'?" in caplog.text
    assert list(desk.board.rules) == ["putin"]
    assert len(desk.send("a")) == 1
    desk.put(PUTIN)
    desk.delete("x")
    assert desk.board.refused == {""}


def test_a_topic_of_ones_own_is_used_once_it_is_there() -> None:
    desk = Desk(PUTIN | {"send_to": "own"})
    assert desk.send("a")[0]["topic"] == "news.alerts"
    desk.topics.add("news.alerts.putin")
    assert desk.send("b")[0]["topic"] == "news.alerts.putin"


def story(name: str) -> dict[str, Any]:
    return {"story": {"id": name, "duplicate_of": None, "copies": 0, "original": None}}


def late(records: Sequence[InboundRecord], hours: float) -> list[InboundRecord]:
    return [replace(each, timestamp=each.timestamp + timedelta(hours=hours)) for each in records]


def test_articles_of_hours_ago_are_told_once_a_story_all_the_same() -> None:
    desk = Desk(PUTIN)
    sent = []
    for number in range(5):
        for record in late(desk.match(f"a{number}", number, **story("s")), 9):
            sent += told(desk.alerts.take(record))
            sent += told(desk.alerts.tick(record.timestamp.timestamp() + 1))
    assert [each["kind"] for each in sent] == ["alert"]
    (update,) = desk.tick(9 * 60 + 10)
    assert (update["kind"], update["articles"]) == ("update", 5)


def test_a_crawler_whose_clock_is_days_ahead_ends_no_cool_down_of_others() -> None:
    desk = Desk(PUTIN)
    assert len(desk.send("a", **story("s"))) == 1
    for record in desk.match("b", 60 * 24 * 3, **story("other")):
        desk.alerts.take(replace(record, timestamp=NOON))
    assert desk.send("c", 1, **story("s")) == []


def test_quiet_hours_end_and_updates_come_while_other_matches_go_on() -> None:
    desk = Desk(PUTIN | {"quiet": NIGHT, "cooldown": "30m"}, PUTIN | {"rule": "day"})
    assert [each["rule"]["id"] for each in desk.send("a", 11 * 60, **story("s"))] == ["day"]
    sent = desk.send("b", 18 * 60 + 1, **story("t"))
    assert {(each["rule"]["id"], each["article"]["id"]) for each in sent} == {
        ("putin", "a"),
        ("putin", "b"),
        ("day", "b"),
    }


def test_trends_are_those_announced_last() -> None:
    rule = {"rule": "hot", "when": {"entity": "Vladimir Putin", "trend": {"within": "1h", "score": 4}}}
    desk = Desk(rule)
    assert desk.match("a") == []
    desk.trends.take(b"x", orjson.dumps(TREND))
    assert len(desk.match("a")) == 1
    desk.trends.take(b"x", orjson.dumps(TREND | {"score": 3.5}))
    assert desk.match("a") == []
    desk.trends.take(b"x", orjson.dumps(TREND))
    for bad in (None, b"{", b"5", orjson.dumps(TREND | {"score": "high"})):
        desk.trends.take(b"x", bad)
    assert len(desk.match("a")) == 1
    desk.trends.take(b"x", orjson.dumps(TREND | {"level": 0, "score": 9}))
    assert desk.match("a") == []
    assert len(desk.trends) == 0
