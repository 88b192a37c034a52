"""`news-streams enrich` as a user and as an enemy run it: real processes, the real model, no broker."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.contracts import validator
from streams.samples import load_samples

ENRICH = [sys.executable, "-m", "streams.cli", "enrich"]
REPUBLIKA = Path(__file__).parents[1] / "data" / "seed-republika.txt"
GOOD = b'{"id": "%d", "text": "Presiden Putin tiba di Minsk, Senin (1/1/2024).", "language": "id"}'


def enrich(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*ENRICH, *map(str, arguments)], input=stdin, capture_output=True, check=False, timeout=120)


def lines(run: subprocess.CompletedProcess[bytes]) -> list[Any]:
    return [orjson.loads(line) for line in run.stdout.splitlines()]


def one_line(run: subprocess.CompletedProcess[bytes]) -> str:
    """Return the only line of stderr: no traceback."""
    (line,) = run.stderr.decode().splitlines()
    return line


def test_the_reference_article() -> None:
    run = enrich(REPUBLIKA)
    assert run.returncode == 0, run.stderr
    (article,) = lines(run)
    assert validator("article.enriched.v1.json").is_valid(article)
    assert article["title"] == "Belarusia Usulkan Kerja Sama Tiga Arah dengan Rusia dan Korea Utara"
    assert article["language"]["code"] == "id"
    assert article["published_at"] == "2023-09-16T17:42:00+07:00"
    assert "Vladimir Putin" in [entity["name"] for entity in article["entities"]]


def test_order_is_kept_with_failures_in_between() -> None:
    stdin = b"\n".join(
        [GOOD % 1, b"not json", GOOD % 2, b"\xff\xfe\xfd", b'{"id": "x", "text": 3}', b"", b"[]", GOOD % 3]
    )
    run = enrich("-", stdin=stdin)
    assert run.returncode == 1
    made = lines(run)
    assert [line.get("raw_id") for line in made] == ["1", None, "2", None, None, None, "3"]
    dead = [line["dead_letter"] for line in made if "dead_letter" in line]
    assert [letter["reason"] for letter in dead] == ["bad_json", "bad_encoding", "bad_schema", "bad_schema"]
    assert [letter["source"] for letter in dead] == ["stdin:2", "stdin:4", "stdin:5", "stdin:7"]
    assert {letter["stage"] for letter in dead} == {"decode"}
    assert one_line(run) == "news-streams enrich: 4 of 7 records failed"


def test_a_stated_language_is_trusted_and_clean_text_comes_through_unchanged() -> None:
    text = "Saya suka makan nasi."
    stdin = orjson.dumps({"id": "a", "text": text, "language": "en"}) + b"\n"
    run = enrich("--format", "jsonl", "-", stdin=stdin)
    (article,) = lines(run)
    assert run.returncode == 0
    assert article["language"]["code"] == "en"
    assert article["text"] == text


def test_a_second_run_of_fetched_articles_gives_the_same_bytes() -> None:
    stdin = b'{"fetched_at": "2026-01-02T03:04:05Z", "text": "Presiden Putin tiba di Minsk."}\n'
    first, second = enrich("-", stdin=stdin), enrich("-", stdin=stdin)
    assert first.stdout == second.stdout
    assert lines(first)[0]["enriched_at"] == "2026-01-02T03:04:05.000Z"


@pytest.mark.parametrize("form", ["auto", "html"])
def test_a_page_from_a_pipe(form: str) -> None:
    page = next(sample for sample in load_samples() if sample.name == "wikinews-soyuz.html")
    run = enrich("--format", form, "-", stdin=orjson.loads(page.value)["html"].encode())
    (article,) = lines(run)
    assert article["title"].startswith("Soyuz TMA-08M launches")
    assert "SCROLL TO CONTINUE" not in article["text"]
    assert "Share this" not in article["text"]


def test_plain_text_from_a_pipe_is_one_article() -> None:
    run = enrich("-", stdin=REPUBLIKA.read_bytes())
    assert len(lines(run)) == 1


def test_several_files_in_their_order_and_a_damaged_one_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress((GOOD % 1) + b"\n")[:-12])
    run = enrich(REPUBLIKA, tmp_path / "b.jsonl.gz", REPUBLIKA)
    assert run.returncode == 1
    first, *_, damaged, last = lines(run)
    assert first["id"] == last["id"]
    assert damaged["dead_letter"]["reason"] == "bad_encoding"
    assert damaged["dead_letter"]["source"].endswith("b.jsonl.gz")


def test_no_input_is_no_output() -> None:
    run = enrich("-")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_a_missing_file_is_one_line_before_anything_is_done(tmp_path: Path) -> None:
    run = enrich(REPUBLIKA, tmp_path / "nowhere.txt")
    assert (run.returncode, run.stdout) == (1, b"")
    assert one_line(run) == f"news-streams: {tmp_path}/nowhere.txt: no such file or folder"


def test_a_folder_without_articles_is_one_line(tmp_path: Path) -> None:
    run = enrich(tmp_path)
    assert run.returncode == 1
    assert "no articles in this folder" in one_line(run)


def test_a_model_that_is_none_names_the_setting(tmp_path: Path) -> None:
    environment = os.environ | {"NEWS_STREAMS_MODEL": str(tmp_path)}
    run = subprocess.run([*ENRICH, REPUBLIKA], env=environment, capture_output=True, check=False, timeout=120)
    assert run.returncode == 1
    assert "setting model" in one_line(run)


def test_the_reader_of_our_output_may_leave(tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_bytes(b"".join((GOOD % n) + b"\n" for n in range(200)))
    script = f"set -o pipefail; {sys.executable} -m streams.cli enrich {tmp_path}/many.jsonl | head -1"
    run = subprocess.run(["bash", "-c", script], capture_output=True, check=False, timeout=120)
    assert run.returncode == 141
    assert len(lines(run)) == 1
    assert run.stderr == b""


@pytest.mark.parametrize(("target", "said"), [("> /dev/full", "No space left"), (">&-", "standard output is closed")])
def test_output_that_cannot_be_written_is_one_line(target: str, said: str) -> None:
    script = f"{sys.executable} -m streams.cli enrich {REPUBLIKA} {target}"
    run = subprocess.run(["bash", "-c", script], capture_output=True, check=False, timeout=120)
    assert run.returncode == 1
    assert said in one_line(run)


def test_a_line_is_answered_while_the_pipe_stays_open_and_an_interrupt_leaves_quietly() -> None:
    with subprocess.Popen(
        [*ENRICH, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write((GOOD % 7) + b"\n")
        process.stdin.flush()
        assert orjson.loads(process.stdout.readline())["raw_id"] == "7"
        process.send_signal(signal.SIGINT)
        # Its input is still open: it must not wait for it.
        assert process.wait(timeout=30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    # Broken lines cost nothing to process, so what would grow is what is read ahead or held back.
    path = tmp_path / "many.jsonl"
    with path.open("wb") as file:
        for _ in range(100):
            file.write((b"x" * 999 + b"\n") * 1000)
    with subprocess.Popen([*ENRICH, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        at_first = resident_bytes(process.pid)
        time.sleep(1)  # while we do not read, it must stop reading too
        waiting = resident_bytes(process.pid)
        for _ in range(99_000):
            process.stdout.readline()
        at_last = resident_bytes(process.pid)
        assert len(process.stdout.readlines()) == 999
        assert process.wait(timeout=60) == 1
    assert max(waiting, at_last) - at_first < 50_000_000


def resident_bytes(process: int) -> int:
    """Return what a process holds in memory (proc(5), statm)."""
    return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
