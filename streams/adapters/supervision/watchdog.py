"""The watchdog: ends a worker that has work to do and makes no progress, with an exit code that says so.

| what                                                                           | for               | end               |
|--------------------------------------------------------------------------------|-------------------|-------------------|
| records in flight, or to be read from assigned partitions, and an agent acks none | `stall_timeout` | STALLED           |
| the event loop gives no sign of life                                           | `stall_timeout`   | STALLED           |
| no place in the consumer group, or a rebalance without end                     | `stall_timeout`   | UNJOINED          |
| no thread can run: one holds the interpreter's lock (a regular expression run away) | twice that       | SIGALRM      |

A broker that is away is no stall of ours: a new process would find it away as well. Half-way to the end the broker is
asked, over a connection of its own; while it does not answer, or publishing waits for it, the time stands still, the
log says so, and the worker is not ready. A worker without partitions in a sound group (more workers than partitions)
waits for as long as it takes.

Time is counted in ticks of a thread, not by a clock: a process that was stopped and goes on, a machine that slept and
a clock that jumps count as one tick. The last row is the kernel's timer, which needs no thread of ours; the stacks
of all threads go to stderr before.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import signal
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mode import Service

from streams.adapters.supervision.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

logger = logging.getLogger(__name__)

TICKS: Final = 60
"""In one `stall_timeout`, unless that makes a tick longer than a second."""


@dataclass(frozen=True, slots=True)
class Work:
    """What an agent has done and has to do.

    Attributes:
        acked: a number that changes with every record acked.
        waiting: records are in flight or to be read.
    """

    acked: int
    waiting: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """A sign of life of the event loop.

    Attributes:
        work: of each agent, by a name for the log; one that stands still is not made up for by another.
        joined: the group has given us a place, and no rebalance is going on.
        reachable: the broker answers, as far as we know.
    """

    work: Mapping[str, Work]
    joined: bool
    reachable: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a worker must end."""

    code: ExitCode
    why: str


class Progress:
    """Judges signs of life, one a tick.

    Args:
        patience: ticks without progress until the end.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._last: Pulse | None = None
        self._silent = 0
        self._stuck: Counter[str] = Counter()
        self._outside = 0

    @property
    def _longest_stuck(self) -> tuple[str, int]:
        return next(iter(self._stuck.most_common(1)), ("", 0))

    @property
    def suspicious(self) -> bool:
        """Whether half of the patience is over: time to ask the broker."""
        return 2 * max(self._longest_stuck[1], self._outside) >= self._patience

    @property
    def idle(self) -> int:
        """Ticks without progress, of whichever kind has lasted longest."""
        return max(self._silent, self._longest_stuck[1], self._outside)

    def take(self, pulse: Pulse | None) -> Verdict | None:
        """Judge one tick.

        Args:
            pulse: what the loop gave since the last tick; None for nothing.
        """
        if pulse is None:
            self._silent += 1
        else:
            self._silent = 0
            self._count(pulse)
            self._last = pulse
        return self._verdict()

    def _count(self, pulse: Pulse) -> None:
        if pulse.joined:
            self._outside = 0
        elif pulse.reachable:
            self._outside += 1
        before = self._last.work if self._last is not None else {}
        for name, work in pulse.work.items():
            last = before.get(name)
            if last is None or work.acked != last.acked or not work.waiting:
                self._stuck[name] = 0
            elif pulse.joined and pulse.reachable:
                self._stuck[name] += 1

    def _verdict(self) -> Verdict | None:
        if self._silent >= self._patience:
            return Verdict(ExitCode.STALLED, "the event loop is blocked")
        name, stuck = self._longest_stuck
        if stuck >= self._patience:
            return Verdict(ExitCode.STALLED, f"{name}: records to work on, and none acked")
        if self._outside >= self._patience:
            return Verdict(ExitCode.UNJOINED, "no place in the consumer group")
        return None


class Watchdog(Service):
    """Watches one worker from a thread; started before the consumer and stopped after it.

    Args:
        stall_timeout: seconds.
        look: makes a pulse, given whether the broker answers.
        ask_broker: tells whether a broker answers, within seconds.
        end: ends the worker; called from the thread.
    """

    mundane_level = "debug"

    def __init__(
        self,
        stall_timeout: float,
        look: Callable[[bool], Pulse],
        ask_broker: Callable[[], Awaitable[bool]],
        end: Callable[[ExitCode, str], None],
    ) -> None:
        super().__init__()
        self._tick = min(1.0, stall_timeout / TICKS)
        self._stall_timeout = stall_timeout
        self._progress = Progress(round(stall_timeout / self._tick))
        self._look = look
        self._ask_broker = ask_broker
        self._end = end
        self._pulse: Pulse | None = None
        self._over = threading.Event()
        self._asking: asyncio.Task[None] | None = None
        self.reachable = True

    @property
    def stalled(self) -> float:
        """Seconds without progress, with work to do."""
        return self._progress.idle * self._tick

    @property
    def progressing(self) -> bool:
        """Whether work gets done, or there is none: less than half of the patience was waited for it."""
        return not self._progress.suspicious

    async def on_start(self) -> None:
        """Begin to watch; from here on, not from the first tick: the first record may be read before that."""
        self._wind_up()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    async def on_stop(self) -> None:
        """Watch no more: from here on the time to stop is what ends us."""
        self._over.set()
        if self._asking is not None:
            self._asking.cancel()

    @Service.task
    async def _beat(self) -> None:
        while not self.should_stop:
            self._pulse = self._look(self.reachable)
            if self._progress.suspicious or not self.reachable:
                self._ask()
            await asyncio.sleep(self._tick)

    def _ask(self) -> None:
        """Ask the broker beside the pulse, which must not wait for the answer."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._note_answer())

    async def _note_answer(self) -> None:
        answers = await self._ask_broker()
        if answers != self.reachable:
            self.reachable = answers
            logger.warning("the broker answers again" if answers else "no progress, and the broker is away: waiting")

    def _watch(self) -> None:
        while not self._over.wait(self._tick):
            self._wind_up()
            # Taken and put back as nothing: what is missing the next time is a sign of life.
            pulse, self._pulse = self._pulse, None
            verdict = self._progress.take(pulse)
            if verdict is not None:
                faulthandler.dump_traceback(sys.stderr)
                self._end(verdict.code, f"{verdict.why} for {self._stall_timeout:g} s")
                break
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _wind_up(self) -> None:
        """Put off the end by the kernel: it comes when this thread can no longer run."""
        faulthandler.dump_traceback_later(1.5 * self._stall_timeout, file=sys.stderr)
        signal.setitimer(signal.ITIMER_REAL, 2 * self._stall_timeout)
