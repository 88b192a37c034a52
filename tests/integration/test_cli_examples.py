"""Every example in a `--help` is run, as it stands there."""

from __future__ import annotations

import gzip
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from processes import read_until
from streams.adapters.broker import EmbeddedBroker, free_port
from streams.cli import COMMANDS, commands
from streams.samples import load_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

# warcio leaves the temporary file of its writer to the garbage collector.
pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")]

SCHEMAS = Path(__file__).parents[2] / "schemas"
LASTING = {"broker": "kafka://", "worker": "assigned partitions", "subscribe": "reading news.alerts"}
"""Commands that run until they are told to stop, and what they print when they are at work."""
PAGE = b"<html><head><title>Presiden tiba</title></head><body><article><p>Presiden Putin tiba di Minsk, Senin.</p></article>"


def find_examples(command: click.Command) -> Iterator[str]:
    yield from re.findall(r"^\s+\$ (.*)$", command.epilog or "", re.MULTILINE)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        yield from find_examples(inner)


def examples() -> list[str]:
    found: list[str] = []
    for name in COMMANDS:
        command = commands.get_command(click.Context(commands), name)
        assert command is not None
        found += find_examples(command)
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with the files that the examples name, and a broker with what they want to see."""
    folder = tmp_path_factory.mktemp("examples")
    write_files(folder)
    with EmbeddedBroker(free_port()) as broker:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        ports = {"NEWS_STREAMS_BROKER": broker.address, "NEWS_STREAMS_WEB_PORT": str(free_port())}
        environment = os.environ | {"PATH": path} | ports
        subprocess.run(["news-streams", "topics", "create"], env=environment, check=True, capture_output=True)
        for topic in ("news.articles.enriched", "news.entities.mentioned"):
            produce = ["news-streams", "produce", "--topic", topic, "articles.jsonl.gz"]
            subprocess.run(produce, cwd=folder, env=environment, check=True, capture_output=True)
        yield folder, environment


def write_files(folder: Path) -> None:
    samples = {sample.name: sample.value for sample in load_samples()}
    (folder / "article.txt").write_text("Presiden Putin tiba di Minsk, Senin.", encoding="utf-8")
    (folder / "page.html").write_bytes(PAGE)
    (folder / "tests").symlink_to(Path(__file__).parents[1])
    (folder / "pages").mkdir()
    article = orjson.loads((SCHEMAS / "examples" / "article.enriched.v1.json").read_bytes())
    (folder / "enriched.jsonl").write_bytes(orjson.dumps(article))
    (folder / "pages" / "one.html").write_bytes(PAGE)
    articles = [value for name, value in samples.items() if name.startswith("ntrex")]
    (folder / "articles.jsonl.gz").write_bytes(gzip.compress(b"\n".join(articles)))
    archive = io.BytesIO()
    writer = WARCWriter(archive, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record("http://e.org/", "response", io.BytesIO(PAGE), http_headers=headers))
    (folder / "crawl.warc.gz").write_bytes(archive.getvalue())


@pytest.mark.parametrize("example", examples())
def test_an_example_works_as_it_stands(example: str, surroundings: tuple[Path, dict[str, str]]) -> None:
    folder, environment = surroundings
    # The address in an example is that of a broker on this machine; ours listens elsewhere.
    line = example.replace("kafka://127.0.0.1:9092", environment["NEWS_STREAMS_BROKER"])
    line = re.sub(r"--port \d+", f"--port {free_port()}", line)
    wanted = next((sign for name, sign in LASTING.items() if f"news-streams {name}" in line), None)
    shell = ["bash", "-o", "pipefail", "-c", f"exec {line}" if wanted else line]
    with subprocess.Popen(
        shell, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            seen = read_until(process, wanted) if wanted else ""
            if wanted:
                process.send_signal(signal.SIGINT)
            seen += process.communicate(timeout=120)[0]
        finally:
            process.kill()
    assert process.returncode == 0, seen


def test_every_command_has_an_example() -> None:
    for name in COMMANDS:
        assert any(f"news-streams {name}" in example for example in examples()), name
