"""Feeding: raw records with known ids into the raw topic, also while its broker is in trouble."""

from __future__ import annotations

import asyncio
import threading
from hashlib import blake2b
from itertools import count, islice, takewhile
from typing import TYPE_CHECKING, Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams.adapters.kafka.connection import bootstrap_servers
from streams.topics import RAW
from workers import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

CHUNK = 500
"""Records that are sent together, and again together where one of them was not acknowledged."""
CHUNKS_PER_SECOND = 4
"""Where a rate is asked for."""
PAUSE = 0.5
PASSING = (KafkaError, OSError, TimeoutError)


def orders(number: int, do: str = "publish", *, prefix: str = "a", **more: Any) -> list[bytes]:
    """Return raw values that tell the fake pipeline what to do, with the ids a0, a1 and so on."""
    return [order(f"{prefix}{each}", do, **more) for each in range(number)]


def digest(value: bytes | None) -> bytes:
    return b"" if value is None else blake2b(value, digest_size=16).digest()


class Feeder:
    """Publishes raw values, spread over the partitions; every value is acknowledged, some perhaps twice.

    Args:
        address: `kafka://host:port`.
        options: of aiokafka's producer, over ours.
    """

    def __init__(self, address: str, **options: Any) -> None:
        self.acknowledged: set[bytes] = set()
        """Digests of the values that the broker has."""
        self._options: dict[str, Any] = {
            "bootstrap_servers": bootstrap_servers(address),
            "enable_idempotence": True,
            "compression_type": "lz4",
            "linger_ms": 5,
            "max_batch_size": 256 * 1024,
            "max_request_size": 64_000_000,
            "request_timeout_ms": 10_000,
        } | options
        self._threads: list[threading.Thread] = []
        self._failed: list[BaseException] = []
        self._enough = threading.Event()

    def feed(self, values: Iterable[bytes | None], rate: float | None = None) -> None:
        """Publish the values and return when all of them are acknowledged.

        Args:
            values: in order; the first goes to partition 0, the next to 1.
            rate: records a second, at most.
        """
        asyncio.run(self._run(iter(values), rate))

    def start(self, values: Iterable[bytes | None], rate: float | None = None) -> None:
        """Do the same in the background; `finish` waits for it."""
        thread = threading.Thread(target=self._try, args=(iter(values), rate), name="feeder", daemon=True)
        self._threads.append(thread)
        thread.start()

    def flow(self, rate: float, at_least: int, make: Callable[[int], bytes] = lambda each: order(f"a{each}")) -> None:
        """Publish in the background until `finish` is called, and then what is missing of `at_least` at once."""
        endless = takewhile(lambda number: number < at_least or not self._enough.is_set(), count())
        self.start(map(make, endless), rate)

    @property
    def feeding(self) -> bool:
        """Whether more is to come from the background."""
        return any(thread.is_alive() for thread in self._threads)

    def finish(self) -> None:
        """Wait until all that was started is acknowledged."""
        self._enough.set()
        for thread in self._threads:
            thread.join()
        assert not self._failed, f"the feeder failed: {self._failed}"

    def _try(self, values: Iterator[bytes | None], rate: float | None) -> None:
        try:
            asyncio.run(self._run(values, rate))
        except BaseException as error:  # noqa: BLE001 - `finish` tells
            self._failed.append(error)

    async def _run(self, values: Iterator[bytes | None], rate: float | None) -> None:
        clock = asyncio.get_running_loop().time
        begin, place, producer = clock(), 0, None
        size = CHUNK if rate is None else max(1, min(CHUNK, int(rate / CHUNKS_PER_SECOND)))
        while chunk := list(islice(values, size)):
            # A broker that is away comes back, as a crawler would hope.
            while True:
                try:
                    producer = producer or await self._open()
                    await send(producer, chunk, place)
                    break
                except MessageSizeTooLargeError:
                    raise
                except PASSING:
                    await close(producer)
                    producer = None
                    await asyncio.sleep(PAUSE)
            self.acknowledged.update(map(digest, chunk))
            place += len(chunk)
            if rate is not None and not self._enough.is_set():
                await asyncio.sleep(max(0.0, begin + place / rate - clock()))
        await close(producer)

    async def _open(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(**self._options)
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer


async def send(producer: AIOKafkaProducer, values: Sequence[bytes | None], first: int) -> None:
    """Send values that stand at a place of the whole, and wait for all acknowledgements."""
    deliveries = [
        await producer.send(RAW.name, value, b"%d" % number, partition=number % RAW.partitions)
        for number, value in enumerate(values, start=first)
    ]
    for delivery in deliveries:
        await delivery


async def close(producer: AIOKafkaProducer | None) -> None:
    """Disconnect, whatever the broker does."""
    if producer is not None:
        try:
            async with asyncio.timeout(PAUSE * 10):
                await producer.stop()
        except PASSING:
            pass
