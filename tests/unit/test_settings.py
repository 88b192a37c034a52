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
        ("batch", 0),
        ("batch", "many"),
        ("in_flight", 10_001),
        ("batch_wait", -1),
        ("web_port", 65_536),
        ("stop_timeout", 0),
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


def test_several_brokers_are_taken() -> None:
    assert Settings.load(broker="kafka://a:1,b:2").broker == "kafka://a:1,b:2"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().batch = 3  # type: ignore[misc]
