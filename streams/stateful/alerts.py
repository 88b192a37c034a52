"""alerts: matches of a rule become what is sent, once for each story and cool-down, and never in its quiet hours.

A rule that is not known here may be a moment away: each worker reads the rules for itself. Its matches wait for it
in a table of their own; a deleted rule's are dropped, and what it held back is sent.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from streams.contracts import ALERT
from streams.errors import DecodeError, Reason, Stage
from streams.records import OutboundRecord
from streams.rules.alerts import COMMON
from streams.rules.desk import Desk
from streams.rules.matches import Match
from streams.stages.route.events import Event
from streams.stages.route.headers import make_headers
from streams.stages.route.wire import encode
from streams.stateful.matches import carry_input
from streams.stateful.work import Answer, Remembering
from streams.times import rfc3339
from streams.topics import ALERTS_STATE, MATCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streams.records import Headers, InboundRecord
    from streams.rules.alerts import Alert
    from streams.rules.boards import RuleBoard
    from streams.stateful.work import Tables

logger = logging.getLogger(__name__)

PATIENCE: Final = timedelta(minutes=10)
"""How long a match waits for its rule to be known here."""
LULL: Final = 60.0
"""Seconds without a match after which we count as caught up."""
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)


class Alerts:
    """The rules of one partition.

    Args:
        tables: `states`, the rows of the desk; `waiting`, matches of rules that are not known yet.
        board: the rules.
        is_there: tells whether a topic exists; what goes to one that does not is sent to the common one.
    """

    def __init__(self, tables: Tables, board: RuleBoard, is_there: Callable[[str], bool]) -> None:
        self._states = tables.json("states")
        self._waiting = tables.json("waiting")
        self._board = board
        self._is_there = is_there
        self._opened: Desk | None = None
        self._behind = timedelta()
        self._lull_began: float | None = None

    @property
    def _desk(self) -> Desk:
        if self._opened is None:
            self._opened = Desk(self._board.rules, self._states)
        return self._opened

    def take(self, record: InboundRecord) -> Answer:
        """Take a match.

        Raises:
            DecodeError: it is none.
        """
        match = read_match(record)
        # A worker that was away reads what is hours old: cool-downs run by the articles' time then. Theirs alone is no
        # clock either: a crawler may say that it is tomorrow.
        moment = min(match.time, record.timestamp)
        self._behind, self._lull_began = record.timestamp - moment, None
        try:
            # While records come nobody ticks; and what was due before this one is told without it.
            due = self._due(moment)
            return _answer(due + self._publish(self._judge(match, record), carry_input(record)))
        except Exception:
            # The rows will be as they were: what is due is read from them anew, the next time.
            self._opened = None
            raise

    def tick(self, now: float) -> Answer:
        """Send what quiet hours held back and what joined alerts whose cool-down is over."""
        self._lull_began = now if self._lull_began is None else self._lull_began
        behind = self._behind if now - self._lull_began < LULL else timedelta()
        return _answer(self._due(min(datetime.fromtimestamp(now, UTC), LATEST) - behind))

    def _judge(self, match: Match, record: InboundRecord) -> list[Alert]:
        if match.rule_id in self._board.rules:
            return self._desk.take(match)
        if not self._board.is_deleted(match.rule_id):
            key = f"{match.rule_id}|{match.article['id']}|{match.article['content_hash']}"
            carried = [[name, (value or b"").decode("latin-1")] for name, value in carry_input(record)]
            self._waiting[key] = {"since": rfc3339(record.timestamp), "match": match.to_json(), "carried": carried}
        return []

    def _due(self, now: datetime) -> list[OutboundRecord]:
        # In this order: of what has waited for its rule some may be due already.
        settled = self._settle(now) if len(self._waiting) else []
        return settled + self._publish(self._desk.tick(now), ())

    def _settle(self, now: datetime) -> list[OutboundRecord]:
        """Take the matches whose rule has come to be known; give up those of rules that never do."""
        sent: list[OutboundRecord] = []
        for key, row in sorted(self._waiting.items(), key=lambda item: (item[1]["since"], item[0])):
            rule_id = row["match"]["rule_id"]
            if rule_id in self._board.rules:
                carried = tuple((name, text.encode("latin-1")) for name, text in row["carried"])
                sent += self._publish(self._desk.take(Match.from_json(row["match"])), carried)
            elif now - datetime.fromisoformat(row["since"]) < PATIENCE and not self._board.is_deleted(rule_id):
                continue
            else:
                logger.warning("a match of the rule %s is dropped: there is no such rule", rule_id)
            del self._waiting[key]
        return sent

    def _publish(self, alerts: Iterable[Alert], carried: Headers) -> list[OutboundRecord]:
        return [self._record(alert, carried) for alert in alerts]

    def _record(self, alert: Alert, carried: Headers) -> OutboundRecord:
        there = alert["topic"] == COMMON or self._is_there(alert["topic"])
        event = announce_alert(alert if there else alert | {"topic": COMMON})
        value = encode(event.value, event.schema)
        return OutboundRecord(event.topic, event.subject.encode(), value, make_headers(event) + carried)


def alerting(board: RuleBoard, is_there: Callable[[str], bool] = lambda _: True) -> Remembering:
    """Return the stage.

    Args:
        board: the rules.
        is_there: tells whether a topic exists.
    """
    return Remembering(Stage.ALERTS, MATCHED, ALERTS_STATE, lambda tables: Alerts(tables, board, is_there))


def announce_alert(alert: Alert) -> Event:
    """Announce an alert, with what a consumer filters by in headers of its own."""
    return Event(
        topic=alert["topic"],
        schema=ALERT,
        type="news.alert.v1",
        id=alert["id"],
        subject=alert["alert_id"],
        time=alert["time"],
        filters={"severity": alert["severity"], "rule": alert["rule"]["id"], "kind": alert["kind"]},
        value=alert,
    )


def read_match(record: InboundRecord) -> Match:
    """Read a record of `news.alerts.matched`.

    Raises:
        DecodeError: it holds none; the text says why.
    """
    try:
        value: dict[str, Any] = orjson.loads(record.value or b"null")
        return Match.from_json(value)
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError) as error:
        raise DecodeError(Reason.BAD_JSON, f"no match: {type(error).__name__}: {error}") from None


def _answer(records: list[OutboundRecord]) -> Answer:
    return Answer(tuple(records), "published" if records else "none")
