"""Publishing against a producer that fails as told: what passes is repeated, what cannot pass is refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NotEnoughReplicasError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownProducerId,
)

from streams.adapters.processing import publishing
from streams.adapters.processing.publishing import Publisher, RefusedError, size_of, without_value
from streams.adapters.supervision.metrics import Metrics
from streams.records import OutboundRecord
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

A, B = (OutboundRecord("t", key, b"v") for key in (b"a", b"b"))


class Producer:
    """Fails each send of a key with the next of its errors, on handing over or on delivery."""

    def __init__(self, errors: dict[bytes, Sequence[Exception]], *, at_once: bool) -> None:
        self.errors = {key: list(each) for key, each in errors.items()}
        self.at_once = at_once
        self.delivered: list[bytes] = []
        self.tried: list[bytes] = []

    async def send(self, topic: str, value: bytes, key: bytes, headers: object) -> asyncio.Future[None]:
        del topic, value, headers
        self.tried.append(key)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        left = self.errors.get(key, [])
        if left and self.at_once:
            raise left.pop(0)
        if left:
            future.set_exception(left.pop(0))
        else:
            self.delivered.append(key)
            future.set_result(None)
        return future


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "PAUSES", (0.0,))


def publisher(producer: Any) -> Publisher:
    made = Publisher(Settings.load(), Metrics())
    made._producer = producer
    return made


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    "error",
    [KafkaTimeoutError(), KafkaConnectionError(), NotEnoughReplicasError(), TopicAuthorizationFailedError(), OSError()],
)
async def test_what_passes_is_tried_again_alone(error: Exception, at_once: bool) -> None:  # noqa: FBT001
    producer = Producer({b"b": [error] * 5}, at_once=at_once)
    await publisher(producer).publish([A, B])
    assert producer.delivered == [b"a", b"b"], "what was acknowledged is not sent again"
    assert producer.tried == [b"a"] + [b"b"] * 6


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("error", [MessageSizeTooLargeError(), RecordListTooLargeError(), TypeError("a defect")])
async def test_what_cannot_pass_is_refused(error: Exception, at_once: bool) -> None:  # noqa: FBT001
    producer = Producer({b"a": [error]}, at_once=at_once)
    with pytest.raises(RefusedError, match=type(error).__name__):
        await publisher(producer).publish([A, B])


async def test_refusal_wins_over_trouble() -> None:
    producer = Producer({b"a": [MessageSizeTooLargeError()], b"b": [KafkaTimeoutError()]}, at_once=False)
    with pytest.raises(RefusedError):
        await publisher(producer).publish([B, A])


async def test_a_last_resort_is_never_given_up() -> None:
    producer = Producer({b"a": [MessageSizeTooLargeError()] * 3 + [KafkaTimeoutError()]}, at_once=False)
    await publisher(producer).publish([A], refusable=False)
    assert producer.delivered == [b"a"]


async def test_nothing_of_an_outcome_is_sent_when_one_record_is_too_large() -> None:
    producer = Producer({}, at_once=False)
    large = OutboundRecord("t", b"l", b"x" * 40_000_000)
    with pytest.raises(RefusedError, match="a record of 40000129 bytes for t is over the limit of"):
        await publisher(producer).publish([A, large])
    assert producer.tried == []


async def test_nothing_to_publish_is_published() -> None:
    await publisher(Producer({}, at_once=False)).publish([])


def test_size_counts_everything() -> None:
    bare = size_of(OutboundRecord("t", None, None))
    assert size_of(OutboundRecord("t", b"kk", b"vvv", (("name", b"12345"), ("n", None)))) >= bare + 2 + 3 + 4 + 5 + 1


def test_a_pointer_is_small_whatever_the_letter_was() -> None:
    headers = (("huge", b"x" * 1_000_000), ("__connect.errors.reason", b"too_large"))
    pointer = without_value(OutboundRecord("dlq", b"k" * 1_000_000, b"v", headers), "raw/1/2")
    assert pointer.value is None
    assert pointer.key is None
    assert pointer.headers == (("__connect.errors.reason", b"too_large"), ("news_streams.value.left_at", b"raw/1/2"))
    assert size_of(pointer) < 1000


async def test_what_failed_comes_before_what_came_later() -> None:
    """Two versions of one article: the second must not be overtaken by the first one's retry."""
    producer = Producer({b"a": [KafkaTimeoutError()] * 3, b"c": [KafkaTimeoutError()]}, at_once=True)
    made = publisher(producer)
    records = [OutboundRecord("t", key, b"v") for key in (b"a", b"b", b"c", b"d")]
    first = asyncio.create_task(made.publish(records[:1]))
    while not made.troubled:  # noqa: ASYNC110 - it tells of no event
        await asyncio.sleep(0)
    await asyncio.gather(first, *(made.publish([record]) for record in records[1:]))
    assert producer.delivered == [b"a", b"b", b"c", b"d"]
    assert not made.troubled


