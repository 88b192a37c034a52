"""Rule files: what is read, and every fault with its place; nothing hangs, whatever the file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
import pytest

from streams.errors import SourceError
from streams.rules.faults import RuleFaultsError
from streams.rules.loading import Rules, list_files, read_rule, read_rules
from streams.rules.model import All, Count, Named, Novelty, Phrase, Some, Words

if TYPE_CHECKING:
    from pathlib import Path

    from streams.rules.model import Rule


def read(text: str | bytes) -> list[Rule]:
    found = Rules()
    found.read(text if isinstance(text, bytes) else text.encode(), "r.yaml")
    return found.done()


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(RuleFaultsError) as caught:
        read(text)
    return [str(fault) for fault in caught.value.faults]


def test_a_rule_in_yaml() -> None:
    (rule,) = read(
        """\
rule: bca-negatif
when:
  entity: {name: BCA, sentiment: negative}
  novelty: {of: entity, within: 24h}
  any:
    - words: [gagal bayar, suap]
    - source: detik.com
count: {at_least: 5, within: 1h, sources: 3}
cooldown: 90m
"""
    )
    assert (rule.id, rule.severity, rule.cooldown, rule.send_to) == (
        "bca-negatif",
        "medium",
        timedelta(hours=1.5),
        "common",
    )
    assert rule.count == Count(5, timedelta(hours=1), 3, "rule")
    assert isinstance(rule.when, All)
    named, novelty, some = rule.when.conditions
    assert isinstance(named, Named)
    assert (named.names, named.mood and named.mood.labels) == (("BCA",), ("negative",))
    assert novelty == Novelty("entity", "24h", 0)
    assert isinstance(some, Some)
    assert some.conditions[0] == Words((Phrase("gagal bayar"), Phrase("suap")))


def test_json_is_the_same_rule_as_yaml_and_has_its_version() -> None:
    yaml = "rule: a\nwhen:\n  words: [suap, 😀 bank]\n"
    json = '{\n\t"rule":"a",\t"when":{"words":["suap","\\ud83d\\ude00 bank"]}}'
    assert read(yaml) == read(json)
    assert read(yaml)[0].version != read(yaml.replace("suap", "uang"))[0].version
    assert read_rule(json.encode(), "news.alerts.rules/0/1") == read(yaml)[0]


def test_yaml_words_stay_words() -> None:
    (rule,) = read("rule: no\nwhen: {words: [NO, on, Yes, 1e, 22:00]}\n")
    assert isinstance(rule.when, Words)
    assert [phrase.text for phrase in rule.when.phrases] == ["NO", "on", "Yes", "1e", "22:00"]


def test_all_faults_of_a_file_are_told_at_once_with_line_and_column() -> None:
    assert faults(
        """\
rule: Bad Id
when: {}
---
rule: b
when:
  any: [{words: [2024, x]}, {entitty: y}]
