"""What stands under deploy/examples works as it stands there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from processes import read_until
from streams.contracts import ALERT, schema_folder
from streams.records import OutboundRecord
from streams.stages.route.headers import make_headers
from streams.stateful.alerts import announce_alert
from streams.topics import ALERTS

if TYPE_CHECKING:
    from brokers import Topics

pytestmark = pytest.mark.broker

EXAMPLES = Path(__file__).parents[2] / "deploy" / "examples"
EXAMPLE = orjson.loads((schema_folder() / "examples" / ALERT).read_bytes())


def alert(name: str, severity: str) -> OutboundRecord:
    """Return an alert as the worker publishes it."""
    event = announce_alert(EXAMPLE | {"id": name, "alert_id": name, "severity": severity, "topic": ALERTS.name})
    return OutboundRecord(event.topic, event.subject.encode(), orjson.dumps(event.value), make_headers(event))


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_it_prints_each_alert_once_and_goes_on_where_it_was(any_broker: Topics, name: str) -> None:
    any_broker.publish([alert("a", "high"), alert("b", "low"), alert("a", "high"), alert("c", "critical")], partition=0)
    servers = any_broker.address.removeprefix("kafka://")
    told = ""
    for last in ("c ", "d "):
        command = [sys.executable, str(EXAMPLES / name), servers, "ours"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            try:
                told += read_until(process, last)
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=60)
            finally:
                process.kill()
        any_broker.publish([alert("d", "high")], partition=0)
    printed = [line.split()[0] for line in told.splitlines()]
    assert sorted(set(printed)) == ["a", "c", "d"]
    assert printed.count("a") == 1
    assert "putin-minsk Putin Tiba di Minsk" in told


def test_they_stay_short() -> None:
    for path in EXAMPLES.glob("*.py"):
        assert len([line for line in path.read_text().splitlines() if line.strip()]) <= 30
