"""What the Kafka suite needs, and what it says where that is missing, slow or broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

import apache_kafka
from apache_kafka import KafkaUnavailableError, classpath

ROOT = Path(__file__).parents[2]


def put(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def running(group: int) -> set[int]:
    """Return the processes of a group that are more than an entry nobody has collected (proc(5), stat)."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, number = stat.read_text().rpartition(")")[2].split()[:3]
            if int(number) == group and state != "Z":
                found.add(int(stat.parent.name))
    return found


@pytest.mark.parametrize("missing", ["java", "mvn"])
def test_make_says_what_is_missing_and_fails(tmp_path: Path, missing: str) -> None:
    # A PATH of nothing but what make itself runs, and one of the two.
    put(tmp_path / "bin", {"java": "mvn", "mvn": "java"}[missing], "exit 0")
    for tool in ("sh", "bash"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "")
    make = [shutil.which("make") or "make", "-C", str(ROOT), "test-kafka", "VENV=/nowhere"]
    done = subprocess.run(
        make, env=os.environ | {"PATH": str(tmp_path / "bin")}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "make test-kafka needs java (17 or newer) and mvn on the PATH" in done.stderr
    assert "/nowhere" not in done.stdout, "it says so before anything is set up"


@pytest.mark.parametrize("missing", ["java", "mvn"])
def test_the_suite_itself_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for tool in {"java", "mvn"} - {missing}:
        put(tmp_path / "bin", tool, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(KafkaUnavailableError, match=f"needs {missing} on the PATH"):
        classpath(tmp_path / "jars")


def test_a_download_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "bin", "java", "exit 0")
    # As Maven does: a script whose child does the work, and holds its output open.
    put(tmp_path / "bin", "mvn", f"echo $$ > {tmp_path}/pid\nsleep 600 &\nwait")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(apache_kafka, "MAVEN_SECONDS", 1.0)
    with pytest.raises(KafkaUnavailableError, match="did not fetch Apache Kafka within 1 s"):
        classpath(tmp_path / "jars")
    while running(int((tmp_path / "pid").read_text())):
        time.sleep(0.02)
    assert not list(tmp_path.glob("jars/.resolved*")), "it is tried again the next time"


def test_what_maven_says_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "bin", "java", "exit 0")
    put(tmp_path / "bin", "mvn", "echo '[ERROR] no such artifact'; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(KafkaUnavailableError, match=r"could not resolve Apache Kafka:\n\[ERROR\] no such artifact"):
        classpath(tmp_path / "jars")
