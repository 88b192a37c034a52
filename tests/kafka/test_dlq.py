"""`news-streams dlq` on both brokers: what a person does with dead letters, and what must not happen twice."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from brokers import letter_of
from streams.adapters.dead_letters.letters import REPLAY_OF
from streams.adapters.dead_letters.plans import plan_replay
from streams.adapters.dead_letters.replaying import Settler
from streams.adapters.dead_letters.selection import Filters
from streams.cli import commands
from streams.errors import DecodeError, EnrichError, Reason
from streams.records import OutboundRecord
from streams.settings import Settings
from streams.stages.dead_letter import PREFIX
from streams.stages.route.headers import INPUT
from streams.topics import DEAD, ENRICHED, RAW

if TYPE_CHECKING:
    from click.testing import Result

    from brokers import Topics

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]

NEWS_STREAMS = str(Path(sys.executable).with_name("news-streams"))
BROKEN = DecodeError(Reason.BAD_JSON, "not JSON: line 1 column 7")
CRASHED = EnrichError(Reason.INTERNAL, "out of luck")
OWN = (("traceparent", b"00-1"), ("traceparent", b"00-2"), ("empty", None), ("binary", b"\xff\x00"))


def dlq(address: str, *arguments: str, stdin: str | None = None) -> Result:
    name, *rest = arguments
    return CliRunner().invoke(commands, ["dlq", name, "--broker", address, *rest], input=stdin)


def listed(address: str, *arguments: str) -> list[dict[str, Any]]:
    result = dlq(address, "list", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def raw(*values: bytes | None, key: bytes | None = b"k", headers: Any = ()) -> list[OutboundRecord]:
    return [OutboundRecord(RAW.name, key, value, headers) for value in values]


def replayed(topics: Topics) -> list[Any]:
    """Return the raw records that a replay sent."""
    return [record for record in topics.read(RAW.name) if REPLAY_OF in dict(record.headers)]


def replay(topics: Topics, count: int, *arguments: str) -> Result:
    return dlq(topics.address, "replay", "--confirm", str(count), *arguments)


def states(topics: Topics) -> dict[str, str]:
    return {letter["position"]: letter["state"] for letter in listed(topics.address, "--all")}


def test_a_replay_sends_it_as_it_came_and_only_once(any_broker: Topics) -> None:
    any_broker.bury(raw(b"\xff\x00 no json", key=b"k\xff", headers=OWN), BROKEN, partition=5)
    assert [(letter["position"], letter["state"]) for letter in listed(any_broker.address)] == [("5:0", "open")]
    result = replay(any_broker, 1)
    assert result.exit_code == 0, result.stderr
    assert "1 settled" in result.stdout
    (sent,) = replayed(any_broker)
    assert (sent.value, sent.key, sent.partition) == (b"\xff\x00 no json", b"k\xff", 5)
    added = ((PREFIX + "attempts", b"1"), (REPLAY_OF, b"news.articles.raw/5/0"))
    assert tuple(sent.headers) == OWN + added
    assert listed(any_broker.address) == []
    (letter,) = listed(any_broker.address, "--all")
    assert (letter["state"], letter["note"]) == ("replayed", "replayed to news.articles.raw/5/1")
    again = replay(any_broker, 1)
    assert (again.exit_code, again.stdout) == (0, "0 to replay\n")
    named = replay(any_broker, 1, "5:0")
    assert named.exit_code == 1
    assert named.stderr == "5:0 is settled: replayed to news.articles.raw/5/1\n"
    assert len(replayed(any_broker)) == 1


def test_tombstones_and_keyless_records_come_back_as_they_were(any_broker: Topics) -> None:
    bodies = [(b"k", None), (None, b"v"), (None, None), (b"", b"")]
    raws = any_broker.bury([OutboundRecord(RAW.name, key, value, OWN) for key, value in bodies], BROKEN)
    expected = len(any_broker.dead())
    assert replay(any_broker, expected).exit_code == 0
    assert expected == len(raws)
    assert sorted((r.key or b"-", r.value or b"-") for r in replayed(any_broker)) == sorted(
        (r.key or b"-", r.value or b"-") for r in raws
    )


def test_an_interrupted_replay_is_finished_without_sending_twice(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0", b"1", b"2"), BROKEN)
    settings = Settings.load(broker=any_broker.address)

    class Interrupted(Exception):  # noqa: N818 - no error of ours
        pass

    class Failing(Settler):
        marks = 0

        async def _mark(self, producer: Any, marks: Any) -> None:
            if self.marks == 2:  # those done, those about to be sent, and then the power goes
                raise Interrupted
            self.marks += 1
            await super()._mark(producer, marks)

    async def run() -> None:
        plan = await plan_replay(settings, Filters(), 3, limit=2)
        await Failing(settings, plan).replay()

    with pytest.raises(Interrupted):
        asyncio.run(run())
    assert sorted(states(any_broker).values()) == ["open", "replaying", "replaying"]
    assert len(replayed(any_broker)) == 2
    result = replay(any_broker, 3)
    assert result.exit_code == 0
    assert sorted(record.value for record in replayed(any_broker)) == [b"0", b"1", b"2"]
    assert set(states(any_broker).values()) == {"replayed"}


def test_a_replay_that_is_killed_again_and_again_sends_each_once(any_broker: Topics) -> None:
    count = 4000
    any_broker.bury(raw(*(b"%d" % number for number in range(count))), BROKEN)
    command = [NEWS_STREAMS, "dlq", "replay", "--broker", any_broker.address, "--confirm"]
    left = []
    for seconds in (0.05, 0.15, 0.4):
        left.append(str(len(listed(any_broker.address, "--limit", str(count)))))
        with subprocess.Popen([*command, left[-1]], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while b"to replay" not in process.stdout.readline():
                assert process.poll() is None
            time.sleep(seconds)
            process.kill()
    rest = len(listed(any_broker.address, "--limit", str(count)))
    result = replay(any_broker, rest)
    assert result.exit_code == 0, result.stderr
    assert sorted(int(record.value) for record in replayed(any_broker)) == list(range(count)), left
    assert listed(any_broker.address) == []


def test_one_that_was_about_to_be_sent_is_sent(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0"), BROKEN)
    mark = (("news_streams.settles", b"0:0"), ("news_streams.settled.as", b"replaying"))
    any_broker.publish([OutboundRecord(DEAD.name, b"", b"", (*mark, (INPUT, b"news.articles.raw/0/0")))], 0)
    assert states(any_broker) == {"0:0": "replaying"}
    assert replay(any_broker, 1).exit_code == 0
    assert len(replayed(any_broker)) == 1


def test_what_is_enriched_already_is_not_sent(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0", b"1"), BROKEN)
    any_broker.publish([OutboundRecord(ENRICHED.name, b"a", b"{}", ((INPUT, b"news.articles.raw/0/1"),))])
    assert replay(any_broker, 2).exit_code == 0
    assert [record.value for record in replayed(any_broker)] == [b"0"]
    assert states(any_broker) == {"0:0": "replayed", "0:1": "enriched"}


def test_two_dead_letters_of_one_record_are_one(any_broker: Topics) -> None:
    (record,) = any_broker.bury(raw(b"0"), BROKEN)
    twin = letter_of(record, CRASHED)
    any_broker.publish([twin], 3)
    assert replay(any_broker, 2).exit_code == 0
    any_broker.publish([twin], 6)
    assert replay(any_broker, 1).exit_code == 0
    assert len(replayed(any_broker)) == 1
    assert sorted(states(any_broker).values()) == ["repeated", "repeated", "replayed"]


def test_attempts_are_counted_on_by_the_worker_and_bounded(any_broker: Topics, start_worker_at: Any) -> None:
    worker = start_worker_at(any_broker.address, group="dlq")
    order = json.dumps({"id": "a", "do": "dead"}).encode()
    any_broker.publish([OutboundRecord(RAW.name, b"k", order, OWN)])
    dead = 'news_streams_records_total{outcome="dead_lettered"}'
    for attempt in (1, 2, 3):
        worker.wait_for(lambda attempt=attempt: worker.metric(dead) == attempt)
        (letter,) = listed(any_broker.address)
        assert letter["attempts"] == attempt
        result = replay(any_broker, 1)
    assert result.exit_code == 0
    assert result.stdout == "0 to replay, 1 left out\n"
    assert "was tried 3 times already" in result.stderr
    assert worker.stop() == 0
    last = [record for record in any_broker.dead() if PREFIX + "attempts" in dict(record.headers)]
    assert {tuple(record.headers)[: len(OWN)] for record in last} == {OWN}
    assert dlq(any_broker.address, "replay", "--max-attempts", "4", "--confirm", "1").exit_code == 0


def test_a_dry_run_changes_nothing(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0", b"1"), BROKEN)
    any_broker.bury(raw(b"2"), CRASHED)
    before = [(each.topic, each.offset) for each in any_broker.read(RAW.name, DEAD.name)]
    result = dlq(any_broker.address, "replay", "--dry-run")
    assert result.exit_code == 0
    assert "2 decode/bad_json: replay" in result.stdout
    assert "1 enrich/internal: replay" in result.stdout
    assert "3 to replay to news.articles.raw" in result.stdout
    assert "3 to discard" in dlq(any_broker.address, "discard", "--dry-run").stdout
    assert [(each.topic, each.offset) for each in any_broker.read(RAW.name, DEAD.name)] == before


def test_it_must_be_confirmed_by_its_count(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0", b"1"), BROKEN)
    for arguments, said in (
        (["replay"], "say how many: --confirm 2"),
        (["discard", "--confirm", "3"], "nothing done: 2 would be settled, 3 were confirmed"),
    ):
        result = dlq(any_broker.address, *arguments)
        assert result.exit_code == 1
        assert said in result.stderr
    assert set(states(any_broker).values()) == {"open"}


@pytest.mark.parametrize(
    ("typed", "code", "state"), [(b"2\n", 0, "discarded"), (b"1\n", 1, "open"), (b"\x04", 1, "open")]
)
def test_on_a_terminal_it_asks(any_broker: Topics, typed: bytes, code: int, state: str) -> None:
    any_broker.bury(raw(b"0", b"1"), BROKEN)
    ours, theirs = pty.openpty()
    os.write(ours, typed)
    command = [NEWS_STREAMS, "dlq", "discard", "--broker", any_broker.address]
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False)
    os.close(ours)
    os.close(theirs)
    assert "Type 2 to discard them" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.returncode == code
    assert set(states(any_broker).values()) == {state}


def test_discarded_is_done_with_and_its_bytes_stay(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0", b"1"), BROKEN)
    assert dlq(any_broker.address, "discard", "0:1", "--confirm", "1").exit_code == 0
    assert [letter["position"] for letter in listed(any_broker.address)] == ["0:0"]
    assert replay(any_broker, 1).exit_code == 0
    assert states(any_broker) == {"0:0": "replayed", "0:1": "discarded"}
    assert dlq(any_broker.address, "show", "0:1", "--raw").stdout_bytes == b"1"


def test_filters_choose(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0", b"1"), BROKEN)
    any_broker.bury(raw(b"2"), CRASHED, partition=4)

    def found(*arguments: str) -> list[str]:
        return sorted(letter["position"] for letter in listed(any_broker.address, *arguments))

    assert found() == ["0:0", "0:1", "4:0"]
    assert found("--stage", "enrich") == ["4:0"]
    assert found("--stage", "enrich", "--stage", "decode") == ["0:0", "0:1", "4:0"]
    assert found("--reason", "bad_json") == ["0:0", "0:1"]
    assert found("--stage", "enrich", "--reason", "bad_json") == []
    assert found("--topic", RAW.name) == ["0:0", "0:1", "4:0"]
    assert found("--topic", "other") == []
    assert found("--since", "1h") == ["0:0", "0:1", "4:0"]
    assert found("--until", "1h") == []
    assert found("--since", "2999-01-01") == []
    assert found("--limit", "1") == ["4:0"], "the newest"
    shown = dlq(any_broker.address, "list", "--limit", "1").stdout
    assert "3 dead letters, the newest 1 shown" in shown
    assert "2 decode/bad_json" in shown
    table = dlq(any_broker.address, "list").stdout
    for letter in listed(any_broker.address):
        (line,) = [each for each in table.splitlines() if f" {letter['position']} " in each]
        assert f"{letter['stage']}/{letter['reason']}" in line
        assert line.endswith(letter["message"])
    newest = listed(any_broker.address, "--limit", "1")[0]["time"]
    assert found("--since", newest) == ["4:0"]
    assert found("--until", newest) == ["0:0", "0:1"]


def test_show_is_safe_on_a_terminal_and_raw_is_exact(any_broker: Topics) -> None:
    nasty = b"\x1b[2J\x1b]0;owned\x07\xe2\x80\xaeline one\nline two \xff\x00"
    any_broker.bury(raw(nasty, key=b"\x1b[31mkey", headers=(("x\x1b[1m", b"\x1b[5m"),)), BROKEN)
    result = dlq(any_broker.address, "show", "0:0")
    assert result.exit_code == 0, result.stderr
    assert not {"\x1b", "\x07", "\x00", "\u202e"} & set(result.stdout)
    assert "\nline two \\xff" in result.stdout
    for said in (
        "decode/bad_json: not JSON: line 1 column 7",
        "news.articles.raw/0/0",
        "tried      once",
        "state      open",
    ):
        assert said in result.stdout
    assert dlq(any_broker.address, "show").stdout == result.stdout, "the newest open one"
    assert dlq(any_broker.address, "show", "0:0", "--raw").stdout_bytes == nasty


def test_show_of_what_is_not_there(any_broker: Topics) -> None:
    assert dlq(any_broker.address, "show").stderr == "no dead letter is open\n"
    for position in ("0:0", "7:99", "99:0"):
        result = dlq(any_broker.address, "show", position)
        assert result.exit_code == 1
        assert result.stderr == f"news-streams: news.articles.dlq holds no record at {position}\n"
    any_broker.publish([OutboundRecord(DEAD.name, b"k", b"hello")], 0)
    assert "is no dead letter" in dlq(any_broker.address, "show", "0:0").stdout
    assert listed(any_broker.address) == []


def test_bytes_that_were_left_behind_are_fetched(any_broker: Topics) -> None:
    raws = any_broker.bury(raw(b"0", b"large", b"2", headers=OWN), BROKEN)
    letter = replace(letter_of(raws[1], BROKEN), value=None)
    for place in (b"news.articles.raw/0/1", b"news.articles.raw/0/77"):
        left = (*letter.headers, ("news_streams.value.left_at", place))
        fresh = tuple((n, b"9" if n.endswith(".offset") and place.endswith(b"77") else v) for n, v in left)
        any_broker.publish([replace(letter, headers=fresh)], 2)
    assert dlq(any_broker.address, "discard", "0:0", "0:1", "0:2", "--confirm", "3").exit_code == 0
    result = replay(any_broker, 2)
    assert result.exit_code == 1
    assert "2:1 has no bytes any more: they were left at news.articles.raw/0/77" in result.stderr
    (sent,) = replayed(any_broker)
    assert (sent.value, sent.key, tuple(sent.headers)[: len(OWN)]) == (b"large", b"k", OWN)


def test_forged_letters_and_marks_do_no_harm(any_broker: Topics) -> None:
    (record,) = any_broker.bury(raw(b"0"), BROKEN)
    letter = letter_of(record, BROKEN)

    def with_header(name: str, value: bytes) -> OutboundRecord:
        return replace(letter, headers=tuple((n, value if n == PREFIX + name else v) for n, v in letter.headers))

    forged = [with_header("topic", DEAD.name.encode()), with_header("offset", b"-5"), with_header("partition", b"500")]
    any_broker.publish(forged, 1)
    for partition, position in ((2, b"0:0"), (2, b"2:900"), (2, b"x"), (2, b"2:-1")):
        mark = (("news_streams.settles", position), ("news_streams.settled.as", b"discarded"))
        any_broker.publish([OutboundRecord(DEAD.name, b"", b"", mark)], partition)
    assert states(any_broker) == dict.fromkeys(("0:0", "1:0", "1:1", "1:2"), "open")
    result = replay(any_broker, 2)
    assert result.exit_code == 1
    assert "1:0 came from the dead-letter topic itself" in result.stderr
    assert "1:1 does not say where it came from" in result.stderr
    assert "1:2 was not sent" in result.stderr
    assert "1 settled, 1 failed" in result.stdout
    assert [each.value for each in replayed(any_broker)] == [b"0"]


def test_a_topic_of_origin_that_is_gone_is_named(any_broker: Topics) -> None:
    (record,) = any_broker.bury(raw(b"0"), BROKEN)
    letter = letter_of(record, BROKEN)
    gone = tuple((n, b"news.old" if n == PREFIX + "topic" else v) for n, v in letter.headers)
    any_broker.publish([replace(letter, headers=gone)], 1)
    result = replay(any_broker, 2)
    assert result.exit_code == 1
    assert "no topic news.old at" in result.stderr
    assert replay(any_broker, 1, "--topic", RAW.name).exit_code == 0


def test_many_are_settled_in_one_go(any_broker: Topics) -> None:
    any_broker.bury(raw(*(b"%d" % number for number in range(2500))), BROKEN)
    assert replay(any_broker, 2500).exit_code == 0
    sent = [int(record.value) for record in replayed(any_broker)]
    assert sent == list(range(2500)), "each once, in their order"
    assert listed(any_broker.address) == []


def test_a_limit_leaves_the_rest_for_later(any_broker: Topics) -> None:
    any_broker.bury(raw(b"0", b"1", b"2"), BROKEN)
    assert replay(any_broker, 2, "--limit", "2").exit_code == 0
    assert [letter["position"] for letter in listed(any_broker.address)] == ["0:2"]


def test_without_topics_or_broker_it_is_one_line(broker: Any) -> None:
    for address, said in ((broker.address, "no topic news.articles.dlq"), ("kafka://127.0.0.1:1", "no Kafka broker")):
        for arguments in (["list"], ["show", "0:0"], ["replay", "--dry-run"], ["discard", "--dry-run"]):
            result = dlq(address, *arguments)
            assert (result.exit_code, result.stderr.count("\n")) == (1, 1), result.stderr
            assert said in result.stderr
