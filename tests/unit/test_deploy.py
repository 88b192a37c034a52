"""What stands under deploy/ is what the code means."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from click.testing import CliRunner

from streams.adapters.supervision.exit_codes import ExitCode
from streams.cli import commands
from streams.grants import Role, grants_of
from streams.settings import Settings
from streams.topics import TOPICS

if TYPE_CHECKING:
    import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
GENERATOR = Path(__file__).parents[2] / ".ci" / "generate_manifests.py"


def test_the_settings_file_holds_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_STREAMS_CONFIG", str(DEPLOY / "news-streams.toml"))
    loaded = Settings.load()
    unset = set(Settings.model_fields) - loaded.model_fields_set
    assert unset == {name for name, field in Settings.model_fields.items() if field.default is None}
    # TOML has no word for nothing: what is unset by default stands there as a comment.
    told = set(re.findall(r"^# (\w+) = ", (DEPLOY / "news-streams.toml").read_text(), re.MULTILINE))
    assert told == unset
    assert loaded.model_dump() == {name: field.default for name, field in Settings.model_fields.items()}


def test_the_grants_are_those_of_the_code() -> None:
    readme = (DEPLOY / "README.md").read_text()
    command = ["topics", "acls", "--principal", "User:news-streams"]
    printed = CliRunner().invoke(commands, command).stdout
    assert f"```sh\n{printed}```\n" in readme
    assert len(printed.splitlines()) == len(TOPICS) + 2, "one for the group, one for the topics of single rules"
    for role in Role:
        assert f"`{role}`" in readme


def test_the_desk_by_itself_is_granted_its_own_group() -> None:
    command = ["topics", "acls", "--principal", "User:a", "--group", "mine"]
    for agents, group in {"desk": "mine-desk", "articles": "mine", "all": "mine"}.items():
        printed = CliRunner().invoke(commands, command, env={"NEWS_STREAMS_AGENTS": agents}).stdout
        assert re.findall(r"--group (\S+)", printed) == [group]


def test_the_unit_runs_a_command_that_exists() -> None:
    unit = (DEPLOY / "systemd" / "news-streams.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).split()
    assert command[1:3] == ["--config", "/etc/news-streams.toml"]
    done = subprocess.run(
        [sys.executable, "-m", "streams.cli", *command[3:], "--help"], check=False, capture_output=True
    )
    assert done.returncode == 0


def test_what_is_generated_has_not_drifted() -> None:
    done = subprocess.run([sys.executable, GENERATOR], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_strimzi_gets_every_topic_and_every_role() -> None:
    done = CliRunner().invoke(commands, ["topics", "strimzi", "--cluster", "big", "--replication", "3"])
    resources = list(yaml.safe_load_all(done.stdout))
    specs = {(each["kind"], each["metadata"]["name"]): each["spec"] for each in resources}
    assert {each["metadata"]["labels"]["strimzi.io/cluster"] for each in resources} == {"big"}
    assert {name for kind, name in specs if kind == "KafkaTopic"} == {topic.name for topic in TOPICS}
    assert {name for kind, name in specs if kind == "KafkaUser"} == {f"news-streams-{role}" for role in Role}
    for topic in TOPICS:
        spec = specs["KafkaTopic", topic.name]
        assert spec["partitions"] == topic.partitions
        assert {name: str(value) for name, value in spec["config"].items()}.items() >= topic.config.items()
        assert spec["config"]["min.insync.replicas"] < spec["replicas"]
    for role in Role:
        acls = specs["KafkaUser", f"news-streams-{role}"]["authorization"]["acls"]
        given = {(acl["resource"]["name"], operation) for acl in acls for operation in acl["operations"]}
        wanted = {*grants_of(role, "news-streams"), *grants_of(role, "news-streams-desk")}
        assert given == {(grant.name, str(grant.operation)) for grant in wanted}


def test_one_replica_is_not_told_to_wait_for_two() -> None:
    done = CliRunner().invoke(commands, ["topics", "strimzi", "--replication", "1"])
    assert "min.insync.replicas" not in done.stdout


def test_every_exit_code_and_every_alert_has_its_line() -> None:
    readme = (DEPLOY / "README.md").read_text()
    for code in ExitCode:
        assert f"| {code} |" in readme
    rules = [
        rule
        for path in (DEPLOY / "prometheus" / "rules").glob("*.yml")
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
    ]
    alerts = {rule["alert"] for rule in rules if "alert" in rule}
    assert alerts
    assert alerts == set(re.findall(r"^\| `(NewsStreams\w+)` \|", readme, re.MULTILINE))


def test_the_image_installs_extras_that_there_are() -> None:
    pyproject = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())
    asked = re.search(r"^ARG EXTRAS=(.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert asked is not None
    # What the settings of the image ask for (state_dir), and what only an image without pip can have (traces).
    assert {"state", "otel"} <= set(asked[1].split(",")) <= set(pyproject["project"]["optional-dependencies"])


def test_compose_and_the_image_set_what_is_a_setting() -> None:
    texts = [(DEPLOY / name).read_text() for name in ("Dockerfile", "compose.yaml")]
    used = {name for text in texts for name in re.findall(r"NEWS_STREAMS_(\w+)", text)}
    assert used
    assert {name.lower() for name in used} <= set(Settings.model_fields)
