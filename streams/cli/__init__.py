"""The command line `news-streams`: one file per command, loaded when it is called.

`main` maps what goes wrong to exit codes: 0 done; 1 a clear line on stderr says what failed;
2 the arguments are wrong; 130 interrupted; 141 the reader of our output went away.
A traceback is shown only with `--debug`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from streams.errors import NewsStreamsError

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "news-streams"

COMMANDS: dict[str, str] = {
    "demo": "Watch sample articles go through a broker and a worker.",
    "broker": "Run the embedded broker, for trying and testing.",
    "worker": "Run a worker: raw articles in, enriched articles out.",
    "produce": "Publish articles from files, folders and archives.",
    "enrich": "Enrich files or standard input without a broker.",
    "tail": "Show enriched articles and dead letters as they arrive.",
    "topics": "List, create and check the topics.",
    "config": "Show and check the settings.",
    "dlq": "List, show, replay and discard dead letters.",
    "audit": "Count that every raw record came out, by partition.",
    "rules": "Check, try, apply, list and delete alert rules.",
    "subscribe": "Receive alerts: on the terminal, by a command or a webhook.",
    "evaluate": "Measure the model on a labelled file.",
    "diff": "Compare what two models made of the same articles.",
    "bench": "Measure the model, a worker beside others, many workers.",
}
"""Every command and its line in `--help`; the code is `streams/cli/<name>.py: command`."""

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


class Commands(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever it raises becomes a line and an exit code."""
        return exit_codes(lambda: super(Commands, self).invoke(ctx), debug=bool(ctx.params.get("debug")))


def exit_codes(work: Callable[[], Any], *, debug: bool) -> Any:
    """Run `work`; turn what it raises into one line on stderr and an exit code.

    Raises:
        click.exceptions.Exit: with the code.
    """
    try:
        return work()
    except click.ClickException:
        raise
    except KeyboardInterrupt:
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from None
    except BrokenPipeError:
        silence_stdout()
        raise click.exceptions.Exit(EXIT_BROKEN_PIPE) from None
    except (NewsStreamsError, OSError) as error:
        if debug:
            raise
        if isinstance(error, OSError):
            silence_stdout()
        fail(str(error))
    except (click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        if debug:
            raise
        fail(f"unexpected {type(error).__name__}: {error} (--debug shows where)")


def fail(message: str) -> None:
    """Say on one line what went wrong and leave with exit code 1.

    Raises:
        click.exceptions.Exit: always.
    """
    click.echo(f"{NAME}: {' '.join(message.split())}", err=True)
    raise click.exceptions.Exit(EXIT_FAILED) from None


def silence_stdout() -> None:
    """Point stdout nowhere, so that the interpreter's last flush cannot fail as well."""
    with suppress(OSError, AttributeError):  # no stdout, or none that is a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog="COMMAND --help shows an example."
)
@click.version_option(package_name=NAME, prog_name=NAME)
@click.option("--config", type=click.Path(exists=True, dir_okay=False), help="Settings file (TOML).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def commands(config: str | None, debug: bool) -> None:  # noqa: FBT001 - click gives flags by name
    """Raw news articles in; clean, dated, attributed, enriched articles out, over Kafka."""
    del debug
    if config is not None:
        # By the environment, so that the processes that a command starts read the same file.
        os.environ["NEWS_STREAMS_CONFIG"] = os.path.abspath(config)  # noqa: PTH100 - no Path needed for --help


def main() -> None:
    """Run the command line."""
    commands.main(prog_name=NAME)
