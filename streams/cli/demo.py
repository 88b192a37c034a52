"""`news-streams demo`: the sample articles through a broker and a worker, each result shown as it arrives."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.text import Text

from streams.adapters.broker import EmbeddedBroker
from streams.adapters.kafka.clients import open_producer, open_reader
from streams.cli.live_page import show_page
from streams.cli.options import examples
from streams.cli.printing import tolerate_any_text
from streams.cli.show import Show
from streams.cli.topics import create
from streams.cli.worker_process import run_worker
from streams.errors import BrokerUnavailableError, NewsStreamsError
from streams.rules.loading import Rules
from streams.samples import load_samples
from streams.samples.rules import read_examples
from streams.settings import Settings
from streams.topics import ALERTS, DEAD, DROPPED, ENRICHED, RAW

if TYPE_CHECKING:
    from types import FrameType

    from streams.cli.worker_process import WorkerProcess

EXIT_TERMINATED = 143


class DemoError(NewsStreamsError):
    """Not all samples came out."""


@click.command("demo", epilog=examples("news-streams demo --once"))
@click.option(
    "--broker", metavar="kafka://HOST:PORT", help="Where Kafka listens [default: an embedded one, for this demo]."
)
@click.option("--once", is_flag=True, help="Leave when all samples came out; otherwise go on until Ctrl-C.")
@click.option("--speed", type=click.FloatRange(0.1, 1000), default=4.0, show_default=True, help="Articles a second.")
@click.option(
    "--timeout", type=click.FloatRange(1), default=120.0, show_default=True, help="Seconds that --once takes at most."
)
def command(broker: str | None, speed: float, timeout: float, *, once: bool) -> None:
    """Publish the sample articles and show each result as it arrives.

    Starts the embedded broker (unless --broker names another), creates the topics, starts a worker, and stops what
    it started when it leaves. With --broker the worker joins the consumer group of the settings. Without --once the live page is
    opened where there is a screen.
    """
    tolerate_any_text()
    signal.signal(signal.SIGTERM, _terminate)
    deadline = time.monotonic() + timeout
    console = Console(highlight=False)
    with ExitStack() as stack:
        embedded = None if broker else _start_broker(stack, console)
        settings = Settings.load(broker=embedded.address if embedded else broker, web_page=True)
        created = asyncio.run(create(settings))
        _say(console, f"{len(created)} topics created" if created else "topics are there")
        if embedded:
            # On somebody's own broker their rules are at work, and ours would send to their subscribers.
            _say(console, f"{asyncio.run(_apply_rules(settings))} rules applied: those that `rules example` prints")
        worker = _start_worker(stack, console, settings, timeout)
        show_page(worker.address, console, opens=not once)
        show = Show(load_samples(), console, partial(_check, worker, embedded))
        try:
            asyncio.run(_play(show, settings, speed, deadline if once else None, alerts=embedded is not None))
        except KeyboardInterrupt:
            # Without --once this is the way to leave.
            if once or not show.latencies:
                raise
        finally:
            console.print(Text(show.total(), style="bold"))


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    """Leave in order, so that what we started is stopped."""
    del number, frame
    raise SystemExit(EXIT_TERMINATED)


def _start_broker(stack: ExitStack, console: Console) -> EmbeddedBroker:
    with _waiting(console, "starting the embedded broker"):
        embedded = stack.enter_context(EmbeddedBroker())
    _say(console, f"embedded broker at {embedded.address}, in memory, for this demo only")
    return embedded


def _start_worker(stack: ExitStack, console: Console, settings: Settings, timeout: float) -> WorkerProcess:
    worker = stack.enter_context(run_worker(settings))
    with _waiting(console, "starting a worker: it loads the model and joins its group"):
        seconds = worker.wait_until_ready(timeout)
    _say(console, f"worker ready after {seconds:.1f} s; publishing the samples")
    return worker


def _check(worker: WorkerProcess, embedded: EmbeddedBroker | None) -> None:
    """Raise if what we started is no longer there."""
    worker.check()
    if embedded is not None and not embedded.running:
        msg = f"the embedded broker ended by itself; its last lines: {embedded.last_lines()}"
        raise BrokerUnavailableError(msg)


async def _apply_rules(settings: Settings) -> int:
    from streams.adapters.rules.live import make_topics, publish_rules  # noqa: PLC0415 - not for --help

    found = Rules()
    found.read(read_examples().encode(), "examples")
    await make_topics(settings, found.done())
    await publish_rules(settings, found.values)
    return len(found.values)


async def _play(show: Show, settings: Settings, speed: float, deadline: float | None, *, alerts: bool) -> None:
    """Publish and watch, until all came out if there is a deadline.

    Args:
        show: what is published and shown.
        settings: of the broker.
        speed: articles a second.
        deadline: by the monotonic clock.
        alerts: whether there are rules that alert of the samples, so that one alert at least belongs to all.

    Raises:
        DemoError: the deadline came first.
    """
    async with (
        open_reader(settings, (ENRICHED.name, DEAD.name, DROPPED.name, ALERTS.name), "latest") as reader,
        open_producer(settings, RAW.name) as producer,
    ):
        publishing = asyncio.create_task(show.publish(producer, speed, once=deadline is not None))
        try:
            while deadline is None or not (show.complete and (show.alerts or not alerts)):
                await show.look(reader)
                if publishing.done():
                    publishing.result()
                if deadline is not None and time.monotonic() > deadline:
                    msg = f"not all samples came out in time; missing: {', '.join(show.missing) or 'an alert'}"
                    raise DemoError(msg)
        finally:
            publishing.cancel()


def _say(console: Console, line: str) -> None:
    console.print(Text(line, style="dim"))


def _waiting(console: Console, what: str) -> AbstractContextManager[object]:
    """Return a spinner for a terminal; nothing elsewhere."""
    return console.status(what) if console.is_terminal else nullcontext()