async def test_one_that_is_refused_makes_way() -> None:
    producer = Producer({b"a": [KafkaTimeoutError(), MessageSizeTooLargeError()]}, at_once=True)
    made = publisher(producer)
    refused, passed = await asyncio.wait_for(
        asyncio.gather(made.publish([A]), made.publish([B]), return_exceptions=True), 10
    )
    assert isinstance(refused, RefusedError)
    assert passed is None
    assert producer.delivered == [b"b"]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("error", [OutOfOrderSequenceNumber(), ProducerFenced(), UnknownProducerId()])
async def test_a_lost_producer_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    at_once: bool,  # noqa: FBT001
) -> None:
    lost = Producer({key: [error] * 100 for key in (b"a", b"b")}, at_once=at_once)
    opened: list[Producer] = []

    async def open_another(settings: Settings) -> Producer:
        del settings
        opened.append(Producer({}, at_once=at_once))
        return opened[-1]

    async def close(producer: Producer) -> None:
        assert producer is lost

    monkeypatch.setattr(publishing, "open_producer", open_another)
    monkeypatch.setattr(publishing, "close_producer", close)
    made = publisher(lost)
    await asyncio.wait_for(asyncio.gather(made.publish([A]), made.publish([B])), 10)
    (fresh,) = opened
    assert fresh.delivered == [b"a", b"b"]


async def test_waiting_for_long_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SLOW_SECONDS", 0.01)
    delivery: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    class Waiting(Producer):
        async def send(self, *record: object, **more: object) -> asyncio.Future[None]:
            del record, more
            return delivery

    made = publisher(Waiting({}, at_once=False))
    publishing_it = asyncio.create_task(made.publish([A]))
    while not made.troubled:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.001)
    delivery.set_result(None)
    await publishing_it
    assert not made.troubled


async def handed_over(made: Publisher, records: Sequence[OutboundRecord]) -> asyncio.Future[None]:
    """Hand over; return a future of what is told."""
    landed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tell(error: BaseException | None) -> None:
        if error is None:
            landed.set_result(None)
        else:
            landed.set_exception(error)

    await made.hand_over(records, tell)
    return landed


class Slow(Producer):
    """Delivers only when told to."""

    def __init__(self) -> None:
        super().__init__({}, at_once=False)
        self.deliveries: dict[bytes, asyncio.Future[None]] = {}

    async def send(self, topic: str, value: bytes, key: bytes, headers: object) -> asyncio.Future[None]:
        del topic, value, headers
        self.tried.append(key)
        self.deliveries[key] = asyncio.get_running_loop().create_future()
        return self.deliveries[key]


async def test_what_is_handed_over_has_landed_when_all_of_it_is_confirmed() -> None:
    producer = Slow()
    landed = await handed_over(publisher(producer), [A, B])
    producer.deliveries[b"b"].set_result(None)
    await asyncio.sleep(0)
    assert not landed.done()
    producer.deliveries[b"a"].set_result(None)
    await asyncio.wait_for(landed, 10)


