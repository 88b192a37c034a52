"""Where Faust does not do what a worker of ours needs, and what is done instead: the one place for it.

| Faust                                                            | here                                          |
|------------------------------------------------------------------|-----------------------------------------------|
| starts its own web server on 0.0.0.0:6066, whatever is set       | `web_server` starts our services instead      |
| makes a data folder in the working directory, tables or not      | `_create_directories` does nothing            |
| its monitor costs a fifth of the throughput                      | `QuietMonitor` counts nothing per record      |
| a start that fails ends in tracebacks                            | `prepare` first; an error of ours is one line |
| a rebalance and a stop wait for all that was read               | `_consumer_wait_empty` lets go of what has not begun |
| its buffers count records, of whatever size                      | `_new_consumer` reads through a `Shelf`       |
| commits to a topic that was deleted and made again               | `_new_consumer` asks `before_commit`          |
| after five minutes it calls every partition that lags dead      | `_see_no_livelocks`: our watchdog looks       |
| a join that failed for good is told to nobody                    | `joined` looks at it, for the watchdog        |
| waits a second at the start for tables that nobody registers     | `NoTables` does not                           |
| makes four tasks and an event for each message that it reads    | `PromptReading` gives agents the message itself |
| drops what is read before the flow goes on after a rebalance    | `PromptReading` keeps it where it is ours      |
| starts an agent again that failed, and forgets what it had read | `_on_agent_error` ends the process             |
| reads new partitions before it has sought them                  | `SeekBeforeFlow` stops and starts the flow     |
| a fetch waits 1.5 s, on the embedded broker to its end         | `fetch_promptly` waits 50 ms                  |
| SIGTERM waits for a join or a lost broker, for a minute and more | a deadline ends the process                   |
| waits a second at the end for nothing                            | `_sentinel_task` returns at once              |
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn, cast

import faust
from faust.app.base import BootStrategy
from faust.sensors.monitor import Monitor
from faust.tables.manager import TableManager

from streams.adapters.kafka.clients import FETCH_WAIT_MS
from streams.adapters.supervision.exit_codes import ExitCode, end_process, fail
from streams.adapters.supervision.logs import set_up_logging
from streams.adapters.workarounds.prompt_reading import PromptReading
from streams.adapters.workarounds.seek_before_flow import SeekBeforeFlow
from streams.errors import NewsStreamsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from types import FrameType

    from faust.types import TP
    from faust.types.transports import ConsumerT
    from mode import ServiceT

    from streams.adapters.processing.memory import Shelf
    from streams.adapters.supervision.logs import LogFormat

logger = logging.getLogger(__name__)


class QuietMonitor(Monitor):
    """Faust's monitor without what it does on every record: ours are the metrics of the catalogue."""

    logger = logging.getLogger("faust.sensors")

    def on_message_in(self, *event: Any) -> None:
        """Count nothing."""

    def on_stream_event_in(self, *event: Any) -> None:
        """Count nothing."""

    def on_stream_event_out(self, *event: Any) -> None:
        """Count nothing."""

    def on_message_out(self, *event: Any) -> None:
        """Count nothing."""

    def track_tp_end_offset(self, *offsets: Any) -> None:
        """Count nothing."""


class NoTables(TableManager):
    """Faust's manager of tables, of which we have none: it only lets the reading begin."""

    mundane_level = "debug"

    async def on_start(self) -> None:
        """Start at once."""
        await self._update_channels()
        await self.recovery.start()


class NewsBootStrategy(BootStrategy):
    """Starts our services where Faust would start its web server: before the consumer; they stop after it."""

    def web_server(self) -> Iterable[ServiceT]:
        """Return our services."""
        return cast("NewsApp", self.app).make_services()


