"""`news-streams config`: which settings are in force and where each comes from; whether they can be used."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from streams.cli.options import examples
from streams.errors import SettingsError
from streams.secret_files import describe_mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.settings import Settings


@click.group("config", epilog=examples("news-streams config show", "NEWS_STREAMS_BATCH=8 news-streams config check"))
def command() -> None:
    """Show and check the settings: flags win over the environment, the environment over the file, the file over defaults."""


@command.command("show", epilog=examples("news-streams config show", "news-streams config show --json --changed"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object: name to value and origin.")
@click.option("--changed", is_flag=True, help="Only those that do not come from the defaults.")
def show(*, as_json: bool, changed: bool) -> None:
    """Print every setting as a worker would have it, and where it comes from: default, file or environment.

    Secrets are never shown.
    """
    import orjson  # noqa: PLC0415 - not for --help

    from streams.cli.settings_view import describe, write  # noqa: PLC0415
    from streams.settings import Settings  # noqa: PLC0415

    shown = {
        name: each for name, each in describe(Settings.load()).items() if not changed or each["origin"] != "default"
    }
    if as_json:
        click.echo(orjson.dumps(shown).decode())
        return
    for name, each in shown.items():
        line = f"{name} = {write(each['value'])}"
        click.echo(f"{line:<50} # {each['origin']}")


@command.command("check", epilog=examples("news-streams config check"))
def check() -> None:
    """Say what is wrong with the settings, a line for each mistake, and exit with code 1.

    Files that they name are read, a model of your own is loaded; no broker is asked.
    """
    from streams.cli.settings_view import describe  # noqa: PLC0415 - not for --help
    from streams.settings import Settings  # noqa: PLC0415
    from streams.settings_sources import find_config  # noqa: PLC0415

    mistakes = find_mistakes()
    for mistake in mistakes:
        click.echo(f"news-streams: {mistake}", err=True)
    if mistakes:
        raise click.exceptions.Exit(1)
    origins = [each["origin"] for each in describe(Settings.load()).values()]
    path = find_config()
    from_file = f"{origins.count('file')} from {path}" if path else "no file"
    click.echo(f"{len(origins)} settings can be used: {origins.count('environment')} from the environment, {from_file}")


@command.command("table", epilog=examples("news-streams config table"))
def table() -> None:
    """Print what can be set, with its default and its meaning, as a table in Markdown."""
    from streams.cli.settings_view import default_of, fields_of, read_meanings, type_of  # noqa: PLC0415 - not for --help
    from streams.settings import Settings  # noqa: PLC0415

    click.echo("| setting | type | default | |\n|---|---|---|---|")
    meanings = read_meanings(Settings)
    for name, field in fields_of(Settings).items():
        meaning = meanings[name].replace("|", "\\|")
        click.echo(f"| `{name}` | {type_of(field)} | {default_of(field)} | {meaning} |")


def find_mistakes() -> list[str]:
    """Return what is wrong with the settings: all that concerns single ones, or the first that concerns several."""
    from streams.settings import Settings  # noqa: PLC0415 - not for --help
    from streams.settings_sources import find_unknown_names  # noqa: PLC0415

    single = [*find_unknown_names(Settings.model_fields), *find_wrong_values()]
    if single:
        return single
    try:
        settings = Settings.load()
    except SettingsError as first:
        return [str(first)]
    return list(find_unusable(settings))


def find_wrong_values() -> list[str]:
    """Return a line for each setting whose value cannot be its own, whatever the others are."""
    from pydantic import ValidationError  # noqa: PLC0415 - not for --help

    from streams.settings import Settings  # noqa: PLC0415

    try:
        Settings()
    except ValidationError as error:
        return [describe_mistake(each, Settings.model_fields) for each in error.errors()]
    except (SettingsError, OSError, ValueError):
        pass  # the file, or several settings at once: `load` says which
    return []


def find_unusable(settings: Settings) -> Iterator[str]:
    """Try what a worker or `subscribe` would find out at its start, as far as it needs no broker; yield what fails."""
    for attempt in (_try_state, _try_model, _try_traces, _try_secrets):
        try:
            attempt(settings)
        except SettingsError as mistake:
            yield str(mistake)


def _try_state(settings: Settings) -> None:
    from streams.adapters.state.stores import require_rocksdb  # noqa: PLC0415 - not for --help

    require_rocksdb(settings.state_dir)


def _try_model(settings: Settings) -> None:
    if settings.model is not None:
        from streams.stages.enrich import load_enrich  # noqa: PLC0415 - not for --help

        load_enrich(settings)


def _try_traces(settings: Settings) -> None:
    if settings.traces is not None:
        from streams.adapters.supervision.spans import open_tracer  # noqa: PLC0415 - not for --help

        asyncio.run(open_tracer(settings.traces).on_stop())


def _try_secrets(settings: Settings) -> None:
    if settings.webhook_secret is not None or settings.webhook_secret_file is not None:
        from streams.adapters.subscriptions.webhooks import read_secrets  # noqa: PLC0415 - not for --help

        read_secrets(settings.webhook_secrets())
