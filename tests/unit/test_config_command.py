"""`news-streams config`: values and their origins, every mistake by its name, no secret anywhere."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from streams.cli import commands
from streams.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

SECRET = "sangat-rahasia"  # noqa: S105 - the test's own


def run(*arguments: str, **settings: str) -> Result:
    environment = {f"NEWS_STREAMS_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(commands, ["config", *arguments], env=environment)


def show(**settings: str) -> dict[str, dict[str, object]]:
    result = run("show", "--json", **settings)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_every_setting_is_shown_with_its_default() -> None:
    shown = show()
    assert shown.keys() == Settings.model_fields.keys()
    assert {each["origin"] for each in shown.values()} == {"default"}
    assert shown["batch"]["value"] == Settings.model_fields["batch"].default


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    config = tmp_path / "worker.toml"
    config.write_text("batch = 3\nin_flight = 5\n")
    shown = show(config=str(config), batch="4")
    assert shown["batch"] == {"value": 4, "origin": "environment"}
    assert shown["in_flight"] == {"value": 5, "origin": "file"}
    assert shown["group"] == {"value": "news-streams", "origin": "default"}
    changed = run("show", "--changed", config=str(config), batch="4").stdout.splitlines()
    assert {line.split()[0] for line in changed} == {"in_flight", "batch"}


def test_a_name_in_small_letters_is_from_the_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("news_streams_batch", "2")
    assert show()["batch"] == {"value": 2, "origin": "environment"}


@pytest.mark.parametrize("arguments", [["show"], ["show", "--json"], ["show", "--changed"], ["check"], ["table"]])
def test_no_secret_is_shown(arguments: list[str]) -> None:
    login = {"sasl_mechanism": "PLAIN", "sasl_username": "user", "sasl_password": SECRET}
    result = run(*arguments, **login)
    assert result.exit_code == 0, result.stderr
    assert SECRET not in result.output


def test_every_secret_of_the_settings_is_known_as_one() -> None:
    secret = {name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)}
    assert {"sasl_password", "tls_key_password"} <= secret
    table = run("table").stdout
    for name in secret:
        assert f"| `{name}` | secret |" in table


def test_every_setting_has_a_line_with_its_meaning() -> None:
    rows = run("table").stdout.splitlines()[2:]
    found = [re.fullmatch(r"\| `(\w+)` \| [^|]+ \| [^|]* \| \S.* \|", row) for row in rows]
    assert {match[1] for match in found if match} == Settings.model_fields.keys()
    assert len(rows) == len(Settings.model_fields)


def test_all_mistakes_are_named_a_line_each(tmp_path: Path) -> None:
    """Of all sources, misspelt names among them."""
    config = tmp_path / "worker.toml"
    config.write_text("in_flihgt = 5\nstop_timeout = -1\n")
    given = {"batch": "0", "in_flight": "many", "web_port": "70000", "web_prot": "1", "modell": "x"}
    result = run("check", config=str(config), **given)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    wrong = {"batch", "in_flight", "web_port", "stop_timeout", "in_flihgt"}
    assert {line.split()[2].rstrip(":") for line in lines} == wrong | {"NEWS_STREAMS_WEB_PROT", "NEWS_STREAMS_MODELL"}
    assert len(lines) == len(wrong) + 2
    assert all(line.startswith("news-streams: setting ") for line in lines)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"batsh": "1"}, "NEWS_STREAMS_BATSH: there is no such setting; did you mean NEWS_STREAMS_BATCH?"),
        ({"config": "/nowhere.toml"}, "settings file /nowhere.toml: no such file"),
        ({"stall_timeout": "2"}, "setting stall_timeout: must be over 180"),
        ({"tls_ca_file": "/nowhere.pem"}, "setting tls_ca_file: means nothing without tls"),
        ({"model": "/nowhere"}, "/nowhere"),
        ({"broker": "http://x"}, "setting broker: "),
    ],
)
def test_a_mistake_is_one_line_that_names_its_setting(settings: dict[str, str], said: str) -> None:
    result = run("check", **settings)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert said in line


def test_all_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "secrets")
    result = run("check", webhook_secret_file=missing, model=str(tmp_path))
    assert result.exit_code == 1
    of_model, of_secret = result.stderr.splitlines()
    assert "model.json" in of_model
    assert f"setting webhook_secret_file: {missing}" in of_secret
    said = "setting webhook_secret: number 1 is not whsec_"
    for value, told in {"abc": True, "whsec_" + "QUFB" * 8: False}.items():
        assert (said in run("check", webhook_secret=value).stderr) is told


def test_a_collector_that_is_named_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("check", traces="http://127.0.0.1:9/v1/traces").exit_code == 0
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    assert "setting traces: needs the extra [otel]" in run("check", traces="http://127.0.0.1:9/v1/traces").stderr


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    for content in (b"batch = ", b"\xff\xfe", b"batch = 1\nbatch = 2\n", b"nonsense = 1\n"):
        (tmp_path / "x.toml").write_bytes(content)
        result = run("check", config=str(tmp_path / "x.toml"))
        assert result.exit_code == 1
        assert "x.toml" in result.stderr or "nonsense" in result.stderr


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40))
def test_any_value_is_taken_or_named(value: str) -> None:
    result = run("check", batch=value)
    assert result.exit_code in (0, 1)
    assert (result.exit_code == 0) == (result.stderr == "")
    assert all(line.startswith("news-streams: setting batch: ") for line in result.stderr.splitlines()[:1])
