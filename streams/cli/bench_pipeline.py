"""`news-streams bench pipeline` and `bench scale`: a worker beside what a user would write instead, and many workers."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import orjson

from streams.cli.options import examples
from streams.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.bench.meeting import Table
    from streams.bench.roster import Contestant
    from streams.bench.running import Course

WORKLOADS: Final = ("pass", "articles", "chain")
RECORDS: Final = {"pass": 30_000, "articles": 400, "chain": 400}
NEEDED: Final = ("confluent_kafka", "psutil")

_FILE = click.Path(dir_okay=False, path_type=Path)
broker_option = click.option(
    "--broker",
    metavar="kafka://HOST:PORT",
    help="A broker without our topics, which are made and deleted there [default: an embedded one for each run].",
)
articles_option = click.option(
    "--articles",
    type=click.Path(exists=True, dir_okay=False),
    help="JSON Lines of raw articles [default: the samples].",
)
records_option = click.option(
    "--records", type=click.IntRange(50, 10_000_000), help="Of a run [default: 30,000 to pass, 400 articles]."
)
rounds_option = click.option("--rounds", type=click.IntRange(1, 1_000), default=3, show_default=True)
json_option = click.option("--json", "json_path", type=_FILE, help="Write all figures there as well.")


@click.command(
    "pipeline",
    epilog=examples("news-streams bench pipeline --workload pass --records 500 --rounds 1 --seconds 0 --only aiokafka"),
)
@broker_option
@articles_option
@records_option
@rounds_option
@json_option
@click.option(
    "--workload",
    "workloads",
    type=click.Choice(WORKLOADS),
    multiple=True,
    help="What is done with a record; may be given again [default: pass and articles].",
)
@click.option("--only", "names", multiple=True, metavar="NAME", help="A contestant; may be given again [default: all].")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    multiple=True,
    help="Of each contestant; may be given again [default: 1].",
)
@click.option(
    "--seconds", type=click.FloatRange(0, 3_600), default=20.0, show_default=True, help="Of each latency; 0 is none."
)
@click.option("--markdown", type=_FILE, help="Write the tables there as well.")
def bench_pipeline(  # noqa: PLR0913, PLR0917 - click gives each option
    broker: str | None,
    articles: str | None,
    records: int | None,
    rounds: int,
    json_path: Path | None,
    workloads: Sequence[str],
    names: Sequence[str],
    processes: Sequence[int],
    seconds: float,
    markdown: Path | None,
) -> None:
    """A worker beside plain loops and other frameworks, all at the same promise and at the same work.

    Every contestant has a process of its own, publishes with acks=all and commits only what is confirmed; what came out is
    counted. Rounds are interleaved, ratios are taken within a round. `pass` is the framework's own cost on 2 kB records,
    `articles` the job, `chain` the worker with all its agents. Install the others with the extra [bench], in an
    environment of its own: they ask for older libraries than we do.
    """
    _require_extra()
    from streams.bench.machine import describe_machine, load_before  # noqa: PLC0415 - --help needs none of it
    from streams.bench.meeting import enter, hold  # noqa: PLC0415
    from streams.bench.report import as_json, as_markdown  # noqa: PLC0415

    load, tables = load_before(), []
    for course in _courses(workloads or WORKLOADS[:2], records, seconds, broker, articles):
        contestants = [each for each in _contestants(names) if each.does(course.workload)]
        tables.append(hold(course, enter(contestants, processes or (1,)), rounds, _say))
    text = as_markdown(tables, describe_machine(), load)
    click.echo(text)
    _write(json_path, as_json(tables, describe_machine(), load))
    if markdown is not None:
        markdown.write_text(text, encoding="utf-8")
    _require_promises(tables)


@click.command("scale", epilog=examples("news-streams bench scale --records 50 --rounds 1 --workers 1"))
@broker_option
@articles_option
@records_option
@rounds_option
@json_option
@click.option("--workload", type=click.Choice(WORKLOADS), default="articles", show_default=True)
@click.option(
    "--workers", type=click.IntRange(1, 8), multiple=True, help="How many; may be given again [default: 1, 2, 4]."
)
@click.option(
    "--price", type=click.FloatRange(0), default=0.05, show_default=True, help="Of a core for an hour, for the paper."
)
@click.option("--pin", is_flag=True, help="Give each worker one core of its own: what another core adds.")
def bench_scale(  # noqa: PLR0913, PLR0917 - click gives each option
    broker: str | None,
    articles: str | None,
    records: int | None,
    rounds: int,
    json_path: Path | None,
    workload: str,
    workers: Sequence[int],
    price: float,
    pin: bool,  # noqa: FBT001
) -> None:
    """Workers and filled partitions 1, 2, 4 and so on, and the cost of a million articles on paper."""
    _require_extra()
    from streams.bench.machine import describe_machine, load_before  # noqa: PLC0415 - --help needs none of it
    from streams.bench.meeting import hold  # noqa: PLC0415
    from streams.bench.report import as_json, scale_markdown  # noqa: PLC0415
    from streams.bench.roster import WORKER  # noqa: PLC0415

    counts = tuple(workers or (1, 2, 4))
    _require_cores(counts, pinned=pin)
    load = load_before()
    (course,) = _courses((workload,), records, 0, broker, articles)
    table = hold(replace(course, pinned=pin), [(WORKER, count, count) for count in counts], rounds, _say)
    click.echo(f"Measured on {describe_machine()}; load before {load:.1f}.\n")
    click.echo(scale_markdown(table, price))
    _write(json_path, as_json([table], describe_machine(), load))
    _require_promises([table])


def _require_cores(counts: Sequence[int], *, pinned: bool) -> None:
    from streams.bench.machine import cores  # noqa: PLC0415 - as above

    if pinned and max(counts) > len(cores()):
        msg = f"--pin: {max(counts)} workers and {len(cores())} cores; name fewer with --workers"
        raise SettingsError(msg)


def _require_extra() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        msg = f"{' and '.join(missing)} not installed; pip install 'news-streams[bench,embedded]' in an environment of its own"
        raise SettingsError(msg)


def _courses(
    workloads: Sequence[str], records: int | None, seconds: float, broker: str | None, articles: str | None
) -> list[Course]:
    from streams.bench.grounds import require_free  # noqa: PLC0415 - --help needs none of it
    from streams.bench.loads import make_load  # noqa: PLC0415
    from streams.bench.running import Course  # noqa: PLC0415
    from streams.bench.tasks import Workload  # noqa: PLC0415

    require_free(broker)
    for name in workloads:
        make_load(Workload(name), 1, articles)
    return [Course(Workload(name), records or RECORDS[name], seconds, broker, articles) for name in workloads]


def _contestants(names: Sequence[str]) -> list[Contestant]:
    from streams.bench.roster import CONTESTANTS  # noqa: PLC0415 - --help needs none of it

    known = {each.name: each for each in CONTESTANTS}
    unknown = [name for name in names if name not in known]
    if unknown:
        msg = f"no contestant {unknown[0]!r}; there are {', '.join(known)}"
        raise SettingsError(msg)
    found = []
    for each in (known[name] for name in names or known):
        if each.version is None:
            click.echo(f"{each.name}: not measured, not installed (extra [bench])")
        else:
            found.append(each)
    return found


def _say(line: str) -> None:
    click.echo(line, err=True)


def _write(path: Path | None, figures: dict[str, Any]) -> None:
    if path is not None:
        path.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))


def _require_promises(tables: Sequence[Table]) -> None:
    """Fail where somebody lost a record, or did not run: such a table compares nothing."""
    broken = [
        f"{row.name} x{row.processes}: {row.failure or 'did not keep the promise'}"
        for table in tables
        for row in table.rows
        if row.failure or not all(run.kept.ok for run in row.runs)
    ]
    if broken:
        raise SettingsError("; ".join(broken))
