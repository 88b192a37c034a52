"""What can go wrong, as a closed tree.

    NewsStreamsError                 every error that a user may see as one line
    ├── SettingsError                a setting that cannot be used; names the setting
    ├── TopicLayoutError             a topic exists with another layout than `topics.py`
    ├── BrokerUnavailableError       nobody answers at the broker's address
    ├── AccessRefusedError           the broker refuses us, or we do not trust it: certificate, password, right
    ├── SourceError                  a file or folder to read from that cannot be read
    ├── ContractError                an outbound value that its schema refuses (a defect of ours)
    └── StageError                   one record cannot be processed: becomes a dead letter
        ├── DecodeError
        ├── ExtractError
        ├── EnrichError
        └── RouteError

`Stage` and `Reason` are closed sets: they are metric labels and dead-letter headers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Stage(StrEnum):
    """The stages of the pipeline, in order, then those that remember; the name is the metric label."""

    DECODE = "decode"
    EXTRACT = "extract"
    ENRICH = "enrich"
    ROUTE = "route"
    REPEATS = "repeats"
    PLACES = "places"
    TRENDS = "trends"
    MATCHES = "matches"
    ALERTS = "alerts"


class Reason(StrEnum):
    """Why a record became a dead letter."""

    TOMBSTONE = "tombstone"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    BAD_FRAME = "bad_frame"
    BAD_EVENT = "bad_event"
    BAD_JSON = "bad_json"
    BAD_SCHEMA = "bad_schema"
    NO_TEXT = "no_text"
    TOO_DEEP = "too_deep"
    BAD_OUTPUT = "bad_output"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    INTERNAL = "internal"


LET_THROUGH = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends the process. All else stays one record's failure, even a panic of Rust code, which is no Exception."""


class NewsStreamsError(Exception):
    """Base of every error that this project raises on purpose; its text is one line."""


class SettingsError(NewsStreamsError):
    """A setting that is missing, of the wrong type or out of range; the text names it."""


class TopicLayoutError(NewsStreamsError):
    """A topic exists with other partitions or policies than the table of topics asks for."""


class BrokerUnavailableError(NewsStreamsError):
    """Nobody speaks Kafka at the broker's address."""


class AccessRefusedError(NewsStreamsError):
    """A broker answers and will not let us, or is not the one we trust; the text says which setting or grant it is."""


class SourceError(NewsStreamsError):
    """A file, folder or archive that cannot be read; the text names it."""


class ContractError(NewsStreamsError):
    """An outbound value that does not fit its topic's schema."""


class StageError(NewsStreamsError):
    """A record that a stage cannot process.

    Args:
        reason: why, from the closed set.
        message: one line for a person, naming what was wrong and where.
    """

    stage: ClassVar[Stage]

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class DecodeError(StageError):
    """The bytes are not a raw article."""

    stage = Stage.DECODE


class ExtractError(StageError):
    """The raw article holds no readable text."""

    stage = Stage.EXTRACT


class EnrichError(StageError):
    """The clean article could not be enriched."""

    stage = Stage.ENRICH


class RouteError(StageError):
    """The enriched article could not be turned into outbound records."""

    stage = Stage.ROUTE
