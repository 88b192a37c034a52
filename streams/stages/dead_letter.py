"""dead_letter: a record that could not be processed, as it came, with the reason behind its own headers.

The header names are those of Kafka Connect, so that its tools read them; `reason` and `attempts` are ours.
"""

from __future__ import annotations

import re
import traceback
from collections import deque
from typing import TYPE_CHECKING, Final

from streams.errors import Reason, Stage, StageError
from streams.outcomes import DeadLettered
from streams.records import OutboundRecord
from streams.topics import DEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.records import Headers, InboundRecord

PREFIX: Final = "__connect.errors."
REASONS: Final[tuple[tuple[type[BaseException], Reason], ...]] = (
    (TimeoutError, Reason.TIMEOUT),
    (RecursionError, Reason.TOO_DEEP),
    (MemoryError, Reason.OUT_OF_MEMORY),
)
"""Why, for errors that are not a stage's own; all others are `internal`."""

LONGEST_MESSAGE: Final = 300
"""Characters; a library's message may quote the article."""
LONGEST_TRACE: Final = 8_000
"""Bytes of the stack trace."""
MOST_FRAMES: Final = 30
MOST_CAUSES: Final = 5
_COUNT: Final = re.compile(rb"[0-9]{1,9}")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def dead_letter(record: InboundRecord, error: BaseException, stage: Stage, *, attempts: int = 1) -> DeadLettered:
    """Return the outcome of a record that failed, with the record for the dead-letter topic.

    Never raises, whatever the record and the error hold. Headers of an earlier failure (of a replayed
    record) are replaced, and its attempts added to.

    Args:
        record: as it was read.
        error: what a stage raised.
        stage: which one.
        attempts: how often it was tried this time.
    """
    reason = _reason(error)
    message = one_line(error)
    written = {
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "stage": stage,
        "reason": reason,
        "class.name": f"streams.stages.{stage}",
        "exception.class.name": _class_name(error),
        "exception.message": message,
        "exception.stacktrace": stack_trace(error),
        "attempts": str(_earlier_attempts(record) + attempts),
    }
    ours: Headers = tuple((PREFIX + name, value.encode(errors="replace")) for name, value in written.items())
    replaced = {name for name, _ in ours}
    own = tuple(header for header in record.headers if header[0] not in replaced)
    return DeadLettered(stage, reason, message, (OutboundRecord(DEAD.name, record.key, record.value, own + ours),))


def one_line(error: BaseException) -> str:
    """Return an error's text on one bounded line of valid UTF-8, its class where it has none."""
    try:
        text = str(error)[: 2 * LONGEST_MESSAGE]
    except Exception:  # noqa: BLE001 - an error that cannot even be printed is still a dead letter
        text = ""
    line = _UNPRINTABLE.sub(" ", text).encode(errors="backslashreplace").decode().strip() or _class_name(error)
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 1]}…"


def _reason(error: BaseException) -> Reason:
    if isinstance(error, StageError):
        return error.reason
    return next((reason for kind, reason in REASONS if isinstance(error, kind)), Reason.INTERNAL)


def _earlier_attempts(record: InboundRecord) -> int:
    stated = record.header(f"{PREFIX}attempts") or b""
    return int(stated) if _COUNT.fullmatch(stated) else 0


def _class_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def stack_trace(error: BaseException) -> str:
    """Return classes and frames, the cause last: no values, no source lines, so no text of the article."""
    lines = "\n".join(line for each in _causes(error) for line in _frames(each))
    return lines.encode(errors="replace")[:LONGEST_TRACE].decode(errors="ignore")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _frames(error: BaseException) -> Iterator[str]:
    """Yield the innermost frames, the last one where it was raised."""
    yield _class_name(error)
    for frame, line in deque(traceback.walk_tb(error.__traceback__), MOST_FRAMES):
        yield f"  at {frame.f_code.co_filename}:{line} in {frame.f_code.co_qualname}"
