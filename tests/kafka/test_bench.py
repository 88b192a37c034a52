"""The benchmark on a broker: whoever loses a record, or commits it too early, is found out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
from click.testing import CliRunner

from streams.bench import running
from streams.bench.children import Child, ContestantError
from streams.bench.contestants import aiokafka_loop
from streams.bench.roster import Contestant
from streams.bench.running import Course, measure_capacity, measure_latency
from streams.bench.tasks import Workload
from streams.cli import commands
from streams.topics import TOPICS

if TYPE_CHECKING:
    from brokers import Topics

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
PLAIN = Contestant("aiokafka", "aiokafka_loop", "aiokafka")
COUNT = 300


def test_a_worker_beside_a_plain_loop(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    options = ["--workload", "pass", "--records", str(COUNT), "--rounds", "1", "--seconds", "1", "--json", str(path)]
    only = ["--only", "aiokafka", "--only", "news-streams", "--only", "confluent-kafka"]
    result = CliRunner().invoke(commands, ["bench", "pipeline", *options, *only])
    assert result.exit_code == 0, result.output
    (table,) = orjson.loads(path.read_bytes())["tables"]
    assert [row["name"] for row in table["rows"]] == ["aiokafka", "news-streams", "confluent-kafka"]
    for row in table["rows"]:
        (run,) = row["runs"]
        assert run["kept"]["missing"] == run["kept"]["early"] == 0
        assert run["kept"]["committed"] == COUNT, "all was committed when it had stopped"
        assert run["rate"] > 0
        assert run["peak"] > 0
        assert 0 <= row["latency"]["p50"] <= row["latency"]["p99"]


def test_two_workers_have_a_row(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    options = ["--workload", "pass", "--workers", "2", "--records", str(COUNT), "--rounds", "1", "--json", str(path)]
    result = CliRunner().invoke(commands, ["bench", "scale", *options])
    assert result.exit_code == 0, result.output
    assert "| 2 | " in result.output
    (table,) = orjson.loads(path.read_bytes())["tables"]
    assert table["rows"][0]["processes"] == 2


class Cheat(Child):
    """A contestant that does not keep the promise: the plain loop with something in it changed."""

    change = ("", "")

    def command(self) -> list[str]:
        source = Path(aiokafka_loop.__file__).read_text(encoding="utf-8")
        assert self.change[0] in source
        return [sys.executable, "-c", source.replace(*self.change)]


def cheat(monkeypatch: pytest.MonkeyPatch, line: str, instead: str) -> Course:
    monkeypatch.setattr(Cheat, "change", (line, instead))
    monkeypatch.setattr(running, "Child", Cheat)
    monkeypatch.setattr(running, "PATIENCE", 5.0)
    return Course(Workload.PASS, COUNT, 0)


def test_whoever_loses_a_record_comes_to_a_halt_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    course = cheat(monkeypatch, "for each in outputs", "for each in outputs[1:]")
    with pytest.raises(ContestantError, match=rf"after [1-9]\d* of {COUNT} records"):
        measure_capacity(course, PLAIN, 1, 8)


def test_whoever_commits_first_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    course = cheat(
        monkeypatch,
        "        outputs = await asyncio.to_thread",
        "        await consumer.commit()\n        await asyncio.sleep(2)\n        outputs = await asyncio.to_thread",
    )
    kept = measure_capacity(course, PLAIN, 1, 8).kept
    assert kept.missing == 0
    assert kept.early > 0
    assert not kept.ok


def test_whoever_ends_is_told_with_its_last_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    course = cheat(monkeypatch, "    stop = asyncio.Event()", "    raise RuntimeError('no luck today')")
    with pytest.raises(ContestantError, match=r"exit code 1; .*no luck today"):
        measure_latency(course, PLAIN, 1, 10)


def test_a_broker_that_has_our_topics_is_left_alone(any_broker: Topics) -> None:
    any_broker.make()
    result = CliRunner().invoke(commands, ["bench", "pipeline", "--broker", any_broker.address])
    assert result.exit_code == 1
    assert "give it another broker" in result.output
    assert {record.topic for record in any_broker.read(*(topic.name for topic in TOPICS))} == set()
