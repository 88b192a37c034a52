"""The window of the agent: whatever is slow, fails or is refused, acks come in arrival order and after publishing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bare_streams import message_of, stream_of
from streams.adapters.processing.breaker import TrippedError
from streams.adapters.processing.executor import TooManyHungError
from streams.adapters.processing.publishing import VALUE_LEFT, RefusedError
from streams.adapters.supervision.catalogue import ENDS
from streams.adapters.supervision.lag import lag_of
from streams.adapters.supervision.metrics import Metrics
from streams.agents.articles import enrich_articles
from streams.agents.delivery import Delivery
from streams.agents.flights import Ports, Window, by_tasks
from streams.errors import DecodeError, Reason, Stage
from streams.outcomes import Dropped, Outcome
from streams.records import OutboundRecord
from streams.stages.dead_letter import dead_letter
from streams.topics import DEAD, ENRICHED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from streams.records import InboundRecord

WINDOW = Window(in_flight=8, batch=3, batch_wait=0.001, lanes=2)


@dataclass
class World:
    """What the window touches, and the log of what it did; numbers are positions of arrival."""

    compute: dict[int, float] = field(default_factory=dict)
    publish: dict[int, float] = field(default_factory=dict)
    refuse: set[int] = field(default_factory=set)
    refuse_dead: set[int] = field(default_factory=set)
    log: list[tuple[str, int]] = field(default_factory=list)
    sent: list[OutboundRecord] = field(default_factory=list)
    not_read: range = range(0)
    most_in_flight: int = 0
    most_computing: int = 0
    computing: int = 0
    defects: list[BaseException] = field(default_factory=list)
    halts: list[Exception] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)
    window: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self.window = self.window_of()

    def window_of(self, **ports: Any) -> Delivery:
        """The window with these ports in place of ours."""
        ours = {
            "process": self.process,
            "judge": lambda _: None,
            "publish": self.send,
            "ack": lambda message: self.log.append(("ack", message.offset)),
            "forget": self.forget,
            "on_halt": self.halts.append,
            "on_defect": self.defects.append,
        }
        told = ours | ports
        return Delivery(Ports(hand_over=by_tasks(told["publish"]), **told), WINDOW, self.metrics)

    async def process(self, records: Sequence[InboundRecord]) -> AsyncIterator[Outcome]:
        assert 1 <= len(records) <= WINDOW.batch
        self.computing += 1
        self.most_computing = max(self.most_computing, self.computing)
        await asyncio.sleep(max(self.compute.get(record.offset, 0) for record in records))
        self.computing -= 1
        for record in records:
            yield Dropped("test", (OutboundRecord(ENRICHED.name, b"%d" % record.offset, b""),))

    async def send(self, records: Sequence[OutboundRecord], *, refusable: bool = True) -> None:
        for record in records:
            number = int(record.key or b"0")
            self.log.append(("begin", number))
            await asyncio.sleep(self.publish.get(number, 0))
            refused = self.refuse if record.topic == ENRICHED.name else self.refuse_dead
            if refusable and number in refused:
                msg = "too large"
                raise RefusedError(msg)
            self.sent.append(record)
            self.log.append(("published", number))

    def message(self, number: int) -> Any:
        return message_of(
            value=b"v%d" % number,
            key=b"%d" % number,
            headers=[],
            topic="raw",
            partition=number % 2,
            offset=number,
            timestamp=1_700_000_000 + number,
        )

    def forget(self, message: Any) -> None:
        self.log.append(("forgotten", message.offset))

    async def run(self, count: int) -> None:
        async with asyncio.timeout(20), self.window:
            for number in range(count):
                await self.window.admit(self.message(number))
                self.most_in_flight = max(self.most_in_flight, self.window.in_flight)
            await self.land()

    async def land(self) -> None:
        """Wait until nothing is in flight."""
        while self.window.in_flight:  # noqa: ASYNC110 - the window has no event for it
            await asyncio.sleep(0.001)

    def count(self, name: str, partition: int, outcome: str | None = None) -> float:
        labels = {"partition": str(partition)} | ({"outcome": outcome} if outcome else {})
        return self.metrics.registry.get_sample_value(f"news_streams_{name}", labels) or 0.0

    def require_accounts(self) -> None:
        for partition in (0, 1):
            ended = sum(self.count("partition_records_total", partition, end) for end in ENDS)
            in_flight = self.count("partition_in_flight_records", partition)
            assert self.count("partition_read_records_total", partition) == ended + in_flight
        assert sum(self.count("partition_in_flight_records", each) for each in (0, 1)) == self.window.in_flight

    def numbers(self, what: str) -> list[int]:
        return [number for event, number in self.log if event == what]


delays = st.dictionaries(st.integers(0, 39), st.sampled_from([0.0, 0.001, 0.004]))
numbers = st.sets(st.integers(0, 39))


@given(compute=delays, publish=delays, refuse=numbers, refuse_dead=numbers, count=st.integers(0, 40))
@settings(max_examples=60)
def test_acks_are_in_arrival_order_and_after_publishing(
    compute: dict[int, float], publish: dict[int, float], refuse: set[int], refuse_dead: set[int], count: int
) -> None:
    world = World(compute, publish, refuse, refuse_dead)
    asyncio.run(world.run(count))
    assert world.numbers("ack") == list(range(count))
    for number in range(count):
        assert world.log.index(("published", number)) < world.log.index(("ack", number))
    first_begins = list(dict.fromkeys(world.numbers("begin")))
    assert first_begins == list(range(count)), "publishing begins in arrival order"
    assert sorted(world.numbers("published")) == list(range(count)), "each is published exactly once"
    assert world.most_in_flight <= WINDOW.in_flight
    assert world.most_computing <= WINDOW.lanes
    assert world.defects == []


async def test_what_is_refused_becomes_a_dead_letter_and_then_a_pointer() -> None:
    world = World(refuse={1, 2}, refuse_dead={2})
    await world.run(4)
    by_number = {int(record.key or b""): record for record in world.sent}
    assert [by_number[number].topic for number in range(4)] == [ENRICHED.name, DEAD.name, DEAD.name, ENRICHED.name]
    assert by_number[1].value == b"v1"
    assert by_number[2].value is None
    assert dict(by_number[2].headers)[VALUE_LEFT] == b"raw/0/2"
    assert world.metrics.registry.get_sample_value("news_streams_records_total", {"outcome": "dead_lettered"}) == 2


async def test_a_dead_letter_that_is_refused_keeps_why_it_is_dead() -> None:
    world = World(refuse_dead={0})

    async def process(records: Sequence[InboundRecord]) -> AsyncIterator[Outcome]:
        for each in records:
            yield dead_letter(each, DecodeError(Reason.TOO_LARGE, "15 MB"), Stage.DECODE)

    world.window = world.window_of(process=process)
    await world.run(1)
    (letter,) = world.sent
    headers = dict(letter.headers)
    assert (letter.topic, letter.value, headers[VALUE_LEFT]) == (DEAD.name, None, b"raw/0/0")
    assert headers["__connect.errors.stage"] == b"decode"
    assert headers["__connect.errors.reason"] == b"too_large"
    assert headers["__connect.errors.exception.message"] == b"15 MB"
    labels = {"stage": "decode", "reason": "too_large"}
    assert world.metrics.registry.get_sample_value("news_streams_dead_letters_total", labels) == 1
    assert world.numbers("ack") == [0]


async def test_one_that_never_lands_holds_back_every_later_ack_and_the_window() -> None:
    world = World(publish={2: 1000})
    async with world.window:
        for number in range(2 + WINDOW.in_flight):
            await world.window.admit(world.message(number))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await world.window.admit(world.message(99))
        assert world.numbers("ack") == [0, 1]
        assert world.window.in_flight == WINDOW.in_flight
        assert world.window.oldest(("raw", 0)) == 1_700_000_002
        assert world.window.next_offset(("raw", 1)) == 2
        assert world.window.next_offset(("raw", 7)) is None
    assert world.numbers("ack") == [0, 1], "what is in flight at the end is not acked"
    assert world.defects == []


@given(
    compute=delays,
    publish=delays,
    before=st.integers(0, 20),
    after=st.integers(0, 20),
    pause=st.sampled_from([0, 0.002]),
)
@settings(max_examples=60)
def test_letting_go_acks_no_record_after_one_that_was_let_go(
    compute: dict[int, float], publish: dict[int, float], before: int, after: int, pause: float
) -> None:
    """As in a rebalance: what was let go is read again after the last ack, with all that follows."""

    async def rebalance() -> None:
        async with asyncio.timeout(20), world.window:
            reading = asyncio.create_task(read(0, before))
            await asyncio.sleep(pause)
            world.window.let_go()
            await reading
            await world.land()
            acked = world.numbers("ack")
            assert acked == list(range(len(acked)))
            assert {*world.numbers("published")} == {*acked}, "what was let go is not published"
            handed_over = {*range(before)} - {*world.not_read}
            assert {*world.numbers("forgotten")} == handed_over - {*acked}, "nobody waits for what was let go"
            await read(len(acked), before + after)
            await world.land()

    async def read(start: int, end: int) -> None:
        for number in range(start, end):
            known = world.window._times_let_go
            await world.window.admit(world.message(number))
            if world.window._times_let_go != known:
                # The consumer's flow is stopped now: no further event comes.
                world.not_read = range(number + 1, end)
                return

    world = World(compute, publish)
    asyncio.run(rebalance())
    assert world.numbers("ack") == list(range(before + after))
    assert world.defects == []


async def test_what_has_not_begun_is_let_go_at_once() -> None:
    world = World(compute=dict.fromkeys(range(100), 0.2))
    async with world.window:
        for number in range(WINDOW.in_flight):
            await world.window.admit(world.message(number))
        late = asyncio.create_task(world.window.admit(world.message(99)))
        await asyncio.sleep(0.05)
        world.window.let_go()
        await late
        await world.land()
    begun = WINDOW.batch * WINDOW.lanes
    assert world.numbers("ack") == list(range(begun))
    assert sorted(world.numbers("forgotten")) == [*range(begun, WINDOW.in_flight), 99]


async def test_a_defect_is_told_and_nothing_after_it_is_acked() -> None:
    world = World()

    async def fail(records: Sequence[InboundRecord]) -> AsyncIterator[Outcome]:
        msg = "a bug"
        raise RuntimeError(msg)
        yield records

    told = asyncio.Event()

    def note(defect: BaseException) -> None:
        world.defects.append(defect)
        told.set()

    world.window = world.window_of(process=fail, on_defect=note)
    async with world.window:
        await world.window.admit(world.message(0))
        await asyncio.wait_for(told.wait(), 10)
    assert [str(defect) for defect in world.defects] == ["a bug"]
    assert world.log == []


@pytest.mark.parametrize("at", [0, 1, 7, 20])
@given(compute=delays, publish=delays)
@settings(max_examples=15)
def test_a_halt_lands_what_arrived_before_and_nothing_after(
    at: int, compute: dict[int, float], publish: dict[int, float]
) -> None:
    """As the breaker does: record `at` must not be published."""

    def judge(outcome: Outcome) -> None:
        if outcome.records[0].key == b"%d" % at:
            msg = "no more"
            raise TrippedError(msg)

    world = World(compute, publish)
    world.window = world.window_of(judge=judge)
    asyncio.run(world.run(30))
    require_halt(world, at, 30)


@given(compute=delays, publish=delays, at=st.integers(0, 25))
@settings(max_examples=30)
def test_records_that_will_have_no_outcome_halt_the_window(
    compute: dict[int, float], publish: dict[int, float], at: int
) -> None:
    world = World(compute, publish)

    async def process(records: Sequence[InboundRecord]) -> AsyncIterator[Outcome]:
        async for outcome in world.process(records):
            yield outcome
            if outcome.records[0].key == b"%d" % at:
                msg = "too many"
                raise TooManyHungError(msg)

    world.window = world.window_of(process=process)
    asyncio.run(world.run(30))
    acked = world.numbers("ack")
    assert acked == list(range(len(acked)))
    assert at in acked, "what is known to hang is not read again"
    if world.halts:
        require_halt(world, len(acked), 30)
    else:
        assert len(acked) == 30, "it was the last of its batch"


def require_halt(world: World, at: int, count: int) -> None:
    assert world.numbers("ack") == list(range(at))
    assert sorted(world.numbers("published")) == list(range(at))
    assert sorted(world.numbers("forgotten")) == list(range(at, count))
    assert [type(error) for error in world.halts] in ([TrippedError], [TooManyHungError])
    assert world.defects == []
    assert world.window.in_flight == 0


@given(
    compute=delays, publish=delays, refuse=numbers, count=st.integers(0, 30), pause=st.sampled_from([0, 0.001, 0.004])
)
@settings(max_examples=40)
def test_accounts_add_up_per_partition(
    compute: dict[int, float], publish: dict[int, float], refuse: set[int], count: int, pause: float
) -> None:
    """Read = published + dropped + dead-lettered + let go + in flight, at every moment."""

    async def rebalance() -> None:
        async with asyncio.timeout(20), world.window:
            reading = asyncio.create_task(read())
            await asyncio.sleep(pause)
            world.require_accounts()
            world.window.let_go()
            world.require_accounts()
            await reading
            world.require_accounts()
        world.require_accounts()

    async def read() -> None:
        for number in range(count):
            await world.window.admit(world.message(number))

    world = World(compute, publish, refuse)
    asyncio.run(rebalance())
    assert world.window.in_flight == 0
    ends = sum(world.count("partition_records_total", partition, end) for partition in (0, 1) for end in ENDS)
    assert ends == sum(world.count("partition_read_records_total", partition) for partition in (0, 1))


async def test_the_agent_reads_messages_and_leaves_acking_to_the_window() -> None:
    world = World()
    stream = stream_of(*map(world.message, range(20)))
    ready = asyncio.Event()
    reading = asyncio.create_task(enrich_articles(lambda: world.window, ready.wait)(stream))
    await asyncio.sleep(0.01)
    assert stream.channel.queue.qsize() == 20, "nothing is taken that a rebalance would have to wait for"
    ready.set()
    async with asyncio.timeout(20):
        while len(world.numbers("ack")) < 20:  # noqa: ASYNC110 - the window has no event for it
            await asyncio.sleep(0.001)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert world.numbers("ack") == list(range(20))


@pytest.mark.parametrize(
    ("end", "next_offset", "oldest", "records", "seconds"),
    [(10, 4, 90.0, 6, 10.0), (None, 4, None, None, None), (10, None, None, None, None), (3, 4, 200.0, 0, 0.0)],
)
def test_lag(
    end: int | None, next_offset: int | None, oldest: float | None, records: int | None, seconds: float | None
) -> None:
    lag = lag_of(("raw", 1), end, next_offset, oldest, 100.0)
    assert (lag.topic, lag.partition, lag.records, lag.seconds) == ("raw", 1, records, seconds)


def test_records_have_the_time_of_their_message() -> None:
    from streams.adapters.processing.inbound import inbound, utc_time  # noqa: PLC0415

    message = message_of(
        value=None, key=None, headers={"a": b"1"}, topic="t", partition=1, offset=2, timestamp=1_700_000_000.123
    )
    record = inbound(message)
    assert record.headers == (("a", b"1"),)
    assert record.timestamp == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
    for hostile in (-0.001, None, float(-(2**63)), float(2**63), 1e300, float("inf")):
        assert 1970 <= utc_time(hostile).year <= 9999
