"""`news-streams broker`: the embedded broker, until it is interrupted."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from streams.cli.options import examples
from streams.errors import BrokerUnavailableError

if TYPE_CHECKING:
    from types import FrameType


@click.command("broker", epilog=examples("news-streams broker", "news-streams broker --port 19092"))
@click.option(
    "--port", type=click.IntRange(1, 65_535), help="Port to listen on [default: 9092, a free one where it is taken]."
)
def command(port: int | None) -> None:
    """Run a Kafka-compatible broker in memory, on loopback only, and print its address.

    It is for trying and testing: everything it holds is gone when it stops, and its end offsets are wrong.
    SIGINT and SIGTERM stop it (exit code 0).
    """
    from streams.adapters.broker import DEFAULT_PORT, EmbeddedBroker  # noqa: PLC0415 - --help needs no Kafka client

    stopping = stop_signal()
    with EmbeddedBroker(port) as broker:
        if broker.default_taken:
            click.echo(f"port {DEFAULT_PORT} is taken; took a free one", err=True)
        click.echo(broker.address)
        while not stopping.wait(0.2):
            if not broker.running:
                msg = f"the embedded broker ended by itself; its last lines: {broker.last_lines()}"
                raise BrokerUnavailableError(msg)


def stop_signal() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return stopping
