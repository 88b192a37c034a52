"""The Grafana dashboard as code: `python deploy/grafana/dashboard.py` writes `dashboards/news-streams.json`.

A panel is a title, a unit and its queries; all else follows. Standard library only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "dashboards" / "news-streams.json"
WIDTH = 24
"""Grafana's grid is so many columns wide."""
HEIGHT = 8
OURS = 'job="$job",instance=~"$instance"'
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes:
        title: above it.
        unit: Grafana's name of it.
        queries: expression and legend of each.
        kind: Grafana's name of it.
        width: columns.
    """

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    kind: str = "timeseries"
    width: int = 8


def rate(metric: str, by: str, window: str = "$__rate_interval", *, labels: str = "") -> str:
    """Return a counter's increase a second."""
    return f"sum by ({by}) (rate({metric}{{{OURS}{labels}}}[{window}]))"


def quantiles(metric: str, by: str = "", shares: tuple[float, ...] = (0.5, 0.95, 0.99)) -> tuple[tuple[str, str], ...]:
    """Return a histogram's quantiles, for each value of a label where one is named."""
    labels = ", ".join(filter(None, ["le", by]))
    legend = f"{{{{{by}}}}} " if by else ""
    inner = rate(f"{metric}_bucket", labels)
    return tuple((f"histogram_quantile({share}, {inner})", f"{legend}p{share * 100:g}") for share in shares)


def gauge(metric: str, how: str = "sum", by: str = "instance") -> str:
    """Return a gauge of all workers, added up or otherwise."""
    return f"{how} by ({by}) ({metric}{{{OURS}}})"


def number(title: str, unit: str, query: str) -> Panel:
    """Return one number, large."""
    return Panel(title, unit, ((query, ""),), "stat", 4)


