"""Writes what says again what the code or another file says: Strimzi's resources, the alerts for Kubernetes, the settings.

Without `--write` it only compares, and names what has drifted; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from click.testing import CliRunner

from streams.cli import commands

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
COMPONENTS = ROOT / "deploy" / "kubernetes" / "components"
RULES = ROOT / "deploy" / "prometheus" / "rules"
SETTINGS = """# Settings

Written from the code by `.ci/generate_manifests.py`; `news-streams config table` prints the table of the version you have.

A flag wins over the environment (`NEWS_STREAMS_` and the name in capitals), the environment over the TOML file
(`--config FILE`, or `NEWS_STREAMS_CONFIG`), the file over the default. `news-streams config show` tells which value is
in force and where it comes from, never a secret; `news-streams config check` names each wrong value, or what does not go together.
"""


def main(arguments: list[str] | None = None) -> int:
    """Compare or write; print a line for each file that had drifted; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write them")
    write = parser.parse_args(arguments).write
    drifted = [path for path, make in MADE.items() if not path.exists() or path.read_text() != make()]
    for path in drifted:
        if write:
            path.write_text(MADE[path]())
        sys.stdout.write(f"{path.relative_to(ROOT)}: {'written' if write else 'has drifted; --write mends it'}\n")
    return 0 if write or not drifted else 1


def make_strimzi() -> str:
    """Return what `news-streams topics strimzi` prints, with the settings' defaults and three replicas."""
    return _print("topics", "strimzi", "--replication", "3")


def make_settings() -> str:
    """Return the page of the settings, with what `news-streams config table` prints."""
    return f"{SETTINGS}\n{_print('config', 'table')}"


def _print(*arguments: str) -> str:
    none_set = {name: None for name in os.environ if name.startswith("NEWS_STREAMS_")}
    return CliRunner(env=none_set).invoke(commands, arguments, catch_exceptions=False).stdout


def make_rules() -> str:
    """Return the rules of deploy/prometheus as a resource of the Prometheus operator."""
    groups = [group for path in sorted(RULES.glob("*.yml")) for group in yaml.safe_load(path.read_text())["groups"]]
    resource = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "news-streams"},
        "spec": {"groups": groups},
    }
    head = "# Written by .ci/generate_manifests.py from deploy/prometheus/rules; a test compares them.\n"
    return head + yaml.safe_dump(resource, sort_keys=False, width=120)


MADE: dict[Path, Callable[[], str]] = {
    COMPONENTS / "strimzi" / "resources.yaml": make_strimzi,
    COMPONENTS / "monitoring" / "rules.yaml": make_rules,
    ROOT / "deploy" / "SETTINGS.md": make_settings,
}

if __name__ == "__main__":
    sys.exit(main())
