"""The demo's course: publish the samples, show each as it comes out, add up.

A record is known again by its `traceparent`, which every output carries on; so other traffic on a
shared broker, and repeats, do not confuse the counts.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

from rich.text import Text

from streams.cli.arrivals import read_arrival
from streams.cli.printing import harmless
from streams.topics import RAW

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
    from rich.console import Console

    from streams.cli.arrivals import Arrival
    from streams.samples import Sample

TRACEPARENT = "traceparent"
DROP_REASON = "reason"
"""Header of what was dropped."""
SLOW = 4.0
"""Seconds between two samples when the demo goes on after its first round."""
LOOK_MS = 200
"""How long one look for arrivals waits, so that the end, a deadline and a dead worker are noticed."""


@dataclass(slots=True)
class Show:
    """One run.

    Attributes:
        samples: what is published.
        console: where to.
        check: raises if the worker is gone.
        published: how many were.
        enriched: how many came out so.
        dead: how many came out as dead letters.
        dropped: how many were left out: those that came before.
        alerts: how many were told of them.
        latencies: seconds from publishing to arrival, of each that came out.
    """

    samples: tuple[Sample, ...]
    console: Console
    check: Callable[[], None]
    published: int = 0
    enriched: int = 0
    dead: int = 0
    dropped: int = 0
    alerts: int = 0
    latencies: list[float] = field(default_factory=list)
    _waiting: dict[str, tuple[str, float]] = field(default_factory=dict)
    _sent: dict[str, float] = field(default_factory=dict)

    async def publish(self, producer: AIOKafkaProducer, speed: float, *, once: bool) -> None:
        """Publish the samples, `speed` a second; then for ever, slowly, unless `once`."""
        for sample in self.samples:
            await self._send(producer, sample)
            await asyncio.sleep(1 / speed)
        for sample in () if once else cycle(self.samples):
            await asyncio.sleep(SLOW)
            await self._send(producer, sample)

    async def _send(self, producer: AIOKafkaProducer, sample: Sample) -> None:
        trace = secrets.token_hex(16)
        traceparent = f"00-{trace}-{secrets.token_hex(8)}-01"
        self._sent[trace] = time.monotonic()
        self._waiting[trace] = (sample.name, self._sent[trace])
        await producer.send_and_wait(
            RAW.name, sample.value, key=sample.key, headers=[(TRACEPARENT, traceparent.encode())]
        )
        self.published += 1

    async def look(self, reader: AIOKafkaConsumer) -> None:
        """Show what has arrived, or wait a moment for it."""
        self.check()
        for records in (await reader.getmany(timeout_ms=LOOK_MS)).values():
            for record in records:
                self._show(read_arrival(record))

    def _show(self, arrival: Arrival) -> None:
        trace = (arrival.headers.get(TRACEPARENT, "").split("-")[1:2] or [""])[0]
        if trace not in self._sent:
            return
        seconds = time.monotonic() - self._sent[trace]
        if arrival.alert is not None:
            self.alerts += 1
            self.console.print(arrival.card(seconds=seconds))
        elif trace in self._waiting:
            self._count(arrival, self._waiting.pop(trace)[0], seconds)

    def _count(self, arrival: Arrival, name: str, seconds: float) -> None:
        self.latencies.append(seconds)
        if DROP_REASON in arrival.headers and arrival.article is None:
            self.dropped += 1
            self.console.print(Text(f"dropped  {name}  {harmless(arrival.headers[DROP_REASON])}", style="dim"))
            return
        self.enriched += arrival.dead_letter is None
        self.dead += arrival.dead_letter is not None
        self.console.print(arrival.card(name, seconds))

    @property
    def complete(self) -> bool:
        """Whether the first round was published and everything published came out."""
        return self.published >= len(self.samples) and not self._waiting

    @property
    def missing(self) -> list[str]:
        """The names of the samples that have not come out."""
        return sorted(name for name, _ in self._waiting.values())

    def total(self) -> str:
        """Add up, and tell how long it took."""
        lines = [f"published {self.published} = enriched {self.enriched} + dead-lettered {self.dead}"]
        if self.dropped:
            lines[0] += f" + dropped {self.dropped}"
        if self._waiting:
            lines[0] += f" + on their way {len(self._waiting)}"
        if self.alerts:
            lines.append(f"alerts {self.alerts}")
        if self.latencies:
            middle, most = statistics.median(self.latencies), max(self.latencies)
            lines.append(f"from publishing to result: median {middle * 1000:,.0f} ms, slowest {most * 1000:,.0f} ms")
        return "\n".join(lines)
