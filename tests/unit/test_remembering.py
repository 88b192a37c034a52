"""The agent of a stage that remembers, over a changelog in memory: what one record does is no trouble for the next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bare_streams import message_of, stream_of
from streams.adapters.processing.breaker import Breaker
from streams.adapters.processing.publishing import RefusedError
from streams.adapters.state.changelog import KeptRow
from streams.adapters.state.keeper import Keeper
from streams.adapters.supervision.metrics import Metrics
from streams.agents import remembering
from streams.agents.remembering import RememberingAgent, StagePorts
from streams.errors import Stage
from streams.outcomes import DeadLettered
from streams.records import OutboundRecord
from streams.stateful.work import Answer, Remembering
from streams.topics import ENRICHED, READ, REPEATS_STATE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

MEGABYTE = 1024 * 1024
DUE = OutboundRecord(ENRICHED.name, None, b"due")


class Log:
    """A changelog of one partition."""

    def __init__(self) -> None:
        self.rows: list[KeptRow] = []

    async def append(self, topic: str, partition: int, rows: Mapping[bytes, bytes | None], epoch: int) -> int:
        del topic
        first = len(self.rows)
        self.rows += [KeptRow(partition, first + place, epoch, *row) for place, row in enumerate(rows.items())]
        return first

    async def read(self, topic: str, starts: Mapping[int, int]) -> AsyncIterator[Sequence[KeptRow]]:
        del topic
        for start in starts.values():
            yield self.rows[start:]


class Numbers:
    """Numbers its records; a value is how many megabytes of rows to change besides, "raise" fails when that is done."""

    def __init__(self, tables: Any) -> None:
        self.rows = tables.json("rows")

    def take(self, record: Any) -> Answer:
        megabytes, _, then = record.value.decode().partition(" ")
        for number in range(int(megabytes)):
            self.rows[f"large {number}"] = "x" * MEGABYTE
        if then:
            raise ValueError(then)
        self.rows["count"] = self.rows.get("count", 0) + 1
        return Answer((OutboundRecord(ENRICHED.name, None, b"%d" % self.rows["count"]),))

    def tick(self, now: float) -> Answer:
        del now
        return Answer((DUE,))


class Bench:
    """The agent, what it reads, and what came of it."""

    def __init__(self, values: Sequence[bytes]) -> None:
        self.values = values
        self.done: list[Any] = []
        self.acked: list[int] = []
        self.due = 0
        self.ended: list[BaseException] = []
        stage = Remembering(Stage.REPEATS, READ, REPEATS_STATE, Numbers)
        ports = StagePorts(
            publish=self.publish,
            judge=Breaker(0, 1.0).judge,
            ack=lambda message: self.acked.append(message.offset),
            forget=lambda _: None,
            on_halt=self.ended.append,
            on_defect=self.ended.append,
            count=lambda outcome, _: self.done.append(outcome),
            metrics=Metrics().agents["repeats"],
        )
        self.log: Any = Log()
        self.agent = RememberingAgent(stage, Keeper(self.log, REPEATS_STATE.name, None), ports, 8, self.ready)

    async def ready(self) -> None:
        """Nothing has to be read first."""

    async def publish(self, records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
        del refusable
        if DUE in records:
            self.due += 1
            msg = "too large"
            raise RefusedError(msg)

    async def feed(self, queue: asyncio.Queue[Any]) -> None:
        fields = {"key": b"", "headers": [], "topic": READ.name, "partition": 0, "timestamp": 1_700_000_000.0}
        for offset, value in enumerate(self.values):
            queue.put_nowait(message_of(value=value, offset=offset, **fields))
            # One at a time: each is a batch of its own.
            while len(self.acked) <= offset:  # noqa: ASYNC110 - the agent tells of no event
                await asyncio.sleep(0.001)

    async def run(self) -> list[Any]:
        self.agent.assign([0])
        stream = stream_of()
        reading = asyncio.create_task(self.agent.read(stream))
        async with asyncio.timeout(30):
            await self.feed(stream.channel.queue)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        assert self.acked == list(range(len(self.values)))
        assert not self.ended
        return self.done


@pytest.mark.parametrize("bad", [b"9", b"2 raise", b"9 raise"])
async def test_after_a_record_whose_changes_are_undone_the_next_is_answered(bad: bytes) -> None:
    bench = Bench([bad, b"0", bad, bad, b"0"])
    done = await bench.run()
    assert [isinstance(each, DeadLettered) for each in done] == [True, False, True, True, False]
    assert [each.records[0].value for each in done if isinstance(each, Answer)] == [b"1", b"2"]
    assert {row.key for row in bench.log.rows} == {b"rows\0count", b"\0epoch\0"}


async def test_what_is_due_by_the_clock_and_refused_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(remembering, "TICK_SECONDS", 0.001)
    bench = Bench([])
    bench.agent.assign([0])
    reading = asyncio.create_task(bench.agent.read(stream_of()))
    async with asyncio.timeout(30):
        while bench.due < 3:  # noqa: ASYNC110 - the agent tells of no event
            await asyncio.sleep(0.001)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert not bench.ended
    assert "repeats: what was due by the clock is refused and left out: too large" in caplog.text
