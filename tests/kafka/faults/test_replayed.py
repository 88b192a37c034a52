"""Dead letters that are replayed while workers, and the replay itself, are killed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faults.feeding import orders
from streams.adapters.dead_letters.letters import REPLAY_OF
from streams.topics import DEAD, ENRICHED, RAW

if TYPE_CHECKING:
    import random

    from brokers import Topics
    from faults.scene import Scene

pytestmark = [pytest.mark.apache, pytest.mark.timeout(600)]

DEAD_AT_FIRST = 4000
NEWS_STREAMS = str(Path(sys.executable).with_name("news-streams"))


def test_replayed_while_everyone_is_killed(scene: Scene, apache_topics: Topics, chance: random.Random) -> None:
    values = orders(16_000) + orders(DEAD_AT_FIRST, "dead_at_first", prefix="d")
    chance.shuffle(values)
    scene.feeder.feed(values)
    scene.crew.start()
    scene.wait_for(lambda seen: not seen.left)
    replay = start_replay(scene.address, DEAD_AT_FIRST)
    seen = scene.wait_for(lambda seen: sum(seen.ends.values()) > len(values))
    replay.kill()
    replay.wait()
    with scene.fault():
        scene.crew.alive[0].kill()
    scene.crew.start(ready=False)
    again = start_replay(scene.address, open_letters(scene.address))
    scene.wait_committed(sum(seen.ends.values()))
    with scene.fault():
        scene.crew.alive[0].kill()
    scene.crew.start(ready=False)
    out, _ = again.communicate(timeout=120)
    assert again.returncode == 0, out
    assert open_letters(scene.address) == 0
    scene.crew.alive[0].wait_ready()  # one that has not begun knows no signal yet
    ledger = scene.reckon("dead letters replayed, both sides killed")
    replays = Counter(dict(record.headers).get(REPLAY_OF) for record in apache_topics.read(RAW.name))
    assert replays.pop(None) == len(values)
    assert (len(replays), set(replays.values())) == (DEAD_AT_FIRST, {1})
    assert ledger.counts() == {ENRICHED.name: len(values), DEAD.name: DEAD_AT_FIRST}


def start_replay(address: str, count: int) -> subprocess.Popen[str]:
    command = [NEWS_STREAMS, "dlq", "replay", "--broker", address, "--confirm", str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def open_letters(address: str) -> int:
    """Ask the command how many it would settle."""
    command = [NEWS_STREAMS, "dlq", "replay", "--broker", address, "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[0].split()[0].replace(",", ""))
