"""The scene of one fault on one node of Apache Kafka, and the table at the end of the run."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from faults.scene import Scene
from faults.table import FILE, ROWS, as_markdown, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from brokers import Topics


SEED = 20_260_101


@pytest.fixture
def chance() -> random.Random:
    """Chance that a failure can be repeated with."""
    return random.Random(SEED)


@pytest.fixture
def make_scene(apache_topics: Topics, tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Make a scene with settings or a command of its own."""
    made: list[Scene] = []

    def make(**options: Any) -> Scene:
        made.append(Scene(apache_topics.address, tmp_path, **options))
        return made[-1]

    yield make
    for scene in made:
        scene.crew.close()


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    """Our topics without a record, and nobody at work yet."""
    return make_scene()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder that break something."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("apache"):
            item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table and write it."""
    if ROWS:
        write(ROWS)
        terminalreporter.section(f"faults: {FILE}")
        terminalreporter.write(as_markdown(ROWS))
