"""How dead letters look: a table, one letter in full, a plan; nothing of a stranger's text can move the cursor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click
import orjson
from rich.console import Console
from rich.text import Text

from streams.adapters.dead_letters.letters import own_headers, read_headers
from streams.cli.printing import harmless, standard_output, tolerate_any_text
from streams.stages.dead_letter import PREFIX
from streams.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.adapters.dead_letters.letters import DeadLetter
    from streams.adapters.dead_letters.plans import Plan
    from streams.adapters.dead_letters.settlements import Settlement
    from streams.cli.dead_letter_findings import Listing, Shown

SHOWN_BYTES = 4_000
"""How much of a value is shown; --raw gives all of it."""
HEADINGS = ("POSITION", "TIME (UTC)", "STATE", "TRIED", "BYTES", "STAGE/REASON", "MESSAGE")
ROW = "{:>10}  {:19}  {:9}  {:>5}  {:>9}  {:19}  {}"
MOST_NAMED = 20
"""Lines of a plan's list of what is left out; the rest is counted."""


def print_table(found: Listing) -> None:
    """Print a list of dead letters, each on a line, and how many there are by stage and reason."""
    tolerate_any_text()
    console = Console(highlight=False)
    # A message is cut at the edge of a terminal; what goes to a file or a pipe is whole.
    cut: Any = {"no_wrap": True, "overflow": "ellipsis"} if console.is_terminal else {"soft_wrap": True}
    if found.newest:
        console.print(Text(ROW.format(*HEADINGS), style="bold"), **cut)
    for letter, settlement in found.newest:
        console.print(Text(ROW.format(*_cells(letter, settlement))), **cut)
    total = sum(found.counts.values())
    shown = f", the newest {len(found.newest)} shown" if total > len(found.newest) else ""
    console.print(f"{total} dead letter{'s' * (total != 1)}{shown}")
    for (stage, reason), count in found.counts.most_common():
        console.print(Text(f"{count:8} {harmless(stage)}/{harmless(reason)}"))


def _cells(letter: DeadLetter, settlement: Settlement) -> tuple[str, ...]:
    failed = f"{harmless(letter.stage)}/{harmless(letter.reason)}"
    size = "none" if letter.size is None else f"{letter.size:,}"
    time = f"{letter.time:%Y-%m-%d %H:%M:%S}"
    message = harmless(letter.message)
    return str(letter.position), time, settlement.state, str(letter.attempts), size, failed, message


def print_json(letters: Iterable[tuple[DeadLetter, Settlement]]) -> None:
    """Print a line of JSON for each."""
    out = standard_output()
    for letter, settlement in letters:
        out.write(orjson.dumps(as_json(letter, settlement)) + b"\n")
    out.flush()


def as_json(letter: DeadLetter, settlement: Settlement) -> dict[str, Any]:
    """Return what a list tells of a dead letter; `bytes` is null for a tombstone."""
    return {
        "position": str(letter.position),
        "time": rfc3339(letter.time),
        "stage": letter.stage,
        "reason": letter.reason,
        "message": letter.message,
        "attempts": letter.attempts,
        "from": str(letter.origin) if letter.origin else None,
        "bytes": letter.size,
        "state": settlement.state,
        "note": settlement.note,
    }


def print_letter(shown: Shown) -> None:
    """Print one record of the dead-letter topic in full, its value cut at SHOWN_BYTES."""
    tolerate_any_text()
    console = Console(highlight=False, soft_wrap=True)
    for name, text in (*_story(shown), *_own(shown)):
        console.print(Text.assemble((f"{harmless(name):10} ", "bold"), harmless(text)))
    for line in read_headers(shown.record).get(PREFIX + "exception.stacktrace", "").splitlines():
        console.print(Text(f"           {harmless(line)}", style="dim"))
    console.print()
    for line in (shown.record.value or b"")[:SHOWN_BYTES].decode(errors="backslashreplace").split("\n"):
        console.print(Text(harmless(line)))
    size = len(shown.record.value or b"")
    if size > SHOWN_BYTES:
        console.print(Text(f"… {size - SHOWN_BYTES:,} bytes more; --raw gives all", style="dim"))


def _story(shown: Shown) -> list[tuple[str, str]]:
    """Say why it is dead, from where, and what became of it."""
    letter, settlement = shown.letter, shown.settlement
    if letter is None or settlement is None:
        return [("no letter", f"record {shown.record.partition}:{shown.record.offset} is no dead letter")]
    left = [("left at", f"{letter.left_at}: too large for this topic")] if letter.left_at else []
    return [
        ("position", str(letter.position)),
        ("time", rfc3339(letter.time)),
        ("failed", f"{letter.stage}/{letter.reason}: {letter.message}"),
        ("tried", f"{letter.attempts} times" if letter.attempts > 1 else "once"),
        ("from", str(letter.origin or "unknown")),
        ("state", f"{settlement.state} {settlement.note}".strip()),
        *left,
    ]


def _own(shown: Shown) -> list[tuple[str, str]]:
    """Return key, size and the headers that it came with."""
    record = shown.record
    key = "none" if record.key is None else record.key.decode(errors="backslashreplace")
    value = "none: a tombstone" if record.value is None else f"{len(record.value):,} bytes"
    headers = (record.headers if shown.letter is None else own_headers(record.headers)) or ()
    texts = [
        (name, "none" if content is None else content.decode(errors="backslashreplace")) for name, content in headers
    ]
    return [("key", key), ("value", value), *((f"header {name}", text) for name, text in texts)]


def write_raw(shown: Shown) -> None:
    """Write the value as it is; nothing for a tombstone."""
    out = standard_output()
    out.write(shown.record.value or b"")
    out.flush()


def print_plan(verb: str, plan: Plan) -> None:
    """Say what would be settled, how, and (on stderr) what is left out."""
    count = Counter((verb, letter.stage, letter.reason) for letter in plan.to_send.values())
    count.update((f"mark {state}", letter.stage, letter.reason) for letter, (state, _) in plan.done.items())
    for (what, stage, reason), number in count.most_common():
        click.echo(harmless(f"{number:8} {stage}/{reason}: {what}"))
    to = f" to {', '.join(sorted(plan.topics))}" if verb == "replay" and plan.topics else ""
    click.echo(harmless(f"{len(plan)} to {verb}{to}" + (f", {len(plan.left_out)} left out" if plan.left_out else "")))
    for position, why in list(plan.left_out.items())[:MOST_NAMED]:
        click.echo(harmless(f"{position} {why}"), err=True)
    if len(plan.left_out) > MOST_NAMED:
        click.echo(f"and {len(plan.left_out) - MOST_NAMED} more", err=True)
