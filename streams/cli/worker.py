"""`news-streams worker`: one worker, until it is told to stop."""

from __future__ import annotations

from typing import Any

import click

from streams.cli.options import broker_option, examples


@click.command(
    "worker",
    epilog=examples(
        "news-streams worker --web", "news-streams worker --broker kafka://127.0.0.1:9092 --group news --web-port 0"
    ),
)
@broker_option
@click.option("--group", help="Consumer group; its workers share the partitions [default: the setting `group`].")
@click.option(
    "--web-host",
    metavar="ADDRESS",
    help="Where /metrics, /live, /ready and /trends listen [default: the setting `web_host`].",
)
@click.option(
    "--web-port",
    type=click.IntRange(0, 65_535),
    help="Their port; 0 takes a free one [default: the setting `web_port`].",
)
@click.option(
    "--web/--no-web",
    "web_page",
    default=None,
    help="Serve the live page there, too, for whoever reaches that address [default: the setting `web_page`].",
)
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
def command(log_level: str, **flags: Any) -> None:
    """Read raw articles, enrich them and publish what comes out, until SIGTERM or SIGINT.

    \b
    Exit codes:
      0   stopped; everything in flight was finished
      1   could not start: no broker, another topic layout, a wrong setting
      2   wrong arguments
      70  crashed; nothing is lost, start it again
      75  stopped before everything in flight was finished; another worker gets it
      80  too many records hung, and are dead letters; start it again
      81  almost everything failed (breaker_ratio); look before starting it again
      82  records to work on and none done for stall_timeout; start it again
      83  no place in the consumer group for stall_timeout; start it again
      84  a topic that it reads is gone or another one; start it again
      85  another worker has its tables, or the broker did not say whether it kept them; start it again
    """  # noqa: D301 - the mark is click's, for lines that stay as they are
    # Here and not at the top: --help needs neither Kafka nor the model.
    from streams.app import create_app, create_worker  # noqa: PLC0415
    from streams.settings import Settings  # noqa: PLC0415

    create_worker(create_app(Settings.load(**flags)), log_level).execute_from_commandline()
