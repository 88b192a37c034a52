"""What commands share: options, and the form of an example in `--help`."""

from __future__ import annotations

import click

broker_option = click.option(
    "--broker", metavar="kafka://HOST:PORT", help="Where Kafka listens [default: the setting `broker`]."
)
"""For every command that talks to Kafka; None where it was not given: pass it to `Settings.load`."""


def examples(*lines: str) -> str:
    """Return an epilog that shows command lines; the tests run every one of them."""
    return "\n".join(["\b", "Examples:", *(f"  $ {line}" for line in lines)])
