"""The dashboard: made by its script, and every query of it has an answer from a Prometheus that watches a worker."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from monitoring.watched import Watched

pytestmark = [pytest.mark.broker, pytest.mark.prometheus, pytest.mark.timeout(180)]

GRAFANA = Path(__file__).parents[3] / "deploy" / "grafana"
DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "news-streams.json").read_text())
QUERIES = [
    (f"{panel['title']} {target['refId']}", target["expr"])
    for panel in DASHBOARD["panels"]
    for target in panel.get("targets", ())
]
VARIABLES = {"$job": "news-streams", "$instance": ".*", "$__rate_interval": "1m"}


def filled(query: str) -> str:
    """The query as Grafana sends it."""
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    return query


@pytest.mark.parametrize("query", [query for _, query in QUERIES], ids=[name for name, _ in QUERIES])
def test_every_query_has_an_answer(watched: Watched, query: str) -> None:
    def answered() -> bool:
        return any(math.isfinite(float(each["value"][1])) for each in watched.prometheus.query(filled(query)))

    watched.prometheus.wait_for(answered)


def test_every_legend_names_labels_that_are_there(watched: Watched) -> None:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            for label in re.findall(r"{{(\w+)}}", target["legendFormat"]):
                assert all(label in each["metric"] for each in watched.prometheus.query(filled(target["expr"]))), target


def test_every_variable_has_values(watched: Watched) -> None:
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            query = filled(variable["query"]["query"])
            series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query).groups()  # type: ignore[union-attr]
            found = watched.prometheus.query(series)
            assert found
            assert all(label in each["metric"] for each in found)


def test_the_file_is_what_its_script_makes() -> None:
    code = "import dashboard, sys; sys.stdout.write(dashboard.as_json())"
    made = subprocess.run([sys.executable, "-c", code], cwd=GRAFANA, capture_output=True, text=True, check=True).stdout
    assert made == (GRAFANA / "dashboards" / "news-streams.json").read_text()


def test_panels_lie_beside_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + column, place["y"] + row) for column in range(place["w"]) for row in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert max(column for column, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_grafana_is_told_where_both_are() -> None:
    folder = GRAFANA / "provisioning"
    (source,) = yaml.safe_load((folder / "datasources" / "prometheus.yml").read_text())["datasources"]
    (provider,) = yaml.safe_load((folder / "dashboards" / "news-streams.yml").read_text())["providers"]
    assert source["type"] == "prometheus"
    assert provider["type"] == "file"
