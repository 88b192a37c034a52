"""The table of grants: what each kind of client may do, and nothing more."""

from __future__ import annotations

import shlex

import pytest

from streams.grants import Grant, Operation, Role, by_resource, grants_of, kafka_acls
from streams.topics import ALERTS, ALERTS_DEAD, DEAD, DROPPED, ENRICHED, RAW, RULES, TOPICS

GROUP = "news-streams"
STATE = "news.state."


def allowed(role: Role, operation: Operation) -> set[str]:
    return {each.name for each in grants_of(role, GROUP) if each.operation is operation and each.kind == "topic"}


def test_a_worker_reads_and_writes_all_but_what_is_not_its_own() -> None:
    every = {topic.name for topic in TOPICS}
    assert every - allowed(Role.WORKER, Operation.READ) == {
        *(topic.name for topic in (DROPPED, DEAD, ALERTS, ALERTS_DEAD))
    }
    assert every - allowed(Role.WORKER, Operation.WRITE) == {RAW.name, RULES.name, ALERTS_DEAD.name}
    assert allowed(Role.WORKER, Operation.DESCRIBE_CONFIGS) == every
    assert Grant("topic", "news.alerts.", Operation.WRITE, prefix=True) in grants_of(Role.WORKER, GROUP)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.WORKER, Role.ADMINISTRATOR}])
def test_nobody_else_comes_near_the_tables(role: Role) -> None:
    touched = {Operation.READ, Operation.WRITE}
    assert not [each for each in grants_of(role, GROUP) if each.name.startswith(STATE) and each.operation in touched]


@pytest.mark.parametrize("role", Role)
def test_only_workers_and_operators_write_what_comes_out(role: Role) -> None:
    written = ENRICHED.name in allowed(role, Operation.WRITE)
    assert written is (role in {Role.WORKER, Role.OPERATOR})


def test_only_an_author_writes_rules_under_their_own_name() -> None:
    assert [role for role in Role if RULES.name in allowed(role, Operation.WRITE)] == [Role.AUTHOR]


@pytest.mark.parametrize("role", Role)
def test_no_right_is_there_twice(role: Role) -> None:
    grants = grants_of(role, GROUP)
    assert len(grants) == len(set(grants))
    assert sum(len(operations) for _, operations in by_resource(grants)) == len(grants)


def test_a_right_on_a_prefix_is_told_to_kafka_as_one() -> None:
    (line,) = kafka_acls([Grant("topic", "news.alerts.", Operation.WRITE, prefix=True)], "User:a b", "one:9092")
    words = shlex.split(line)
    assert words[words.index("--resource-pattern-type") + 1] == "prefixed"
    assert words[words.index("--allow-principal") + 1] == "User:a b"
    assert words[-2:] == ["--topic", "news.alerts."]
    assert "prefixed" not in kafka_acls([Grant("topic", "news.alerts", Operation.WRITE)], "User:a", "one:9092")[0]


def test_what_is_meant_for_a_prefix_and_for_one_topic_stays_apart() -> None:
    both = [Grant("topic", "news.alerts.", Operation.WRITE, prefix=prefix) for prefix in (True, False)]
    assert len(kafka_acls(both, "User:a", "one:9092")) == 2
    assert {str(each) for each in both} == {"Write topic news.alerts.*", "Write topic news.alerts."}
