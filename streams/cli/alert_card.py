"""How an alert looks on a terminal, as a card beside those of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from streams.cli.printing import harmless
from streams.cli.rules_view import reasons

if TYPE_CHECKING:
    from rich.console import RenderableType

    from streams.rules.alerts import Alert

COLOURS = {"critical": "red", "high": "red", "medium": "yellow"}
MOST_REASONS = 3
SHOWN = 400
"""Code points of a line: a stranger may write any number."""


def alert_card(alert: Alert, seconds: float | None = None) -> Panel:
    """Return the card of an alert.

    Args:
        alert: that fits its schema.
        seconds: from publishing the raw article to having the alert; None where nobody measured.
    """
    rule, colour = alert["rule"], COLOURS.get(alert["severity"], "cyan")
    whose = " · ".join(harmless(each) for each in (rule["owner"], rule["title"] or rule["id"]) if each)
    head = f"{alert['kind']} {alert['severity']}  "
    lines: list[RenderableType] = [Text.assemble((harmless(head), f"bold {colour}"), (whose[:SHOWN], "bold"))]
    lines.append(Text(harmless(alert["article"]["title"] or "(no headline)")[:SHOWN]))
    lines += [Text(f"why: {line}"[:SHOWN], style="dim") for line in reasons(alert)[:MOST_REASONS]]
    latency = None if seconds is None else Text(f"{seconds * 1000:,.0f} ms", style="dim")
    return Panel(Group(*lines), border_style=colour, subtitle=latency, subtitle_align="right", padding=(0, 1))
