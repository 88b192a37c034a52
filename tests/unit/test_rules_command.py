"""`news-streams rules`: check, try, measure; what a person types, and what an enemy does."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson
import pytest
import yaml
from click.testing import CliRunner, Result

from streams.cli import commands
from streams.contracts import ALERT, schema_folder, validator
from streams.samples.rules import read_examples

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = orjson.loads((schema_folder() / "examples/article.enriched.v1.json").read_bytes())
RULES = """\
rule: putin
title: Putin
when: {entity: Vladimir Putin}
---
rule: banjir
when: {words: banjir}
quiet: {from: "00:00", to: "06:00", zone: Asia/Jakarta}
"""


def run(*arguments: Any, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(commands, ["rules", *map(str, arguments)], input=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES)
    banjir = EXAMPLE | {"id": "b", "title": "Banjir \x1b[31m di Bekasi", "enriched_at": "2023-09-16T17:30:00Z"}
    articles = [EXAMPLE, {"dead_letter": {"stage": "decode"}}, banjir, {"dropped": {"reason": "repeat"}}]
    lines = b"\n".join(orjson.dumps(each) for each in articles)
    (tmp_path / "enriched.jsonl").write_bytes(lines + b"\n\n")
    (tmp_path / "enriched.jsonl.gz").write_bytes(gzip.compress(lines))
    return tmp_path


def test_an_editor_finds_the_schema_that_the_examples_name(tmp_path: Path) -> None:
    (modeline, *_), rules = run("example").output.splitlines(), read_examples()
    path = tmp_path / modeline.partition("$schema=")[2]
    path.write_text(run("schema").output, encoding="utf-8")
    editor = jsonschema_rs.validator_for(orjson.loads(path.read_bytes()))
    documents = list(yaml.safe_load_all(rules))
    assert len(documents) == 10
    assert all(editor.is_valid(each) for each in documents)
    assert not editor.is_valid(documents[0] | {"severtiy": "high"})


def test_the_examples_are_printed_and_in_order() -> None:
    printed = run("example")
    assert (printed.exit_code, printed.output) == (0, read_examples())
    checked = run("check", "-", stdin=printed.output)
    assert checked.exit_code == 0, checked.output
    assert checked.output.endswith("10 rules are in order\n")


def test_check_lists_rules_with_their_version(folder: Path) -> None:
    done = run("check", folder)
    assert done.exit_code == 0
    assert done.output.startswith("putin   ")
    listed = orjson.loads(run("check", folder, "--json").output)
    assert [each["rule"] for each in listed["rules"]] == ["putin", "banjir"]
    assert listed["rules"][0]["version"] in done.output


def test_check_tells_every_fault_of_every_file_and_fails(folder: Path) -> None:
    (folder / "a.yaml").write_text("rule: A\nwhen: {wrods: a}\n")
    (folder / "b.json").write_text('{"rule": "b\x1b[31m",\n "when": 5}')
    done = run("check", folder)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"{folder}/a.yaml:1:7: expected small letters, digits and hyphens, at most 63, found 'A'",
        f"{folder}/a.yaml:2:8: unknown field 'wrods': did you mean 'words'?",
        f"{folder}/b.json:1:12: no YAML: holds a control character",
        "3 faults",
    ]
    told = orjson.loads(run("check", folder, "--json").stdout)
    assert [each["line"] for each in told["faults"]] == [1, 2, 1]


def test_check_of_what_is_not_there_is_one_line(folder: Path) -> None:
    done = run("check", folder / "none.yaml")
    assert (done.exit_code, done.stderr) == (1, f"news-streams: {folder}/none.yaml: no such file or folder\n")


@pytest.mark.parametrize("name", ["enriched.jsonl", "enriched.jsonl.gz"])
def test_test_shows_what_would_have_been_sent_and_why(folder: Path, name: str) -> None:
    done = run("test", folder / "rules.yaml", "--articles", folder / name)
    assert done.exit_code == 0, done.output
    assert "2023-09-16T11:02  medium    putin -> news.alerts\n    Putin Tiba di Minsk\n" in done.output
    assert "entity per:vladimir-putin (-0.03): Presiden Rusia «Vladimir Putin» tiba" in done.output
    assert "banjir -> news.alerts (held until 2023-09-16T23:00)\n    Banjir [31m di Bekasi" in done.output
    assert "\x1b" not in done.output
    assert done.output.endswith("2 articles, 3 alerts and updates\n")


def test_test_takes_articles_from_standard_input(folder: Path) -> None:
    lines = (folder / "enriched.jsonl").read_bytes()
    done = run("test", folder / "rules.yaml", "--rule", "putin", "--articles", "-", "--json", stdin=lines)
    alerts = [orjson.loads(line)["alert"] for line in done.output.splitlines()]
    assert [alert["rule"]["id"] for alert in alerts] == ["putin", "putin"]
    for alert in alerts:
        validator(ALERT, strict=True).validate(alert)


def test_test_puts_new_rules_beside_the_live_ones(folder: Path) -> None:
    new = RULES.replace("banjir}", "tiba}").replace("title: Putin", "title: Putin\nseverity: high")
    new += "---\nrule: baru\nwhen: {words: Minsk}\n---\nrule: sama\nwhen: {language: id}\n"
    (folder / "new.yaml").write_text(new)
    (folder / "live.yaml").write_text(
        RULES + "---\nrule: sama\nwhen: {language: id}\n---\nrule: lama\nwhen: {words: tiba}\n"
    )
    done = run(
        "test", folder / "new.yaml", "--live", folder / "live.yaml", "--articles", folder / "enriched.jsonl", "--json"
    )
    told = {(each["change"], each["alert"]["rule"]["id"]) for each in map(orjson.loads, done.output.splitlines())}
    assert told == {("~", "putin"), ("=", "sama"), ("+", "baru"), ("-", "lama"), ("+", "banjir"), ("~", "banjir")}
    shown = run(
        "test", folder / "new.yaml", "--live", folder / "live.yaml", "--articles", folder / "enriched.jsonl"
    ).output
    assert "baru    live     0   new     2" in shown
    assert "lama    live     2   new     0" in shown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", ":1: no JSON"),
        ('{"text": "x"}', ":1: no enriched article"),
        ("[]", ":1: no enriched article"),
    ],
)
def test_a_line_that_is_no_article_is_named(folder: Path, line: str, said: str) -> None:
    (folder / "bad.jsonl").write_text(line)
    done = run("test", folder / "rules.yaml", "--articles", folder / "bad.jsonl")
    assert done.exit_code == 1
    assert f"news-streams: {folder}/bad.jsonl{said}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_broken_archive_and_a_missing_file_are_named(folder: Path) -> None:
    whole = (folder / "enriched.jsonl.gz").read_bytes()
    (folder / "cut.gz").write_bytes(whole[: len(whole) // 2])
    for name in ("cut.gz", "none.jsonl"):
        done = run("test", folder / "rules.yaml", "--articles", folder / name)
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.startswith(f"news-streams: {folder}/{name}: ")


def test_rules_and_articles_cannot_both_be_standard_input() -> None:
    assert run("test", "-", "--articles", "-").exit_code == 2


def test_bench_prints_a_line_for_each_number_of_rules(folder: Path) -> None:
    done = run("bench", "--rules", 5, "--rules", 50, "--seconds", 0.05, "--articles", folder / "enriched.jsonl")
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.output.splitlines()[2:]] == ["5", "50"]
    (folder / "empty.jsonl").write_text("\n")
    assert "holds no article" in run("bench", "--articles", folder / "empty.jsonl").stderr
