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
from matplotlib.ticker import FuncFormatter, MaxNLocator
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
    *("Lag in seconds", "Stages, p95", "One pass of the model"),
    *("Publishing", "Crawled until told, p95", "Changelog, p99"),
    *("CPU", "Memory", "Rows held"),
)
VARIABLES: Final = {"$job": "news-streams", "$instance": ".*", "$__rate_interval": "10s"}
COLUMNS: Final = 3
SCALES: Final = {"bytes": (2**20, " MiB"), "s": (0.001, " ms"), "percentunit": (0.01, " %"), "ops": (1, "/s")}
TINY: Final = 0.1
SECOND: Final = 1000
WIDE: Final = 13
"""Characters of a legend."""
MANY: Final = 4
"""Lines that one row of short legends names."""
LOOK: Final = {
    "figure.facecolor": "#111217",
    "axes.facecolor": "#181b1f",
    "axes.edgecolor": "#181b1f",
    "axes.titlecolor": "#ccccdc",
    "grid.color": "#2c3036",
    "text.color": "#ccccdc",
    "xtick.color": "#8e8e9e",
    "ytick.color": "#8e8e9e",
    "axes.prop_cycle": mpl.cycler(color=["#73bf69", "#f2cc0c", "#ff780a", "#5794f2", "#b877d9", "#8ab8ff"]),
}
"""As Grafana has it in the dark."""
EVERY: Final = 5
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
            (line,) = axes.plot(*zip(*points, strict=True), label=legend, linewidth=1.3)
            axes.fill_between(*zip(*points, strict=True), color=line.get_color(), alpha=0.07, linewidth=0)
    dress(axes, panel["title"], unit)


def dress(axes: Axes, title: str, unit: str) -> None:
    """Give the plot its title, its scales and its legend."""
    axes.set_title(title, loc="left", fontsize=10)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: say(value, unit)))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} s"))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    top = axes.get_ylim()[1]
    axes.set_ylim(bottom=0, top=1.1 * top if top > TINY else 1)
    axes.margins(x=0)
    axes.tick_params(labelsize=7.5, length=0)
    axes.grid(linewidth=0.7)
    if axes.lines:
        wide = max(len(str(line.get_label())) for line in axes.lines) > WIDE
        look = {"loc": "upper left", "bbox_to_anchor": (-0.02, -0.1), "frameon": False, "handlelength": 0.9}
        axes.legend(fontsize=7, ncols=2 if wide else MANY, columnspacing=1.2, **look)


def say(value: float, unit: str) -> str:
    """Return what stands at a line of the grid; from a second on in seconds."""
    return f"{value / 1000:g} s" if unit == " ms" and value >= SECOND else f"{value:g}{unit}"


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
        plt.rcParams.update(LOOK)
        figure, grid = plt.subplots(-(-len(WANTED) // COLUMNS), COLUMNS, figsize=(15, 11), layout="constrained")
        for axes, title in zip(grid.flat, WANTED, strict=True):
            draw(axes, panels[title], watched.prometheus, (begin + 5, time.time()))
        figure.savefig(chosen.to, dpi=90)
    with Image.open(chosen.to) as picture:
        # A hundred colours are enough for lines, and a third of the bytes.
        picture.convert("RGB").quantize(100).save(chosen.to, optimize=True)


if __name__ == "__main__":
    main()
