"""The picture in the README: a real worker at work on texts that are free to show, one with names and moods open.

`make still` puts a new one where the README has it; the test itself only takes it and looks whether it is fit.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from streams.records import OutboundRecord
from streams.samples import load_samples
from streams.topics import RAW
from visits import PATIENCE_MS
from workers import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from brokers import Topics
    from visits import Visits

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "streams.cli", "worker", "--web"]
SIZE = {"width": 1400, "height": 860}
MOST_BYTES = 200_000
AT_A_TIME = 2
SHOWN = "Indonesia Tsunami and Quake Devastate an Island"
"""How the headline of the article begins that is open: names of all kinds, and sentences that are bad news."""
BROKEN = {b"a": b'{"text": NaN}', b"b": b'{"html": ""}', b"c": b"\xff\xfe<html>"}


@pytest.fixture
def worker(topics: Topics, tmp_path: Path) -> Iterator[Worker]:
    """A worker with its page and the rules that are shipped."""
    rules = tmp_path / "rules.yaml"
    cli = [sys.executable, "-m", "streams.cli", "rules"]
    rules.write_bytes(subprocess.run([*cli, "example"], check=True, capture_output=True).stdout)
    subprocess.run([*cli, "apply", "--yes", "--broker", topics.address, str(rules)], check=True, capture_output=True)
    started = Worker(COMMAND, topics.address, tmp_path / "worker.log", {"group": "still"})
    started.wait_ready()
    yield started
    started.kill()


def crawled() -> list[OutboundRecord]:
    """Return the texts of NTREX (see ATTRIBUTION.md beside them) as a crawler sends them."""
    made = []
    for path in sorted((TESTS / "data" / "stories" / "articles").glob("ntrex-*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines()[:24]:
            text = json.loads(line)
            source = f"{text['doc'].partition('.')[0]}.example"
            value = {
                "id": text["doc"] + text["lang"],
                "title": text["lines"][0],
                "text": "\n\n".join(text["lines"][1:]),
                "language": text["lang"],
                "source": source,
            }
            made.append(OutboundRecord(RAW.name, text["doc"].encode(), json.dumps(value).encode(), ()))
    half = len(made) // 2
    mixed = [record for pair in zip(made[:half], made[half:], strict=True) for record in pair]
    return sorted(mixed, key=lambda record: SHOWN.encode() in (record.value or b""))


def test_a_still_of_it(worker: Worker, visits: Visits, publish: Callable[..., None], tmp_path: Path) -> None:
    page = visits.open(f"http://127.0.0.1:{worker.port}/page/", size=SIZE, color_scheme="light")
    seed = next(sample for sample in load_samples() if sample.name == "republika.txt")
    records = [OutboundRecord(RAW.name, seed.key, seed.value, ()), *crawled()]
    publish(*(OutboundRecord(RAW.name, key, value, ()) for key, value in BROKEN.items()))
    for start in range(0, len(records), AT_A_TIME):
        publish(*records[start : start + AT_A_TIME])
        expect(page.locator("#shown")).to_have_text(str(min(len(records), start + AT_A_TIME)), timeout=PATIENCE_MS)
    page.locator("li.row", has_text=SHOWN).get_by_role("button").click()
    expect(page.locator("#reader-title")).to_contain_text(SHOWN)
    expect(page.locator(".text .tone").first).to_be_visible()
    expect(page.locator(".text mark.LOC").first).to_be_visible()
    page.mouse.move(700, 780)
    expect(page.locator("#state")).to_have_text("Live")
    taken = tmp_path / "live-page.png"
    page.screenshot(path=taken, animations="disabled")
    with Image.open(taken) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(taken, optimize=True)
    assert taken.stat().st_size < MOST_BYTES
    if where := os.environ.get("STILL"):
        Path(where).write_bytes(taken.read_bytes())
