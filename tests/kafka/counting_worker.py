"""A worker with one stage that remembers: it numbers the records of each key. `python counting_worker.py`, set by the environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from streams.app import create_app, create_worker
from streams.app.desk import DeskPart
from streams.errors import DecodeError, Reason, Stage
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.stages.route.headers import name_input
from streams.stateful.work import Answer, Remembering
from streams.topics import ENRICHED, READ, REPEATS_STATE

if TYPE_CHECKING:
    from streams.records import InboundRecord
    from streams.stateful.work import Tables


class Counting:
    def __init__(self, tables: Tables) -> None:
        self._counts = tables.json("counts")
        self._answers = tables.json("answers")

    def take(self, record: InboundRecord) -> Answer:
        key = (record.key or b"").decode()
        number = self._answers.get(str(record.offset))
        if number is None:
            number = self._counts.get(key, 0) + 1
            self._counts[key] = number
            if record.value == b"bad":
                raise DecodeError(Reason.BAD_JSON, "it is bad, and was counted a moment ago")
            self._answers[str(record.offset)] = number
        value = json.dumps({"id": f"{key} {number}", "of": record.offset}).encode()
        return Answer((OutboundRecord(ENRICHED.name, record.key, value, name_input(record)),))

    def tick(self, now: float) -> Answer:
        del now
        return Answer(name="none")


def stages(self: Any) -> list[Remembering]:
    del self
    return [Remembering(Stage.REPEATS, READ, REPEATS_STATE, Counting)]


if __name__ == "__main__":
    DeskPart._stages = stages  # type: ignore[method-assign] # this stage and no other
    create_worker(create_app(Settings.load(agents="desk"))).execute_from_commandline()
