"""Which topics of their own rules have: what goes to one that is not there would wait for ever, and all behind it.

`news-streams rules apply` makes them; a rule that somebody wrote to the topic by other means may have none.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from mode import Service

from streams.adapters.kafka.connection import administration
from streams.errors import NewsStreamsError
from streams.rules.alerts import COMMON, topic_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streams.rules.model import Rule
    from streams.settings import Settings

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
"""Between two looks whether a rule has come that asks for a topic not known yet."""
ASK_SECONDS: Final = 15.0
"""Between two questions to the broker at most: a topic may be deleted."""


class OwnTopics(Service):
    """Knows which are there.

    Args:
        settings: of the broker.
        rules: returns those that are live.
    """

    mundane_level = "debug"

    def __init__(self, settings: Settings, rules: Callable[[], Iterable[Rule]]) -> None:
        super().__init__()
        self._settings = settings
        self._rules = rules
        self._asked_for: frozenset[str] = frozenset()
        self._found: frozenset[str] = frozenset()
        self._next = 0.0

    def has(self, topic: str) -> bool:
        """Tell whether a topic was there when the broker was asked last."""
        return topic in self._found

    @Service.task
    async def _look_for_ever(self) -> None:
        while not self.should_stop:
            await self.look()
            await self.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Ask the broker where a rule asks for a topic that was not asked for yet, or it is time to ask again."""
        wanted = frozenset(topic_of(rule) for rule in list(self._rules())) - {COMMON}
        if not wanted or (wanted <= self._asked_for and self.loop.time() < self._next):
            return
        try:
            async with administration(self._settings) as admin:
                self._found = frozenset(await admin.list_topics()) & wanted
        except NewsStreamsError as error:
            logger.warning("asking for the topics of rules failed, trying again: %s", error)
            return
        self._asked_for, self._next = wanted, self.loop.time() + ASK_SECONDS
        for topic in sorted(wanted - self._found):
            logger.warning("a rule's own topic %s is not there: its alerts go to %s", topic, COMMON)
