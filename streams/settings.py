"""Settings: frozen, typed, from a file, the environment and flags, the later winning.

The environment's names are the fields' with `NEWS_STREAMS_` before them; the file is TOML, named by
`NEWS_STREAMS_CONFIG` or `--config`. A mistake is a SettingsError that names its setting.
"""

from __future__ import annotations

import tomllib
from pathlib import Path  # noqa: TC003 - pydantic reads the types of fields
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from streams.broker_address import BrokerAddress  # noqa: TC001 - pydantic
from streams.errors import SettingsError
from streams.settings_sources import PREFIX, find_config, require_known_names


class Settings(BaseSettings):
    """Everything that can be set.

    Raises:
        SettingsError: from `load`, naming the setting that cannot be used.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    broker: BrokerAddress = "kafka://127.0.0.1:9092"
    """Where Kafka listens: `kafka://host:port`, several hosts separated by commas, IPv6 in brackets."""
    group: Annotated[str, Field(min_length=1)] = "news-streams"
    """The consumer group; workers of one group share the partitions."""
    replication: Annotated[int, Field(ge=1, le=32_767)] = 1
    """Replicas of a topic that we create."""
    model: Path | None = None
    """Folder of another model of the same interface; unset means the shipped one."""
    model_threads: Annotated[int, Field(ge=1, le=1_024)] = 1
    """Threads that one batch of the model may use."""
    in_flight: Annotated[int, Field(ge=1, le=10_000)] = 64
    """Records being worked on at a time, per worker."""
    batch: Annotated[int, Field(ge=1, le=1_000)] = 16
    """Records that share one pass of the model, at most."""
    batch_wait: Annotated[float, Field(ge=0, le=5)] = 0.02
    """Seconds a batch waits for more records."""
    max_record_bytes: Annotated[int, Field(ge=1024, le=1024 * 1024 * 1024)] = 8 * 1024 * 1024
    """A larger raw value is a dead letter of reason too_large."""
    session_timeout: Annotated[float, Field(ge=1, le=300)] = 6.0
    """Seconds without heartbeat until the group gives a worker's partitions away."""
    stop_timeout: Annotated[float, Field(ge=1, le=600)] = 8.0
    """Seconds a stopping worker may take to finish what is in flight."""
    web_host: str = "127.0.0.1"
    """Where /metrics, /live and /ready listen; loopback unless asked."""
    web_port: Annotated[int, Field(ge=0, le=65_535)] = 6066
    """Their port; 0 takes a free one."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags over environment over file."""
        del dotenv_settings, file_secret_settings
        require_known_names(settings_cls.model_fields)
        path = find_config()
        # Pydantic itself would pass over a file that is missing and a name that is misspelt.
        return (init_settings, env_settings, *([TomlConfigSettingsSource(settings_cls, path)] if path else []))

    @classmethod
    def load(cls, **flags: Any) -> Settings:
        """Read all sources; flags that are None count as not given.

        Raises:
            SettingsError: a setting cannot be used; the text names it and says why.
        """
        try:
            return cls(**{name: value for name, value in flags.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            msg = f"setting {name}: {first['msg']} (got {first.get('input')!r})"
            raise SettingsError(msg) from None
        except UnicodeDecodeError:
            msg = f"settings file {find_config()}: not TOML, which is UTF-8 text"
            raise SettingsError(msg) from None
        except (OSError, tomllib.TOMLDecodeError) as error:
            msg = f"settings file {find_config()}: {error}"
            raise SettingsError(msg) from None
