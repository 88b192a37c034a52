"""Settings: flags over environment over file, and every mistake named with its setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streams.errors import SettingsError
from streams.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "news.toml"
    monkeypatch.setenv("NEWS_STREAMS_CONFIG", str(path))
    return path


def test_the_later_source_wins(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('group = "file"\nbatch = 3\nin_flight = 5\n')
    monkeypatch.setenv("NEWS_STREAMS_GROUP", "environment")
    monkeypatch.setenv("NEWS_STREAMS_BATCH", "4")
    settings = Settings.load(group="flag", batch=None)
    assert (settings.group, settings.batch, settings.in_flight) == ("flag", 4, 5)
    assert settings.broker == "kafka://127.0.0.1:9092"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("broker", "localhost:9092"),
        ("broker", "kafka://"),
        ("broker", "kafka://a:1,b"),
        ("broker", "kafka://::1:9092"),
        ("batch", 0),
        ("batch", "many"),
        ("in_flight", 10_001),
        ("batch_wait", -1),
        ("web_port", 65_536),
        ("stop_timeout", 0),
        ("stop_timeout", 601),
        ("session_timeout", 100_000),
        ("session_timeout", float("inf")),
        ("session_timeout", float("nan")),
        ("max_record_bytes", 2**40),
        ("group", ""),
        ("no_such_setting", 1),
    ],
)
def test_a_mistake_names_its_setting(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"setting {name}: "):
        Settings.load(**{name: value})


@pytest.mark.parametrize("text", ["batch = ", "batch 3", "\x00"])
def test_a_broken_file_is_named(config: Path, text: str) -> None:
    config.write_text(text)
    with pytest.raises(SettingsError, match=r"settings file .*news\.toml"):
        Settings.load()


def test_a_mistake_in_the_file_names_its_setting(config: Path) -> None:
    config.write_text('batch = "x"')
    with pytest.raises(SettingsError, match="setting batch"):
        Settings.load()


def test_a_file_that_is_not_there_is_named(config: Path) -> None:
    with pytest.raises(SettingsError, match=r"settings file .*news\.toml: no such file"):
        Settings.load()
    config.mkdir()
    with pytest.raises(SettingsError, match=r"settings file .*news\.toml: no such file"):
        Settings.load()


def test_a_binary_file_is_named(config: Path) -> None:
    config.write_bytes(b"batch = \xff\xfe\x80")
    with pytest.raises(SettingsError, match=r"settings file .*news\.toml: not TOML, which is UTF-8 text"):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("NEWS_STREAMS_BATHC", "; did you mean NEWS_STREAMS_BATCH?"),
        ("news_streams_web_prot", "; did you mean NEWS_STREAMS_WEB_PORT?"),
        ("NEWS_STREAMS_CONFG", "; did you mean NEWS_STREAMS_CONFIG?"),
        ("NEWS_STREAMS_PORT", ""),
        ("NEWS_STREAMS_", ""),
    ],
)
def test_a_misspelt_name_in_the_environment_is_refused(name: str, hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "3")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    told = str(caught.value)
    assert told.startswith(f"setting {name}: there is no such setting")
    assert told.endswith(hint)


def test_what_kubernetes_says_of_a_service_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SERVICE_HOST": "10.0.0.11",
        "SERVICE_PORT": "6066",
        "SERVICE_PORT_WEB": "6066",
        "PORT": "tcp://10.0.0.11:6066",
        "PORT_6066_TCP": "tcp://10.0.0.11:6066",
        "PORT_6066_TCP_PROTO": "tcp",
        "WORKER_PORT_6066_TCP_ADDR": "10.0.0.11",
    }.items():
        monkeypatch.setenv(f"NEWS_STREAMS_{name}", value)
    assert Settings.load().batch == 16


@pytest.mark.parametrize("broker", ["kafka://a:1,b:65535", "kafka://[::1]:9092,c_d.e:1", "kafka://127.0.0.1:9092"])
def test_addresses_of_brokers(broker: str) -> None:
    assert Settings.load(broker=broker).broker == broker


@pytest.mark.parametrize("broker", ["nonsense", "kafka://a", "kafka://u@a:1", "kafka://a:1,", "kafka://a:1\n"])
def test_what_is_no_address_is_told_the_form(broker: str) -> None:
    with pytest.raises(SettingsError, match=r"setting broker: expected kafka://host:port\[,host:port…\] \(got"):
        Settings.load(broker=broker)


@pytest.mark.parametrize("port", ["0", "65536", "999999", "4" * 9])
def test_a_port_that_cannot_be_is_named(port: str) -> None:
    with pytest.raises(SettingsError, match=f"setting broker: expected a port from 1 to 65535, found {port}"):
        Settings.load(broker=f"kafka://a:1,b:{port}")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().batch = 3  # type: ignore[misc]
