"""`news-streams demo`: everything comes out and adds up, and nothing stays behind, however it ends."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from processes import read_until
from streams.adapters.broker import EmbeddedBroker, free_port, is_free

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.broker

DEMO = [sys.executable, "-m", "streams.cli", "demo"]
TOTAL = "published 9 = enriched 8 + dead-lettered 1"


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DEMO, *arguments], env=os.environ | environment, capture_output=True, text=True, check=False, timeout=200
    )


@contextlib.contextmanager
def running_demo(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([*DEMO, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def offspring(process: int) -> set[int]:
    """Return the processes below one, at any depth (proc(5), stat)."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}


def wait_until_gone(processes: set[int]) -> None:
    """Return when none of them runs; the test's own time limit is the guard."""
    while any(Path(f"/proc/{process}").exists() for process in processes):
        time.sleep(0.05)


def test_once_everything_comes_out_adds_up_and_reads_well_without_a_terminal() -> None:
    run = demo("--once")
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert TOTAL in run.stdout
    assert "Belarusia Usulkan Kerja Sama Tiga Arah dengan Rusia dan Korea Utara" in run.stdout
    assert "Sat 16 Sep 2023 17:42 +07:00" in run.stdout
    assert "decode/bad_json" in run.stdout
    assert "\x1b" not in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 80
    assert "10 rules applied" in run.stdout
    assert "alert critical  Redaksi nasional · Bencana dengan korban" in run.stdout
    alerts = re.search(r"^alerts (\d+)$", run.stdout, re.MULTILINE)
    assert alerts is not None
    assert len(re.findall(r"[\d,]+ ms ─╯", run.stdout)) == 9 + int(alerts[1])
    port = re.search(r"kafka://127\.0\.0\.1:(\d+)", run.stdout)
    assert port is not None
    assert is_free(int(port[1]))


def test_on_a_broker_with_other_traffic_the_counts_are_the_demos_own() -> None:
    with EmbeddedBroker(free_port()) as broker:
        create = [sys.executable, "-m", "streams.cli", "topics", "create", "--broker", broker.address]
        subprocess.run(create, check=True, capture_output=True)
        produce = [sys.executable, "-m", "streams.cli", "produce", "--broker", broker.address, "--rate", "5", "-"]
        with subprocess.Popen(produce, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as other:
            assert other.stdin is not None
            other.stdin.write(b'{"text": "Berita lain."}\n{broken\n' * 100)
            other.stdin.close()
            run = demo("--once", "--broker", broker.address)
            other.terminate()
    assert run.returncode == 0, run.stderr
    assert TOTAL in run.stdout
    assert "Berita lain" not in run.stdout
    assert "rules applied" not in run.stdout


def test_what_came_before_is_dropped_and_counted() -> None:
    with EmbeddedBroker(free_port()) as broker:
        for total in (TOTAL, "published 9 = enriched 0 + dead-lettered 1 + dropped 8"):
            run = demo("--once", "--broker", broker.address)
            assert run.returncode == 0, run.stderr
            assert total in run.stdout


def test_ctrl_c_ends_it_in_order_with_the_total() -> None:
    with running_demo() as process:
        read_until(process, "decode/bad_json")
        children = offspring(process.pid)
        assert len(children) >= 2
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert "published" in rest
        assert errors == ""
        wait_until_gone(children)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_stays_behind_when_it_is_killed(ending: signal.Signals) -> None:
    with running_demo() as process:
        read_until(process, "worker ready")
        children = offspring(process.pid)
        assert len(children) >= 2
        process.send_signal(ending)
        process.wait(timeout=60)
        wait_until_gone(children)


def test_a_broker_that_goes_away_is_noticed() -> None:
    with running_demo() as process:
        read_until(process, "worker ready")
        for child in offspring(process.pid):
            if "tansu" in Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8"):
                os.kill(child, signal.SIGKILL)
        _, errors = process.communicate(timeout=90)
    assert process.returncode == 1
    assert errors.startswith("news-streams: ")
    assert len(errors.splitlines()) == 1


def test_a_worker_that_cannot_start_is_one_line(tmp_path: Path) -> None:
    run = demo("--once", NEWS_STREAMS_MODEL=str(tmp_path))
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert "setting model" in line


def test_a_time_limit_that_is_too_short_is_one_line() -> None:
    run = demo("--once", "--timeout", "1")
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert "within 1 s" in line


@pytest.mark.parametrize("no_color", ["", "1"])
def test_on_a_terminal_it_is_coloured_unless_asked_otherwise(no_color: str) -> None:
    ours, theirs = pty.openpty()
    environment = os.environ | {"NO_COLOR": no_color, "TERM": "xterm-256color", "COLUMNS": "80"}
    with subprocess.Popen([*DEMO, "--once", "--speed", "50"], stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # Linux ends a terminal's output with an error
            while data := os.read(ours, 65536):
                seen += data
        assert process.wait(timeout=60) == 0, seen
    os.close(ours)
    coloured = re.search(rb"\x1b\[[0-9;]*(3[1-6]|9[1-6])m", seen) is not None
    assert coloured == (no_color == "")
    assert TOTAL in re.sub(r"\x1b\[[0-9;]*m", "", seen.decode())