class NewsApp(faust.App):
    """A Faust app with services of ours.

    Attributes:
        prepare: awaited before anything starts; an error of ours from it ends the start with one line.
        make_services: gives the services to start with the app.
        before_commit: awaited before each commit; ends the process where it must not be.
        count_in_flight: tells how many records are not finished.
        let_go: forgets the records that have not begun, so that the group need not wait for them.
        shelf: bounds the bytes of the messages that are read.
        stop_timeout: seconds that a stopping worker has.
        log_format: of what goes to stderr.
        on_commit: told after each commit whether it went well.
        end: finishes what can be finished and ends the process with a code; from any thread.
        read_to: by partition, the offset after the last message that was read since it was assigned.
        on_defect: ends the process at once.
    """

    BootStrategy = NewsBootStrategy
    logger = logging.getLogger("faust.app")

    prepare: Callable[[], Awaitable[None]]
    make_services: Callable[[], list[ServiceT]]
    before_commit: Callable[[], Awaitable[None]]
    count_in_flight: Callable[[], int]
    let_go: Callable[[], None]
    shelf: Shelf
    stop_timeout: float
    log_format: LogFormat
    on_commit: Callable[[bool], None]
    end: Callable[[ExitCode, str], None]
    read_to: dict[TP, int]
    on_defect: Callable[[BaseException], None]
    _flow: SeekBeforeFlow

    @property
    def _client(self) -> Any:
        """The client behind Faust's consumer; None before there is one."""
        return getattr(getattr(self._consumer, "_thread", None), "_consumer", None)

    @property
    def joined(self) -> bool:
        """Whether the group has given this worker a place, with partitions or without."""
        coordinator = getattr(self._client, "_coordinator", None)
        # A join that failed for good is kept as an exception until someone reads, and without partitions nobody does.
        # Generations begin at 1, on the embedded broker at 0; before the first the client has -1.
        return coordinator is not None and coordinator.generation >= 0 and coordinator._pending_exception is None  # noqa: SLF001

    def position(self, tp: TP) -> int | None:
        """Return the offset that the client reads next of a partition; None while it does not know."""
        subscription = getattr(self._client, "_subscription", None)
        if subscription is None or not subscription.is_assigned(tp):
            return None
        state = subscription.subscription.assignment.state_value(tp)
        return int(state.position) if state.has_valid_position else None

    def _new_consumer(self) -> ConsumerT:
        """Hold back reading while the messages in memory are too many bytes (Faust counts records); guard commits."""
        consumer: Any = self.transport.create_consumer(
            callback=self.topics.on_message,
            on_partitions_revoked=self._on_partitions_revoked,
            on_partitions_assigned=self._on_partitions_assigned,
            beacon=self.beacon,
        )
        commit = consumer._commit_offsets  # noqa: SLF001 - where every commit passes

        async def commit_guarded(offsets: Mapping[TP, int], **options: bool) -> bool:
            await self.before_commit()
            done = False
            try:
                done = bool(await commit(offsets, **options))
            finally:
                self.on_commit(done)
            return done

        consumer._commit_offsets = commit_guarded  # noqa: SLF001
        consumer.verify_all_partitions_active = _see_no_livelocks
        fetch_promptly(consumer._thread)  # noqa: SLF001
        self._flow = SeekBeforeFlow(self, consumer)
        consumer._drain_messages = PromptReading(self, consumer, self.shelf, self.read_to).drain  # noqa: SLF001
        return cast("ConsumerT", consumer)

    async def _on_partitions_revoked(self, revoked: set[TP]) -> None:
        self._flow.on_revoked()
        await super()._on_partitions_revoked(revoked)

    async def _on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        self._flow.on_assigned()
        await super()._on_partitions_assigned(assigned, generation_id)

    async def _on_agent_error(self, agent: object, error: BaseException) -> None:
        """End the process: Faust would start the agent again, without the records that it had read."""
        del agent
        self.on_defect(error)

    def _create_directories(self) -> None:
        """Make no folders: nothing of ours is kept on disk."""

    async def _consumer_wait_empty(self, consumer: ConsumerT, logger: Any) -> None:
        """Let go of what has not begun before waiting for the rest; no event can come in between: the flow is stopped."""
        self.let_go()
        await super()._consumer_wait_empty(consumer, logger)

    def worker_init_post_autodiscover(self) -> None:
        """Tell the signal's listeners, but do not make Faust's web server."""
        self.on_worker_init.send()


async def _see_no_livelocks() -> None:
    """Report nothing."""


def fetch_promptly(thread: Any) -> None:
    """Make a consumer's fetches wait for news as long as our other clients' do."""
    create = thread._create_worker_consumer  # noqa: SLF001 - where 1.5 s stand written

    def create_prompt(transport: Any) -> Any:
        client = create(transport)
        client._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001
        return client

    thread._create_worker_consumer = create_prompt  # noqa: SLF001


class NewsWorker(faust.Worker):
    """Runs the app as a process: start, signals, deadline, exit codes."""

    app: NewsApp
    logger = logging.getLogger("faust.worker")
    _stopping: threading.Thread | None = None
    _ending: tuple[ExitCode, str] | None = None

    def execute_from_commandline(self) -> NoReturn:
        """Run until stopped.

        Raises:
            SystemExit: with an `ExitCode`.
        """
        self._setup_logging()
        self._listen_to_signals()
        self.app.end = self.end
        self.spinner = None
        try:
            self.loop.run_until_complete(self.app.prepare())
            super().execute_from_commandline()
        except NewsStreamsError as error:
            fail(error)
        except SystemExit as end:
            reason = self.crash_reason
            if isinstance(reason, NewsStreamsError):
                fail(reason)
            if self._ending is not None:
                end_process(*self._ending)
            code = ExitCode.STOPPED if not end.code else ExitCode.CRASHED
            end_process(code, "stopped" if code is ExitCode.STOPPED else f"crashed: {type(reason).__name__}")

    def _setup_logging(self) -> None:
        """Log one line per event that matters: ours, and of the libraries only what is wrong."""
        level = logging.getLevelName(self.loglevel.upper()) if isinstance(self.loglevel, str) else self.loglevel
        set_up_logging(level or logging.INFO, self.app.log_format)

    def _listen_to_signals(self) -> None:
        # Not through the event loop: a signal must work even where that is held up.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def install_signal_handlers(self) -> None:
        """Keep ours: Faust would put its own in their place."""

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._stopping is not None:
            end_process(ExitCode.UNFINISHED, "told to stop a second time")
        self._begin_to_stop(signal.Signals(number))

    def end(self, code: ExitCode, why: str) -> None:
        """Finish what can be finished in the time to stop, then end with this code; nothing if we are stopping anyway.

        Args:
            code: of the process.
            why: for the log.
        """
        if self._stopping is None:
            self._ending = code, why
            logger.critical("%s; stopping", why)
            self._begin_to_stop(signal.SIGTERM)

    def _begin_to_stop(self, number: signal.Signals) -> None:
        self._stopping = threading.Thread(target=self._end_late, name="stop-deadline", daemon=True)
        self._stopping.start()
        self.loop.call_soon_threadsafe(self._schedule_shutdown, number)

    def _end_late(self) -> None:
        """End the process when stopping takes too long; what is unfinished is not acked and will be read again."""
        time.sleep(self.app.stop_timeout)
        if self._ending is not None:
            end_process(*self._ending)
        left = self.app.count_in_flight()
        if left:
            end_process(ExitCode.UNFINISHED, f"time to stop is over with {left} records in flight")
        end_process(ExitCode.STOPPED, "stopped; the broker did not say good-bye in time")

    async def _sentinel_task(self) -> None:
        """Wait for nothing."""
