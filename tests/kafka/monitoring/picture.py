"""The dashboard as a picture, plotted from a Prometheus' answers to its queries: where there is no Grafana to render it.

    python tests/kafka/monitoring/picture.py [--seconds 120] [--rate 12]

A worker with its model reads articles from Apache Kafka (Java and Maven) at a rate that swings, some of them broken;
`deploy/grafana/dashboard.png` shows some of the panels as Prometheus answered their queries.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import matplotlib as mpl

mpl.use("agg")

from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter
from PIL import Image

from apache_kafka import ApacheKafka
from brokers import JARS
from monitoring.watched import watch

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from monitoring.prometheus import Prometheus
    from monitoring.watched import Watched

GRAFANA: Final = Path(__file__).parents[3] / "deploy" / "grafana"
WANTED: Final = (
    *("Records by outcome", "Crawled until enriched", "Dead letters by stage and reason"),
    *("Lag in records", "Stages, p95", "One pass of the model"),
    *("Publishing", "Crawled until told, p95", "Changelog, p99"),
    *("CPU", "Memory", "Rows held"),
)
VARIABLES: Final = {"$job": "news-streams", "$instance": ".*", "$__rate_interval": "10s"}
COLUMNS: Final = 3
SCALES: Final = {"bytes": (2**20, " MiB"), "s": (0.001, " ms"), "percentunit": (0.01, " %"), "ops": (1, "/s")}
TINY: Final = 0.1
WIDE: Final = 13
"""Characters of a legend."""
EVERY: Final = 9
"""So many records, and one is broken."""


def feed(watched: Watched, seconds: float, rate: float) -> None:
    """Publish at a rate that swings about the one that is given."""
    begin, number = time.monotonic(), 0
    while (passed := time.monotonic() - begin) < seconds:
        count = max(1, round(rate * (1 + 0.6 * math.sin(passed / 12))))
        watched.feed(number, count, broken=count // EVERY)
        number += count
        time.sleep(max(0.0, begin + passed + 1 - time.monotonic()))


def draw(axes: Axes, panel: dict[str, Any], prometheus: Prometheus, span: tuple[float, float]) -> None:
    """Plot one panel's queries over a time."""
    scale, unit = SCALES.get(panel["fieldConfig"]["defaults"]["unit"], (1, ""))
    for target in panel["targets"]:
        query = target["expr"]
        for name, value in VARIABLES.items():
            query = query.replace(name, value)
        answer = prometheus.get("query_range", query=query, start=str(span[0]), end=str(span[1]), step="1")
        for series in answer["result"]:
            legend = target["legendFormat"]
            for name, value in series["metric"].items():
                legend = legend.replace(f"{{{{{name}}}}}", value)
            points = [(float(at) - span[0], float(value) / scale) for at, value in series["values"]]
            axes.plot(*zip(*points, strict=True), label=legend, linewidth=1.1)
    axes.set_title(panel["title"], loc="left", fontsize=9)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}{unit}"))
    # Room above the lines for the legend.
    axes.set_ylim(bottom=0, top=1.4 * axes.get_ylim()[1] if axes.get_ylim()[1] > TINY else 1)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.2)
    if axes.lines:
        wide = max(len(str(line.get_label())) for line in axes.lines) > WIDE
        axes.legend(fontsize=6, loc="upper left", framealpha=0.4, ncols=2 if wide else 4).set_in_layout(False)


def main() -> None:
    """Run, ask, plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=12)
    parser.add_argument("--to", type=Path, default=GRAFANA / "dashboard.png")
    chosen = parser.parse_args()
    board = json.loads((GRAFANA / "dashboards" / "news-streams.json").read_text())
    panels = {panel["title"]: panel for panel in board["panels"]}
    with (
        tempfile.TemporaryDirectory() as folder,
        watch(Path(folder), ApacheKafka(Path(folder) / "kafka", JARS), session_timeout="6") as watched,
    ):
        begin = time.time()
        feed(watched, chosen.seconds, chosen.rate)
        plt.style.use("dark_background")
        figure, grid = plt.subplots(-(-len(WANTED) // COLUMNS), COLUMNS, figsize=(13, 10), layout="constrained")
        for axes, title in zip(grid.flat, WANTED, strict=True):
            draw(axes, panels[title], watched.prometheus, (begin + 5, time.time()))
        figure.savefig(chosen.to, dpi=80)
    with Image.open(chosen.to) as picture:
        # A hundred colours are enough for lines, and a third of the bytes.
        picture.convert("RGB").quantize(100).save(chosen.to, optimize=True)


if __name__ == "__main__":
    main()
