"""The benchmark's own figures: loads, promises, percentiles, ratios, costs, the tables."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from streams.api import Enricher
from streams.articles import RawArticle
from streams.bench import machine
from streams.bench.children import Child, ContestantError
from streams.bench.costs import cost_of
from streams.bench.counting import Arrival
from streams.bench.figures import Capacity, Latency, Row, paired, percentiles, spread
from streams.bench.loads import PASS_BYTES, make_load
from streams.bench.meeting import Table, enter
from streams.bench.promises import Kept, Watch, missing
from streams.bench.report import as_json, as_markdown, scale_markdown
from streams.bench.roster import CONTESTANTS, PLAIN, WORKER, Contestant
from streams.bench.running import Course, require_all_at_work
from streams.bench.tasks import Task, Workload
from streams.bench.work import open_work
from streams.cli.bench import command
from streams.errors import SourceError
from streams.records import InboundRecord

if TYPE_CHECKING:
    from pathlib import Path

KEPT = Kept(missing=0, repeated=0, early=0, committed=100)


def at(*times: float) -> list[Arrival]:
    return [Arrival(0.0, each, by_broker=True) for each in times]


def capacity(rate: float, kept: Kept = KEPT) -> Capacity:
    return Capacity(rate, 20.0, 100_000_000, 2.5, kept)


def test_records_that_pass_through_are_two_kilobytes_and_each_another() -> None:
    load = make_load(Workload.PASS, 100, first=40)
    assert {len(item.value) for item in load} == {PASS_BYTES}
    assert [orjson.loads(item.value)["id"] for item in load] == list(range(40, 140))
    assert len({item.outcome for item in load}) == len({item.value for item in load}) == 100


def test_what_comes_of_an_article_is_known_by_its_key() -> None:
    """The harness works the ids out by itself: it must know what the worker will publish."""
    load = make_load(Workload.ARTICLES, 20)
    enricher = Enricher.load()
    for item in load[:9]:
        fields = orjson.loads(item.value)
        article = enricher.enrich(
            RawArticle(**{name: fields[name] for name in ("text", "html", "url") if name in fields})
        )
        assert article.id.encode() == item.outcome
    assert len({item.outcome for item in load}) == 20


def test_a_file_of_articles_is_read_and_what_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b'{"id": "a", "text": "Satu."}\n{"html": "<p>Dua.</p>"}\n')
    load = make_load(Workload.ARTICLES, 3, str(path))
    assert [sorted(orjson.loads(item.value)) for item in load] == [["text", "url"], ["html", "url"], ["text", "url"]]
    for hostile in (b"\xff", b"[]", b'{"text": ""}', b"{"):
        path.write_bytes(b'{"text": "Satu."}\n' + hostile + b"\n")
        with pytest.raises(SourceError, match=r"articles.jsonl line 2: no raw article"):
            make_load(Workload.ARTICLES, 3, str(path))
    path.write_bytes(b"")
    with pytest.raises(SourceError, match="holds no articles"):
        make_load(Workload.ARTICLES, 3, str(path))


def test_all_contestants_do_the_same_work() -> None:
    (item,) = make_load(Workload.PASS, 1)
    work = open_work(Task("", "", Workload.PASS))
    (output,) = work([InboundRecord(item.value, None, item.key)])  # type: ignore[arg-type] # nobody looks at the time
    assert (output.key, output.value) == (item.key, item.value)


def test_a_task_survives_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task("a:1,b:2", 'group "é', Workload.ARTICLES, "/x y/z.jsonl", 7)
    monkeypatch.setattr("sys.argv", ["-m", task.argument()])
    assert Task.from_arguments() == task


def test_who_commits_before_the_output_is_there_is_found_out() -> None:
    watch = Watch("", "", looks=[(10.0, 2), (20.0, 3), (30.0, 4)])
    assert watch.most_early(at(9, 10, 19, 29)) == 0
    assert watch.most_early(at(9, 10, 21, 29)) == 1, "three were committed when two were there"
    assert watch.most_early(at(31, 32, 33, 34)) == 4
    assert Watch("", "").most_early([]) == 0


def test_what_is_missing_is_counted_and_breaks_the_promise() -> None:
    assert missing([b"a", b"b", b"c"], {b"a": 1, b"c": 1}) == 1
    assert KEPT.ok
    assert Kept(missing=0, repeated=5, early=0, committed=None).ok, "at least once allows repeats"
    assert not Kept(missing=1, repeated=0, early=0, committed=None).ok
    assert not Kept(missing=0, repeated=0, early=1, committed=None).ok


@given(st.lists(st.integers(0, 1_000), min_size=2))
def test_percentiles_rise_and_stay_within(seconds: list[int]) -> None:
    found = percentiles(seconds, 5.0)
    assert min(seconds) <= found.p50 <= found.p95 <= found.p99 <= max(seconds)


def test_ratios_are_taken_within_a_round() -> None:
    assert paired([10, 2, 30], [20, 4, 60]) == 0.5
    assert paired([], []) is None
    assert spread([3, 1, 2]) == (1, 2, 3)


@pytest.mark.parametrize(("rate", "cores", "core_seconds"), [(10, 1, 100_000), (100, 6, 60_000), (1_000, 60, 60_000)])
def test_what_a_million_costs(rate: float, cores: int, core_seconds: float) -> None:
    cost = cost_of(rate, 30.0, 0.06)
    assert (cost.cores, cost.core_seconds) == (cores, core_seconds)
    assert cost.money == pytest.approx(core_seconds / 3_600 * 0.06)


def table() -> Table:
    course = Course(Workload.ARTICLES, 400, 20.0)
    plain = Row("aiokafka", "0.14", 1, [capacity(40), capacity(20)], Latency(15.0, 0.1, 0.2, 0.3))
    ours = Row("news-streams", "0.1", 1, [capacity(30), capacity(30)])
    return Table(course, [plain, ours, Row("bytewax", "0.21", 1, failure="it ended")], [40.0, 40.0])


def test_the_table_says_what_was_measured_and_who_failed() -> None:
    text = as_markdown([table()], "a machine", 0.5)
    assert "Measured on a machine; load before 0.5." in text
    assert (
        "| aiokafka 0.14 | 30.0 (20.0 to 40.0) | 1.00 | 0.75 | 100 / 200 / 300 | 20 | 100 | 2.5 | 0 / 0 / 0 |" in text
    )
    assert "| news-streams 0.1 | 30.0 (30.0 to 30.0) | 1.12 | 0.75 |" in text
    assert "bytewax x1: it ended" in text
    figures = as_json([table()], "a machine", 0.5)["tables"][0]["rows"][1]
    assert (figures["to_plain"], figures["of_ideal"]) == (1.125, 0.75)
    assert orjson.dumps(as_json([table()], "a machine", 0.5))


@pytest.mark.parametrize(
    ("used", "shared"),
    [([3.0, 2.0], True), ([5.0], True), ([0.0, 0.0], True), ([0.03, 0.0], True), ([9.0, 0.02], False)],
)
def test_a_process_without_work_makes_the_run_worthless(used: list[float], shared: bool) -> None:  # noqa: FBT001
    with nullcontext() if shared else pytest.raises(ContestantError, match=r"used 9\.0, 0\.0 CPU seconds"):
        require_all_at_work(used)


class Sleeper(Child):
    """A process that does nothing."""

    def command(self) -> list[str]:
        return [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_pinned_process_has_one_core() -> None:
    core = machine.cores()[-1]
    with Sleeper("none", Task("", "", Workload.PASS), core) as child:
        assert child._looked_at.cpu_affinity() == [core]


def test_scaling_says_how_workers_add_up_and_what_a_million_costs() -> None:
    rows = [Row("news-streams", "0.1", count, [capacity(20.0 * count)]) for count in (1, 2)]
    text = scale_markdown(Table(Course(Workload.ARTICLES, 400, 0), rows), 0.05)
    assert "| 2 | 40.0 | 2.00 | 20 |" in text
    assert "cost of a million = " in text
    assert "| 100 | 4 | 40,000 | 0.56 |" in text
    assert "core of its own" not in text
    assert "core of its own" in scale_markdown(Table(Course(Workload.ARTICLES, 400, 0, pinned=True), rows), 0.05)


def test_the_whole_chain_is_ours_alone_and_some_do_not_share() -> None:
    assert [each.name for each in CONTESTANTS if each.does(Workload.CHAIN)] == [WORKER.name]
    twice = [each.name for each, count, _ in enter(CONTESTANTS, (1, 2)) if count == 2]
    assert "bytewax" not in twice
    assert PLAIN.name in twice
    assert Contestant("x", "x", "no-such-distribution").version is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pipeline", "--only", "kafka-streams"], "no contestant 'kafka-streams'"),
        (["pipeline", "--broker", "kafka://127.0.0.1:1"], "127.0.0.1:1"),
        (["scale", "--pin", "--workers", "3"], "--pin: 3 workers and 2 cores; name fewer with --workers"),
    ],
)
def test_what_cannot_be_run_is_said(arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "cores", lambda: [0, 1])
    result: Any = CliRunner().invoke(command, arguments)
    assert result.exit_code
    assert told in str(result.exception)
