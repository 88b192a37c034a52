"""The part of a worker that remembers: repeats, stories, trends, rules and alerts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streams.adapters.kafka.following import Follower
from streams.adapters.processing.breaker import Breaker
from streams.adapters.rules.own_topics import OwnTopics
from streams.adapters.state.changelog import Changelog
from streams.adapters.state.keeper import Keeper
from streams.adapters.state.stores import require_rocksdb
from streams.adapters.supervision.watchdog import Work
from streams.agents.remembering import RememberingAgent, StagePorts
from streams.app.parts import bytes_of
from streams.outcomes import DeadLettered
from streams.rules.boards import RuleBoard, TrendBoard
from streams.stateful.alerts import alerting
from streams.stateful.matches import matching
from streams.stateful.places import placing
from streams.stateful.repeats import repeating
from streams.stateful.trends import trending
from streams.topics import RULES, TRENDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from faust.types import TP, AppT
    from mode import ServiceT

    from streams.adapters.supervision.metrics import Metrics
    from streams.app.calls import Calls
    from streams.settings import Settings
    from streams.stateful.work import Answer, Remembering


class DeskPart:
    """The agents of the stages that remember.

    Args:
        settings: all of them.
        metrics: of the worker.
        calls: what the agents call.
    """

    def __init__(self, settings: Settings, metrics: Metrics, calls: Calls) -> None:
        require_rocksdb(settings.state_dir)
        self._settings = settings
        self._metrics = metrics
        self._calls = calls
        self._changelog = Changelog(settings)
        self.rules = RuleBoard()
        self.trends = TrendBoard()
        self._rules = self._follow(RULES.name, self.rules)
        self._trends = self._follow(TRENDS.name, self.trends)
        self._own_topics = OwnTopics(settings, self.rules.rules.values)
        metrics.refused_rules.set_function(lambda: len(self.rules.refused))
        metrics.loaded_rules.set_function(lambda: len(self.rules.rules))
        self._agents = {stage.source.name: self._make_agent(stage) for stage in self._stages()}

    def _stages(self) -> Iterable[Remembering]:
        if self._settings.stories:
            yield repeating()
            yield placing()
        yield trending()
        yield matching(self.rules, self.trends)
        yield alerting(self.rules, self._own_topics.has)

    def _follow(self, topic: str, board: RuleBoard | TrendBoard) -> Follower:
        return Follower(self._settings, topic, lambda record: board.take(record.key, record.value))

    def _make_agent(self, stage: Remembering) -> RememberingAgent:
        settings, calls = self._settings, self._calls
        log = stage.changelog
        keeper = Keeper(self._changelog, log.name, settings.state_dir) if log is not None else None
        ports = StagePorts(
            publish=self._metrics.counting_alerts(calls.publish) if stage.name == "alerts" else calls.publish,
            judge=Breaker(settings.breaker_records, settings.breaker_ratio).judge,
            ack=calls.ack,
            forget=calls.forget,
            on_halt=calls.on_halt,
            on_defect=calls.on_defect,
            count=self._counter(stage),
            metrics=self._metrics.agents[stage.name],
        )
        agent = RememberingAgent(stage, keeper, ports, settings.in_flight, self._caught_up)
        ports.metrics.held_rows.set_function(lambda: agent.rooms.rows)
        return agent

    def _counter(self, stage: Remembering) -> Callable[[Answer | DeadLettered, float], None]:
        def count(outcome: Answer | DeadLettered, seconds: float) -> None:
            self._metrics.agents[stage.name].count(outcome.name, seconds)
            if isinstance(outcome, DeadLettered):
                self._metrics.dead_letters.labels(outcome.stage, outcome.reason).inc()

        return count

    async def _caught_up(self) -> None:
        await asyncio.gather(self._rules.caught_up.wait(), self._trends.caught_up.wait())

    @property
    def services(self) -> list[ServiceT]:
        """What runs beside the agents."""
        return [self._changelog, self._rules, self._trends, self._own_topics]

    def join(self, app: AppT) -> None:
        """Add the agents to the app."""
        for agent in self._agents.values():
            app.agent(bytes_of(app, agent.stage.source), name=f"streams.agents.{agent.stage.name}")(agent.read)

    @property
    def sources(self) -> Iterable[str]:
        """The topics that are read."""
        return self._agents.keys()

    def work_on(self, topic: str) -> Work:
        """Return what the agent of a topic has done and has to do; nothing while tables are read."""
        agent = self._agents[topic]
        return Work(agent.acked, self.ready and bool(agent.in_flight))

    @property
    def in_flight(self) -> int:
        """Records read and not yet acked."""
        return sum(agent.in_flight for agent in self._agents.values())

    @property
    def ready(self) -> bool:
        """Whether all tables and rules are read."""
        told = self._rules.caught_up.is_set() and self._trends.caught_up.is_set()
        return told and all(agent.recovered for agent in self._agents.values())

    def assign(self, assigned: Iterable[TP]) -> None:
        """Take what the group gave us."""
        given = list(assigned)
        for name, agent in self._agents.items():
            agent.assign(tp.partition for tp in given if tp.topic == name)

    def let_go(self) -> None:
        """Forget the records that have not begun."""
        for agent in self._agents.values():
            agent.let_go()

    def next_offset(self, tp: TP) -> int | None:
        """Return the offset after the last one acked of a partition, None before the first."""
        return self._agents[tp.topic].next_offset(tp.partition)

    def oldest(self, tp: TP) -> float | None:
        """Return when the oldest record in flight of a partition was produced, seconds since 1970."""
        return self._agents[tp.topic].oldest(tp.partition)
