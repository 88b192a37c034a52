"""Settings: frozen, typed, from a file, the environment and flags, the later winning.

The environment's names are the fields' with `NEWS_STREAMS_` before them; the file is TOML, named by
`NEWS_STREAMS_CONFIG` or `--config`. A mistake is a SettingsError that names its setting.
"""

from __future__ import annotations

import tomllib
from pathlib import Path  # noqa: TC003 - pydantic reads the types of fields
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from streams.broker_address import BrokerAddress  # noqa: TC001 - pydantic
from streams.errors import SettingsError
from streams.secret_files import describe_mistake
from streams.security_settings import SecuritySettings
from streams.settings_sources import PREFIX, find_config, require_known_names
from streams.webhook_settings import WebhookSettings

LIMITS_IN_A_STALL = 3


class Settings(SecuritySettings, WebhookSettings):
    """Everything that can be set; what concerns security to the broker stands in SecuritySettings, webhooks in WebhookSettings.

    Raises:
        SettingsError: from `load`, naming the setting that cannot be used.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    broker: BrokerAddress = "kafka://127.0.0.1:9092"
    """Where Kafka listens: `kafka://host:port`, several hosts separated by commas, IPv6 in brackets."""
    group: Annotated[str, Field(min_length=1)] = "news-streams"
    """The consumer group; workers of one group share the partitions."""
    agents: Literal["all", "articles", "desk"] = "all"
    """Which agents this worker runs: articles from raw to read, the desk (repeats, stories, trends, alerts), or all."""
    stories: bool = True
    """Whether enriched articles pass the desk for repeats and stories before they are published for all to read."""
    state_dir: Path | None = None
    """Folder where the desk keeps its tables in RocksDB; unset keeps them in memory."""
    replication: Annotated[int, Field(ge=1, le=32_767)] = 1
    """Replicas of a topic that we create."""
    model: Path | None = None
    """Folder of another model of the same interface; unset means the shipped one."""
    model_threads: Annotated[int, Field(ge=1, le=1_024)] = 1
    """Threads that one batch of the model may use."""
    in_flight: Annotated[int, Field(ge=1, le=10_000)] = 64
    """Records read and not yet acked at a time, per agent; a worker has up to six."""
    batch: Annotated[int, Field(ge=1, le=1_000)] = 16
    """Records that share one pass of the model, at most."""
    batch_wait: Annotated[float, Field(ge=0, le=5)] = 0.01
    """Seconds a batch waits for more records."""
    in_flight_bytes: Annotated[int, Field(ge=1024 * 1024, le=1024**4)] = 64 * 1024 * 1024
    """Bytes of the records read and not yet acked, per worker; one record alone may be larger."""
    article_timeout: Annotated[float, Field(ge=0.1, le=3_600)] = 60.0
    """Seconds that a batch may take, and a record alone; then it is a dead letter of reason timeout."""
    memory_limit: Annotated[int, Field(ge=0, le=1024**5)] = 1536 * 1024 * 1024
    """Bytes of memory that the worker may ask for (RLIMIT_DATA); then out_of_memory. 0 sets no limit."""
    breaker_records: Annotated[int, Field(ge=0, le=100_000)] = 100
    """The worker stops when of so many records of an agent, fit to be enriched, …; 0 never stops."""
    breaker_ratio: Annotated[float, Field(gt=0, le=1)] = 0.9
    """… this share failed for reasons of ours; a tenth as many are enough where none has gone well yet."""
    stall_timeout: Annotated[float, Field(ge=1, le=86_400)] = 300.0
    """Seconds without progress until a worker with work to do ends itself; more than three times article_timeout."""
    max_record_bytes: Annotated[int, Field(ge=1024, le=1024 * 1024 * 1024)] = 8 * 1024 * 1024
    """A larger raw value is a dead letter of reason too_large."""
    session_timeout: Annotated[float, Field(ge=1, le=300)] = 6.0
    """Seconds without heartbeat until the group gives a worker's partitions away."""
    stop_timeout: Annotated[float, Field(ge=1, le=600)] = 8.0
    """Seconds a stopping worker may take to finish what is in flight."""
    web_host: str = "127.0.0.1"
    """Where /metrics, /live and /ready listen; loopback unless asked."""
    web_port: Annotated[int, Field(ge=0, le=65_535)] = 6066
    """Their port; unset, the next one up where it is taken; 0 takes any free one."""
    log_format: Literal["auto", "text", "json"] = "auto"
    """Of what goes to stderr; auto is text on a terminal and one JSON object a line elsewhere."""
    traces: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/\S*)?$")] | None = None
    """OTLP endpoint for spans (`http://collector:4318/v1/traces`, extra `[otel]`); unset makes none."""
    web_page: bool = False
    """Whether the live page is served there too: whoever reaches that address reads what the topics carry."""
    web_page_name: str | None = None
    """Host name that the page may be asked by, besides addresses and localhost: that of a proxy before it."""

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
        path = find_config()  # pydantic itself would pass over a file that is missing
        return (init_settings, env_settings, *([TomlConfigSettingsSource(settings_cls, path)] if path else []))

    @classmethod
    def load(cls, **flags: Any) -> Settings:
        """Read all sources; flags that are None count as not given.

        Raises:
            SettingsError: a setting cannot be used; the text names it and says why.
        """
        require_known_names(cls.model_fields)  # pydantic itself would pass over a name that is misspelt
        try:
            loaded = cls(**{name: value for name, value in flags.items() if value is not None})
        except ValidationError as error:
            raise SettingsError(describe_mistake(error.errors()[0], cls.model_fields)) from None
        except UnicodeDecodeError:
            msg = f"settings file {find_config()}: not TOML, which is UTF-8 text"
            raise SettingsError(msg) from None
        except (OSError, tomllib.TOMLDecodeError) as error:
            msg = f"settings file {find_config()}: {error}"
            raise SettingsError(msg) from None
        loaded._require_patience()
        return loaded

    @property
    def own_group(self) -> str:
        """The consumer group that this worker joins: the desk by itself has one of its own, to be scaled apart."""
        return desk_group(self.group) if self.agents == "desk" else self.group

    def _require_patience(self) -> None:
        """Refuse a watchdog that ends a worker which only waits for a record to be over its limit.

        A batch, a record of it alone and the same once more with nothing beside it may each take the limit.
        """
        least = LIMITS_IN_A_STALL * self.article_timeout
        if self.stall_timeout <= least:
            msg = f"setting stall_timeout: must be over {least:g}, three times article_timeout (got {self.stall_timeout:g})"
            raise SettingsError(msg)


def desk_group(group: str) -> str:
    """Return the group of workers that run the desk alone, beside those of this group that read raw articles."""
    return f"{group}-desk"