ROWS: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    (
        "At a glance",
        (
            number("Workers ready", "none", f"sum(news_streams_ready{{{OURS}}})"),
            number("Records a second", "short", f"sum(rate(news_streams_records_total{{{OURS}}}[$__rate_interval]))"),
            number("Late, last hour", "percentunit", 'job:news_streams_late:ratio1h{job="$job"}'),
            number("Failed by us, last hour", "percentunit", 'job:news_streams_failed:ratio1h{job="$job"}'),
            number("Furthest behind", "s", f"max(news_streams_consumer_lag_seconds{{{OURS}}})"),
            number("Alert rules in force", "none", f"max(news_streams_loaded_rules{{{OURS}}})"),
        ),
    ),
    (
        "Flow",
        (
            Panel("Records by outcome", "ops", ((rate("news_streams_records_total", "outcome"), "{{outcome}}"),)),
            Panel("Crawled until enriched", "s", quantiles("news_streams_end_to_end_latency_seconds")),
            Panel(
                "Dead letters by stage and reason",
                "ops",
                ((rate("news_streams_dead_letters_total", "stage, reason") + " > 0", "{{stage}} {{reason}}"),),
            ),
            Panel("Lag in records", "short", ((gauge("news_streams_consumer_lag_records", by="topic"), "{{topic}}"),)),
            Panel("Lag in seconds", "s", ((gauge("news_streams_consumer_lag_seconds", "max", "topic"), "{{topic}}"),)),
            Panel(
                "Lag by partition of the raw topic",
                "short",
                (
                    (
                        f'sum by (partition) (news_streams_consumer_lag_records{{{OURS},topic="news.articles.raw"}})',
                        "{{partition}}",
                    ),
                ),
            ),
        ),
    ),
    (
        "Work",
        (
            Panel("Stages, p95", "s", quantiles("news_streams_stage_duration_seconds", "stage", (0.95,))),
            Panel("One pass of the model", "s", quantiles("news_streams_model_duration_seconds")),
            Panel("Publishing", "s", quantiles("news_streams_publish_latency_seconds")),
            Panel(
                "Sentences read by the model",
                "ops",
                ((rate("news_streams_model_sentences_total", "instance"), "{{instance}}"),),
            ),
            Panel(
                "Records that share a batch",
                "short",
                (
                    (
                        rate("news_streams_batch_size_records_sum", "instance")
                        + " / "
                        + rate("news_streams_batch_size_records_count", "instance"),
                        "{{instance}}",
                    ),
                ),
            ),
            Panel("In flight", "short", ((gauge("news_streams_in_flight_records"), "{{instance}}"),)),
        ),
    ),
    (
        "Stories, trends and alerts",
        (
            Panel(
                "Records by agent and outcome",
                "ops",
                ((rate("news_streams_agent_records_total", "agent, outcome"), "{{agent}} {{outcome}}"),),
            ),
            Panel("Crawled until told, p95", "s", quantiles("news_streams_agent_latency_seconds", "agent", (0.95,))),
            Panel("Answering a record, p95", "s", quantiles("news_streams_agent_duration_seconds", "agent", (0.95,))),
            Panel("Alerts", "ops", ((rate("news_streams_alerts_total", "severity, kind"), "{{severity}} {{kind}}"),)),
            Panel(
                "Alert rules",
                "none",
                (
                    (gauge("news_streams_loaded_rules", "max", "job"), "in force"),
                    (gauge("news_streams_refused_rules", "max", "job"), "refused"),
                ),
            ),
            Panel("Rows held", "short", ((gauge("news_streams_held_rows", by="agent"), "{{agent}}"),)),
            Panel("Changelog, p99", "s", quantiles("news_streams_changelog_latency_seconds", "agent", (0.99,))),
            Panel("Changelog bytes", "Bps", ((rate("news_streams_changelog_bytes_total", "agent"), "{{agent}}"),)),
            Panel("Tables read back in", "s", ((gauge("news_streams_recovery_seconds", "max", "agent"), "{{agent}}"),)),
        ),
    ),
    (
        "Workers",
        (
            Panel("CPU", "percentunit", ((rate("process_cpu_seconds_total", "instance"), "{{instance}}"),)),
            Panel("Memory", "bytes", ((gauge("process_resident_memory_bytes"), "{{instance}}"),)),
            Panel("Assigned partitions", "none", ((gauge("news_streams_assigned_partitions"), "{{instance}}"),)),
            Panel(
                "Rebalances and commits",
                "ops",
                (
                    (rate("news_streams_rebalances_total", "job"), "rebalances"),
                    (rate("news_streams_commits_total", "result"), "commits {{result}}"),
                ),
            ),
            Panel(
                "Publishing tried again",
                "ops",
                ((rate("news_streams_publish_retries_total", "instance"), "{{instance}}"),),
            ),
            Panel(
                "Without progress",
                "s",
                (
                    (gauge("news_streams_stalled_seconds"), "{{instance}}"),
                    (gauge("news_streams_stall_timeout_seconds", "min", "job"), "the end"),
                ),
            ),
            Panel(
                "Versions",
                "none",
                (
                    (gauge("news_streams_build_info", "count", "version"), "worker {{version}}"),
                    (gauge("news_streams_model_info", "count", "name, version"), "{{name}} {{version}}"),
                ),
            ),
            Panel("Hung threads", "none", ((gauge("news_streams_hung_threads"), "{{instance}}"),)),
            Panel("Bytes in memory", "bytes", ((gauge("news_streams_held_bytes"), "{{instance}}"),)),
        ),
    ),
)


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana reads it."""
    return {
        "uid": "news-streams",
        "title": "news-streams",
        "tags": ["news-streams"],
        "schemaVersion": 39,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [_source(), _variable("job"), _variable("instance", all_of_them=True)]},
        "panels": list(_panels()),
    }


def _source() -> dict[str, Any]:
    return {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}


def _variable(name: str, *, all_of_them: bool = False) -> dict[str, Any]:
    chosen = ', job="$job"' if all_of_them else ""
    query = f"label_values(news_streams_build_info{{{chosen.removeprefix(', ')}}}, {name})"
    many = {"multi": True, "includeAll": True, "allValue": ".*", "current": {"text": "All", "value": "$__all"}}
    return {
        "name": name,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "refresh": 2,
    } | (many if all_of_them else {})


def _panels() -> Any:
    number_, top = 0, 0
    for title, panels in ROWS:
        number_ += 1
        place = {"h": 1, "w": WIDTH, "x": 0, "y": top}
        yield {"id": number_, "type": "row", "title": title, "gridPos": place, "collapsed": False, "panels": []}
        top, left = top + 1, 0
        for panel in panels:
            if left + panel.width > WIDTH:
                top, left = top + HEIGHT, 0
            number_ += 1
            height = HEIGHT // 2 if panel.kind == "stat" else HEIGHT
            yield _panel(number_, panel, {"h": height, "w": panel.width, "x": left, "y": top})
            left += panel.width
        top += HEIGHT


def _panel(number_: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number_,
        "type": panel.kind,
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place_), "expr": query, "legendFormat": legend, "datasource": SOURCE}
            for place_, (query, legend) in enumerate(panel.queries)
        ],
    }


def as_json() -> str:
    """Return the file."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(as_json(), "utf-8")
