"""Rules on a broker: applied, listed, tried and deleted by what a person types."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams.contracts import schema_folder
from streams.records import OutboundRecord
from streams.topics import ENRICHED, RULES

if TYPE_CHECKING:
    from pathlib import Path

    from brokers import Topics

pytestmark = pytest.mark.broker

STREAMS = [sys.executable, "-m", "streams.cli"]
EXAMPLE = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())
PUTIN = "rule: putin\ntitle: Putin\nwhen: {entity: Vladimir Putin}\n"
OWN = "---\nrule: milik\nwhen: {words: tiba}\nsend_to: own\n"


def rules(broker: Topics, *arguments: Any, code: int = 0, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*STREAMS, "rules", *map(str, arguments), "--broker", broker.address],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    return done


def records(broker: Topics, at_least: int) -> list[tuple[str, Any]]:
    found = broker.read(RULES.name, at_least=at_least)
    return [(each.key.decode(), None if each.value is None else orjson.loads(each.value)) for each in found]


def test_rules_are_applied_listed_changed_and_deleted(any_broker: Topics, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(PUTIN + OWN)
    dry = rules(any_broker, "apply", tmp_path, "--dry-run").stdout
    assert dry.startswith("+ milik  ")
    assert dry.endswith("2 new\n")
    applied = rules(any_broker, "apply", tmp_path, "--yes").stdout
    assert "created news.alerts.milik\n" in applied
    assert "live putin " in applied
    assert applied.rstrip().endswith("-> news.alerts")
    assert records(any_broker, 2) == [
        ("milik", {"rule": "milik", "when": {"words": "tiba"}, "send_to": "own"}),
        ("putin", {"rule": "putin", "title": "Putin", "when": {"entity": "Vladimir Putin"}}),
    ]
    assert "2 unchanged" in rules(any_broker, "apply", tmp_path, "--yes").stdout

    (tmp_path / "rules.yaml").write_text(PUTIN + "severity: high\n")
    changed = rules(any_broker, "apply", tmp_path, "--yes").stdout
    assert "    +severity: high\n" in changed
    assert "~ putin" in changed
    listed = orjson.loads(rules(any_broker, "list", "--json").stdout)
    assert [(each["rule"], each["severity"], each["topic"]) for each in listed] == [
        ("milik", "medium", "news.alerts.milik"),
        ("putin", "high", "news.alerts"),
    ]
    rules(any_broker, "delete", "milik", "--yes")
    shown = rules(any_broker, "list").stdout
    assert "milik" not in shown
    assert shown.endswith("1 live rule\n")
    assert records(any_broker, 4)[-1] == ("milik", None)


def test_nothing_is_applied_where_one_rule_is_wrong_or_nobody_said_yes(any_broker: Topics, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PUTIN)
    (tmp_path / "b.yaml").write_text("rule: b\nwhen: {wrods: x}\n")
    told = rules(any_broker, "apply", tmp_path, "--yes", code=1)
    assert f"{tmp_path}/b.yaml:2:8: unknown field 'wrods': did you mean 'words'?" in told.stderr
    assert "Aborted" in rules(any_broker, "apply", tmp_path / "a.yaml", code=1, stdin="n\n").stderr
    assert "give --yes" in rules(any_broker, "apply", "-", code=2, stdin=PUTIN).stderr
    assert "no such rule: putin, x; nothing was deleted" in rules(any_broker, "delete", "putin", "x", code=1).stderr
    assert any_broker.read(RULES.name) == []


def test_a_bad_record_on_the_topic_is_told_and_can_be_deleted(any_broker: Topics) -> None:
    rules(any_broker, "apply", "-", "--yes", stdin=PUTIN)
    bad = [OutboundRecord(RULES.name, key, b'{"rule": "x\x1b[31m"}') for key in (b"putin", b"\xff\x1b[0m")]
    any_broker.publish(bad)
    told = rules(any_broker, "list")
    assert told.stdout.endswith("1 live rule\n")
    assert len(told.stderr.splitlines()) == 2
    assert "\x1b" not in told.stderr
    assert "putin cannot be understood (the one before it stays live until workers start anew)" in told.stderr
    assert "~ putin" in rules(any_broker, "apply", "-", "--yes", stdin=PUTIN).stdout
    assert "putin" not in rules(any_broker, "list").stderr


def test_rules_are_tried_on_the_brokers_articles_beside_the_live_ones(any_broker: Topics) -> None:
    rules(any_broker, "apply", "-", "--yes", stdin=PUTIN)
    now = datetime.now(UTC).isoformat()
    alone = {"duplicate_of": None, "copies": 0, "original": None}
    articles = [
        EXAMPLE | {"id": f"a{number}", "enriched_at": now, "story": {"id": f"a{number}", **alone}}
        for number in range(20)
    ]
    values = [orjson.dumps(each) for each in articles] + [b"{", b"null"]
    any_broker.publish([OutboundRecord(ENRICHED.name, str(n).encode(), value) for n, value in enumerate(values)])
    told = rules(any_broker, "test", "-", "--since", "1h", "--json", stdin=PUTIN + "severity: high\n" + OWN)
    changes = [orjson.loads(line) for line in told.stdout.splitlines()]
    assert len([each for each in changes if each["change"] == "~"]) == 20
    assert len([each for each in changes if each["change"] == "+"]) == 20
    assert "2 records of news.articles.enriched are no articles" in told.stderr
    assert "20 articles" in rules(any_broker, "test", "-", "--since", "1h", stdin=PUTIN).stdout
    later = rules(any_broker, "test", "-", "--since", "2100-01-01", stdin=PUTIN).stdout
    assert later == "0 articles, 0 alerts and updates (live 0)\n"
