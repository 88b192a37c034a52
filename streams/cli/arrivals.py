"""What arrives on the topics that come out, told apart: an enriched article, an alert, a dead letter, anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from rich.text import Text

from streams.cli.alert_card import alert_card
from streams.cli.printing import harmless
from streams.cli.view import article_card, dead_letter_card
from streams.contracts import ALERT, validator
from streams.rules.alerts import COMMON
from streams.topics import ENRICHED

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord
    from rich.console import RenderableType

ERRORS = "__connect.errors."
"""The prefix of the headers that say why a record is a dead letter."""


SHOWN_BYTES = 1000
"""How much of a value that is neither is shown; a terminal is rarely wider."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record as it was read.

    Attributes:
        place: `topic/partition/offset`.
        key: as text, or None.
        headers: the last of each name, as text.
        value: the bytes; none for a tombstone.
        article: the enriched article, if it is one and fits its schema.
        dead_letter: stage, reason and message, if it is a dead letter.
        alert: the alert, if it is one and fits its schema.
    """

    place: str
    key: str | None
    headers: dict[str, str]
    value: bytes
    article: dict[str, Any] | None
    dead_letter: dict[str, str] | None
    alert: dict[str, Any] | None = None

    def json(self) -> bytes:
        """Return it as one line: what `news-streams enrich` prints, or the value of any other topic."""
        if self.dead_letter is not None:
            return orjson.dumps({"dead_letter": {**self.dead_letter, "source": self.place, "key": self.key}})
        try:
            return orjson.dumps(orjson.loads(self.value))
        except orjson.JSONDecodeError:
            return orjson.dumps({"source": self.place, "key": self.key, "value": self.value.decode(errors="replace")})

    def card(self, name: str | None = None, seconds: float | None = None) -> RenderableType:
        """Return it as a person reads it.

        Args:
            name: what a dead letter is called; its key by itself.
            seconds: from publishing to here, where someone measured.
        """
        if self.dead_letter is not None:
            return dead_letter_card(name or self.key or self.place, seconds=seconds, **self.dead_letter)
        if self.article is not None:
            return article_card(self.article, seconds)
        if self.alert is not None:
            return alert_card(self.alert, seconds)
        return Text.assemble(
            (f"{self.place} ", "dim"), harmless(self.value.decode(errors="replace")), overflow="ellipsis"
        )


_REASONS = (("stage", "stage"), ("reason", "reason"), ("message", "exception.message"))


def read_arrival(record: ConsumerRecord) -> Arrival:
    """Tell what a record is."""
    headers = {name: (content or b"").decode(errors="replace") for name, content in record.headers}
    dead = ERRORS + "stage" in headers
    value, topic = record.value or b"", record.topic
    # Nobody who has a dead letter of it has the alert itself.
    is_alert = not dead and (topic == COMMON or topic.startswith(f"{COMMON}."))
    return Arrival(
        place=f"{record.topic}/{record.partition}/{record.offset}",
        key=None if record.key is None else record.key.decode(errors="replace"),
        headers=headers,
        value=value,
        article=_read(value, ENRICHED.schema) if topic == ENRICHED.name else None,
        dead_letter={name: headers.get(ERRORS + header, "unknown") for name, header in _REASONS} if dead else None,
        alert=_read(value, ALERT) if is_alert else None,
    )


def _read(value: bytes, schema: str | None) -> dict[str, Any] | None:
    """Return a value if it keeps its contract: anyone can write to a topic."""
    try:
        told: dict[str, Any] = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    return told if schema is not None and validator(schema).is_valid(told) else None