async def test_nothing_that_is_handed_over_has_landed_at_once() -> None:
    await asyncio.wait_for(await handed_over(publisher(Slow()), []), 10)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("error", [KafkaTimeoutError(), OutOfOrderSequenceNumber(), OSError()])
async def test_what_fails_when_handed_over_is_tried_again_alone(
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    at_once: bool,  # noqa: FBT001
) -> None:
    producer = Producer({b"b": [error] * 3}, at_once=at_once)
    monkeypatch.setattr(publishing, "is_lost", lambda *_: False)
    made = publisher(producer)
    await asyncio.wait_for(await handed_over(made, [A, B]), 10)
    assert producer.delivered == [b"a", b"b"], "what was acknowledged is not sent again"
    assert not made.troubled


@pytest.mark.parametrize("at_once", [True, False])
async def test_what_is_refused_when_handed_over_says_so(at_once: bool) -> None:  # noqa: FBT001
    made = publisher(Producer({b"a": [MessageSizeTooLargeError()]}, at_once=at_once))
    with pytest.raises(RefusedError, match="MessageSizeTooLarge"):
        await (await handed_over(made, [A, B]))
    with pytest.raises(RefusedError, match="over the limit of"):
        await (await handed_over(made, [OutboundRecord("t", b"l", b"x" * 40_000_000)]))
    assert not made.troubled
    await asyncio.wait_for(await handed_over(made, [B]), 10)


async def test_what_the_producer_gives_up_is_tried_again() -> None:
    producer = Slow()
    made = publisher(producer)
    landed = await handed_over(made, [A])
    producer.deliveries[b"a"].cancel()
    while len(producer.tried) == 1:  # noqa: ASYNC110 - it tells of no event
        await asyncio.sleep(0)
    producer.deliveries[b"a"].set_result(None)
    await asyncio.wait_for(landed, 10)


async def test_what_failed_is_handed_over_before_what_came_later() -> None:
    producer = Slow()
    made = publisher(producer)
    first = await handed_over(made, [A])
    producer.deliveries[b"a"].set_exception(KafkaTimeoutError())
    while not made.troubled:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    later = [await handed_over(made, [OutboundRecord("t", key, b"v")]) for key in (b"b", b"c")]
    while len(producer.tried) == 1:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    assert producer.tried == [b"a", b"a"], "the others wait"
    producer.deliveries[b"a"].set_result(None)
    await asyncio.wait_for(first, 10)
    while len(producer.tried) < 4:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    assert producer.tried == [b"a", b"a", b"b", b"c"]
    for key in (b"b", b"c"):
        producer.deliveries[key].set_result(None)
    await asyncio.wait_for(asyncio.gather(*later), 10)


async def test_what_was_handed_over_and_waits_for_long_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SLOW_SECONDS", 0.01)
    producer = Slow()
    made = publisher(producer)
    landed = await handed_over(made, [A])
    while not made.troubled:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.001)
    producer.deliveries[b"a"].set_result(None)
    await landed
    assert not made.troubled


async def test_what_comes_when_the_trouble_ends_does_not_overtake_what_waits() -> None:
    producer = Slow()
    made = publisher(producer)
    keys = [b"%d" % number for number in range(20)]
    begin = [await handed_over(made, [OutboundRecord("t", keys[0], b"v")])]
    producer.deliveries[keys[0]].set_exception(KafkaTimeoutError())
    while not made.troubled:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    begin += [await handed_over(made, [OutboundRecord("t", key, b"v")]) for key in keys[1:10]]
    while len(producer.tried) == 1:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    producer.deliveries[keys[0]].set_result(None)
    for key in keys[10:]:
        begin.append(await handed_over(made, [OutboundRecord("t", key, b"v")]))
        await asyncio.sleep(0)
    while len(producer.tried) <= len(keys):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)
    assert producer.tried == [keys[0], *keys]
    for delivery in producer.deliveries.values():
        if not delivery.done():
            delivery.set_result(None)
    await asyncio.wait_for(asyncio.gather(*begin), 10)
