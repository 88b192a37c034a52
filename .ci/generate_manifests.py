"""Writes the manifests that say again what the code or another file says: Strimzi's resources, and the alerts for Kubernetes.

Without `--write` it only compares, and names what has drifted; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from click.testing import CliRunner

from streams.cli.strimzi import command

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
COMPONENTS = ROOT / "deploy" / "kubernetes" / "components"
RULES = ROOT / "deploy" / "prometheus" / "rules"


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
    done = CliRunner().invoke(command, ["--replication", "3"], env={"NEWS_STREAMS_CONFIG": ""}, catch_exceptions=False)
    return done.stdout


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
}

if __name__ == "__main__":
    sys.exit(main())
