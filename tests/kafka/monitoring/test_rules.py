"""Recording and alerting rules, by Prometheus' own tool: well formed, and each alert fires when it should and only then."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitoring.prometheus import DEPLOYED, find
from streams.adapters.processing.breaker import OURS
from streams.adapters.supervision.catalogue import CATALOGUE, END_TO_END

pytestmark = pytest.mark.prometheus

CASES = sorted((Path(__file__).parent / "alerts").glob("*.yml"))
RULES = sorted((DEPLOYED / "rules").glob("*.yml"))


def rules() -> list[Any]:
    return [rule for file in RULES for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


def alerts() -> set[str]:
    return {rule["alert"] for rule in rules() if "alert" in rule}


@pytest.mark.parametrize(
    "command",
    [
        ["check", "config", str(DEPLOYED / "prometheus.yml")],
        *[["check", "rules", str(file)] for file in RULES],
        *[["test", "rules", str(file)] for file in CASES],
    ],
    ids=lambda command: " ".join([*command[:2], Path(command[2]).name]),
)
def test_prometheus_own_tool_finds_no_fault(command: list[str]) -> None:
    done = subprocess.run([find("promtool"), *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_shown_to_fire_and_not_to_fire() -> None:
    shown = [
        (test["alertname"], bool(test["exp_alerts"]))
        for file in CASES
        for case in yaml.safe_load(file.read_text())["tests"]
        for test in case["alert_rule_test"]
    ]
    assert {name for name, fires in shown if fires} == alerts()
    assert {name for name, fires in shown if not fires} == alerts()


def test_every_metric_of_a_rule_is_in_the_catalogue_and_its_labels_too() -> None:
    known = {each.full_name: set(each.label_names) for each in CATALOGUE}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for rule in rules():
        for recording in re.findall(r"\bjob:\w+:\w+", rule["expr"]):
            assert recording in recorded
        plain = re.sub(r"\bjob:\w+:\w+", "", rule["expr"])
        for name, matchers in re.findall(r"\b(news_streams_\w+)(?:\{([^}]*)\})?", plain):
            family = re.sub(r"_(bucket|count|sum)$", "", name)
            assert family in known, name
            assert set(re.findall(r"(\w+)=", matchers)) <= known[family] | {"le", "job"}, name


def test_the_objectives_say_what_the_code_says() -> None:
    expressions = [rule["expr"] for rule in rules()]
    reasons = {each for text in expressions for each in re.findall(r'reason=~"([^"]*)"', text)}
    assert [set(each.split("|")) for each in reasons] == [set(OURS)]
    bounds = {float(each) for text in expressions for each in re.findall(r'le="([^"]*)"', text)}
    assert bounds <= set(END_TO_END.buckets), "a bound that is no bucket gives no answer"
    assert len(bounds) == 1


def test_every_alert_has_a_severity_and_says_what_to_do() -> None:
    for rule in rules():
        if "alert" in rule:
            assert rule["labels"]["severity"] in {"page", "ticket"}
            assert set(rule["annotations"]) == {"summary", "description"}
