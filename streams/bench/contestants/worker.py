"""Our worker: the article agents alone, or with `chain` all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from streams.app import create_app, create_worker
from streams.app.articles import load_pipeline
from streams.bench.tasks import Task, Workload
from streams.bench.work import PassThrough
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.adapters.processing.executor import Process
    from streams.adapters.supervision.metrics import Metrics

WINDOWS = 4
"""Batches in flight where records only pass through; for articles the settings' defaults hold."""


def settings_for(task: Task) -> Settings:
    """Return the settings of a worker: the user's, and what the task asks for."""
    flags: dict[str, Any] = {"broker": f"kafka://{task.broker}", "group": task.group, "web_port": 0}
    if task.workload is not Workload.CHAIN:
        flags |= {"agents": "articles", "stories": False}
    if task.workload is Workload.PASS:
        flags |= {"batch": task.batch, "in_flight": WINDOWS * task.batch}
    return Settings.load(**flags)


def load(settings: Settings, metrics: Metrics) -> Callable[[], Process]:
    """Load nothing."""
    del settings, metrics
    return PassThrough


if __name__ == "__main__":
    os.environ.setdefault("NEWS_STREAMS_LOG_FORMAT", "text")
    told = Task.from_arguments()
    app = create_app(settings_for(told), load if told.workload is Workload.PASS else load_pipeline)
    create_worker(app).execute_from_commandline()