severity: hihg
cooldown: 90x
---
a: [1
---
rule: c
"""
    ) == [
        "r.yaml:1:7: expected small letters, digits and hyphens, at most 63, found 'Bad Id'",
        "r.yaml:2:7: expected at least 1, found nothing",
        "r.yaml:6:18: expected text, found the number 2024: write it in quotes",
        "r.yaml:6:30: unknown field 'entitty': did you mean 'entity'?",
        "r.yaml:7:11: expected one of info, low, medium, high, critical; found 'hihg': did you mean 'high'?",
        "r.yaml:8:11: expected a number and s, m, h, d or w, such as 90m or 6h, found '90x'",
        "r.yaml:11:1: no YAML: did not find expected ',' or ']', while parsing a flow sequence",
        "r.yaml:12:1: lacks 'when'",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("when: {words: '!!!'}", ":2:15: expected a word, found '!!!' without any letter or digit"),
        ("when: {words: 'korup*'}", ":2:15: no wildcards and no regular expressions, found 'korup*': see `forms`"),
        ("when: {words: /kor.*si/}", ":2:15: no wildcards"),
        (f"when: {{words: {'a ' * 21}}}", ":2:15: expected at most 20 words in a row, found 21"),
        ("when: {words: {forms: exact}}", ":2:15: expected `any` or `all` with the words"),
        ("when: {entity: {match: all}}", ":2:16: expected `id`, `name`, `type` or another field beside `match`"),
        ("when: {entity: '--'}", ":2:16: expected a name, found '--'"),
        ("when: {novelty: {of: mood, within: 24h}}", ":2:22: novelty of mood needs `entity` beside it"),
        ("when: {words: a}\ncooldown: 8d", ":3:11: expected at most 7d"),
        ("when: {words: a}\ncount: {at_least: 2, within: 1h, sources: 3}", ":3:43: 2 articles cannot come from 3"),
        ("when: {words: a}\nquiet: {from: '22:00', to: '06:00', zone: WIB}", ":3:43: expected a time zone such as"),
        (
            "when: {words: a}\nquiet: {from: '22:00', to: '22:00', zone: Asia/Jakarta}",
            ":3:28: `from` and `to` are the same",
        ),
        ("when: {words: a}\nquiet: {from: '25:00', to: '06:00', zone: Asia/Jakarta}", ":3:15: expected a time of day"),
        ("when: {words: a, words: b}", ":2:18: 'words' stands twice in one mapping, first in line 2"),
        ("when: !!python/object/apply:os.system [ls]", ":2:7: tags (tag:yaml.org,2002:python/object/apply:os) are not"),
        ("when: {[a]: b}", ":2:8: expected a name before the colon"),
        ("when: {words: a}\nextra: 1", ":3:1: unknown field 'extra'"),
        ("when: {trend: {within: 2h, score: 1}}", ":2:24: expected one of 5m, 1h, 1d; found '2h'"),
        ("when: {sentiment: {label: bad}}", ":2:27: expected positive, neutral or negative, found 'bad'"),
        ("when: {entity: {salience: 2}}", ":2:27: expected at most 1, found the number 2"),
        ("when: {words: []}", ":2:15: expected at least 1, found nothing"),
        ("when: {words: \x07}", ":2:15: no YAML: holds a control character"),
        ("when: 5", ":2:7: expected a mapping, found the number 5"),
    ],
)
def test_a_fault_says_what_was_expected_and_where(line: str, said: str) -> None:
    (fault,) = faults(f"rule: a\n{line}\n")
    assert said in fault


def test_an_id_that_a_topic_of_ours_has_is_refused() -> None:
    assert faults("rule: rules\nwhen: {words: a}") == [
        "r.yaml:1:7: the id 'rules' is taken: news.alerts.rules is a topic of ours"
    ]


def test_an_id_that_two_rules_have_names_the_other_place(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.json"):
        (tmp_path / name).write_text('{"rule": "same",\n "when": {"words": "a"}}')
    with pytest.raises(RuleFaultsError) as caught:
        read_rules([tmp_path])
    assert (
        str(caught.value)
        == f"{tmp_path}/two.json:1:10: the id 'same' is also that of the rule in {tmp_path}/one.yaml:1"
    )


def test_bytes_that_are_no_text_are_named_with_their_place() -> None:
    assert faults(b"rule: a\nwh\xffen: b") == ["r.yaml:2:3: expected UTF-8, found the byte 0xff"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n---\n", "null"])
def test_a_file_without_any_rule_is_a_fault(text: str) -> None:
    assert faults(text) == ["r.yaml:1:1: holds no rule"]


def test_a_million_laughs_are_not_laughed() -> None:
    lines = [
        'a: &a ["lol", "lol"]',
        *(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    ]
    (fault,) = faults("\n".join(lines))
    assert fault == "r.yaml:1:4: anchors and aliases (& and *) are not read: write it out"
    assert len(faults("a: &a [*a]")) == 1


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_the_deepest_nesting_is_a_fault(opening: str) -> None:
    assert len(faults(opening * 20_000)) == 1


def test_a_megabyte_of_words_is_a_fault_that_counts_them() -> None:
    words = ", ".join(f"kata{number}" for number in range(110_000))
    assert len(words) > 1_000_000
    assert faults(f"rule: a\nwhen: {{words: [{words}]}}") == [
        "r.yaml:2:15: expected at most 1,000 entries, found 110,000"
    ]
    assert faults(f"rule: a\nwhen: {{words: {'a' * 1_000_000}}}") == [
        "r.yaml:2:15: expected at most 200 letters, found 1,000,000"
    ]


def test_conditions_without_end_are_a_fault() -> None:
    many = ", ".join(["{words: a}"] * 100)
    (fault,) = faults(f"rule: a\nwhen: {{any: [{', '.join([f'{{any: [{many}]}}'] * 11)}]}}")
    assert fault.endswith("more than 1,000 conditions in one rule")


def test_fifty_thousand_rules_in_one_file_are_read_in_a_time_that_grows_with_them() -> None:
    text = "\n---\n".join(f"rule: r{number}\nwhen: {{words: a}}" for number in range(5_000))
    assert len(read(text)) == 5_000


def test_a_record_holds_one_rule_of_a_records_size() -> None:
    one = {"rule": "a", "when": {"words": "x"}}
    for value, said in (
        (orjson.dumps([one, {**one, "rule": "b"}]), "expected one rule, found 2"),
        (orjson.dumps({**one, "description": "x" * 1_000_001}), "larger than 1,000,000 bytes"),
        (b"\x00", "no YAML"),
    ):
        with pytest.raises(RuleFaultsError, match=r"news\.alerts\.rules/0/7:1:1"):
            read_rule(value, "news.alerts.rules/0/7")
        with pytest.raises(RuleFaultsError, match=said):
            read_rule(value, "news.alerts.rules/0/7")


def test_files_and_folders_are_found_and_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("b.yaml", "a.yml", "in/c.json", "note.txt"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in list_files([tmp_path, tmp_path / "b.yaml"])] == ["a.yml", "b.yaml", "c.json"]
    with pytest.raises(SourceError, match="no such file"):
        list_files([tmp_path / "none"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="holds no"):
        list_files([tmp_path / "empty"])
