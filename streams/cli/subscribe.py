"""`news-streams subscribe`: alerts as they come, on the terminal, to a command or to a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from streams.cli.options import broker_option, examples
from streams.cli.times import TimeType

if TYPE_CHECKING:
    from datetime import datetime


class StartType(TimeType):
    """`earliest`, `latest` or a time."""

    name = "earliest|latest|TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it, or fail and say what one looks like."""
        return value if value in {"earliest", "latest"} else self._time(value, param, ctx)

    def _time(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        return super().convert(value, param, ctx)


@click.command(
    "subscribe",
    epilog=examples(
        "news-streams subscribe --severity high",
        "news-streams subscribe --rule wabah --from 24h --json",
        "news-streams subscribe --group newsroom --exec 'cat >> alerts.jsonl'",
        "env NEWS_STREAMS_WEBHOOK_ALLOW=127.0.0.0/8 NEWS_STREAMS_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw "
        "news-streams subscribe --group desk --webhook http://127.0.0.1:8080/alerts",
    ),
)
@broker_option
@click.option("--rule", "rules", metavar="ID", multiple=True, help="Only this rule's; may be repeated.")
@click.option(
    "--severity", type=click.Choice(["info", "low", "medium", "high", "critical"]), help="Only this one and above."
)
@click.option("--from", "start", type=StartType(), default="latest", show_default=True, help="Where to begin.")
@click.option("--group", help="Go on where this group was, and share with its other members.")
@click.option("--json", "as_json", is_flag=True, help="Print one alert a line, as it stands in the topic.")
@click.option("--exec", "line", metavar="CMD", help="Run it for each alert, which it reads on its standard input.")
@click.option(
    "--webhook", metavar="URL", help="Post each alert there, signed (settings webhook_allow, webhook_secret)."
)
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True, help="Seconds of a try.")
@click.option("--attempts", type=click.IntRange(1, 20), default=6, show_default=True, help="Tries of one alert.")
@click.option("--limit", type=click.IntRange(1), help="Leave after so many alerts.")
def command(**asked: Any) -> None:
    """Receive alerts until SIGTERM or Ctrl-C.

    Without --rule those of the common topic, with it those of the rules, wherever they are sent. With --group a record is
    committed when the terminal, the command or the webhook has taken it, and the group begins with --from only where
    it has no place yet. What a command or webhook does not take is tried again, with growing pauses, and at last set aside
    in news.alerts.dlq. Alerts come at least once: drop what you have seen by `id`. A webhook that answers 410 ends this.
    """
    from streams.cli.subscription import Asked, subscribe  # noqa: PLC0415 - not for --help

    chosen = Asked(**asked)
    if sum(map(bool, (chosen.as_json, chosen.line, chosen.webhook))) > 1:
        msg = "give one of --json, --exec and --webhook"
        raise click.UsageError(msg)
    subscribe(chosen)
