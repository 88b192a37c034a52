"""What rules would have sent, over articles that were enriched already; nothing is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streams.rules.desk import Desk
from streams.rules.facts import LATEST, Facts
from streams.rules.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from streams.rules.alerts import Alert
    from streams.rules.matches import Match
    from streams.rules.model import Rule


class Trial:
    """Rules on trial.

    Args:
        rules: to be tried.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._index = Index(rules)
        self._matches: list[Match] = []

    def read(self, facts: Facts) -> None:
        """Take one article; the order does not matter, time is that of the articles."""
        self._matches += self._index.match(facts)

    def close(self) -> list[Alert]:
        """Return what is sent, after the time that all quiet hours and cool-downs last."""
        desk = Desk(self._index.rules, {})
        sent: list[Alert] = []
        for match in sorted(self._matches, key=lambda match: match.time):
            sent += desk.tick(match.time) + desk.take(match)
        return sent + desk.tick(LATEST)


@dataclass(frozen=True, slots=True)
class Difference:
    """One alert in two versions of the rules; None where one does not send it."""

    live: Alert | None
    new: Alert | None

    @property
    def alert(self) -> Alert:
        """The alert, as the new version has it where it does."""
        alert = self.new or self.live
        if alert is None:
            msg = "neither version sends it"
            raise ValueError(msg)
        return alert

    @property
    def sign(self) -> str:
        """`+` only the new rules send it, `-` only the live ones, `~` both, but not the same, `=` both."""
        if self.live is None or self.new is None:
            return "+" if self.live is None else "-"
        return "=" if _without_version(self.live) == _without_version(self.new) else "~"


def compare(live: Sequence[Alert], new: Sequence[Alert]) -> list[Difference]:
    """Put the alerts of two versions side by side, by time."""
    before, after = ({alert["id"]: alert for alert in alerts} for alerts in (live, new))
    both = [Difference(before.get(id_), after.get(id_)) for id_ in {**before, **after}]
    return sorted(both, key=lambda each: (each.alert["time"], each.alert["rule"]["id"], each.alert["id"]))


def try_rules(rules: Iterable[Rule], articles: Iterable[Mapping[str, Any]]) -> list[Alert]:
    """Return what rules would have sent over articles, those of quiet hours and all updates included."""
    trial = Trial(rules)
    for article in articles:
        trial.read(Facts(article))
    return trial.close()


def _without_version(alert: Alert) -> Alert:
    return {**alert, "rule": {**alert["rule"], "version": ""}}
