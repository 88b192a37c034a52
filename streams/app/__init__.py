"""The one place that wires Faust: `create_app(settings)`; `faust -A streams.app worker` finds `app` here.

    worker.py     one worker: its parts, the services around them, how it begins and ends
    articles.py   the part that reads raw articles
    desk.py       the part that remembers: repeats, stories, trends, rules and alerts
    parts.py      what parts have in common
    calls.py      what agents call of the worker around them
    queries.py    questions over HTTP: /trends
    options.py    Faust's settings that follow from ours

Delivery is described in `streams.agents.delivery` and `streams.agents.remembering`, what is done differently from Faust
in `streams.adapters.workarounds.faust_worker`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streams.adapters.supervision.exit_codes import fail
from streams.adapters.workarounds.lenient_records import read_leniently
from streams.adapters.workarounds.strict_offsets import fetch_offsets_strictly
from streams.adapters.workarounds.timely_commits import commit_timely
from streams.app.articles import load_pipeline
from streams.app.worker import WorkerParts
from streams.errors import NewsStreamsError
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.adapters.workarounds.faust_worker import NewsApp, NewsWorker
    from streams.app.articles import Load

__all__ = ["create_app", "create_worker"]


def create_app(settings: Settings, load: Load = load_pipeline) -> NewsApp:
    """Wire a worker.

    Args:
        settings: all of them.
        load: loads what the pipeline needs, given settings and metrics, and returns what makes it.

    Returns:
        The Faust app; `create_worker` runs it, and so does `faust -A streams.app worker`.

    Raises:
        SettingsError: a setting asks for what is not installed.
    """
    read_leniently()
    fetch_offsets_strictly()
    commit_timely()
    return WorkerParts(settings, load).app


def create_worker(app: NewsApp, log_level: str = "info") -> NewsWorker:
    """Return what runs the app as this process: `execute_from_commandline` ends it with an `ExitCode`."""
    app.finalize()
    return cast("NewsWorker", app.Worker(loglevel=log_level, redirect_stdouts=False))


def __getattr__(name: str) -> NewsApp:
    """Make `app` from the settings when `faust -A streams.app` asks for it."""
    if name != "app":
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    try:
        app = create_app(Settings.load())
    except NewsStreamsError as error:
        # Faust's command would show a traceback.
        fail(error)
    globals()["app"] = app
    return app
