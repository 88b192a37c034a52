"""Logs: one line for each event that matters, for a person on a terminal and as JSON elsewhere; no text of an article.

    2026-01-02T03:04:05.678Z INFO assigned partitions of news.articles.raw: 0, 1
    {"time":"2026-01-02T03:04:05.678Z","level":"INFO","logger":"streams.app","message":"assigned …","fields":{…}}

Text of articles is in exceptions: a library's message quotes what it could not read. So of an exception stand here its
class and where it was raised, never its message, unless it is one that we wrote for a person to read. Libraries
that read text are not heard at all, others from WARNING on.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from streams.errors import NewsStreamsError, StageError
from streams.stages.dead_letter import stack_trace

if TYPE_CHECKING:
    from types import TracebackType

LogFormat = Literal["auto", "text", "json"]

OURS: Final = "streams"
LIBRARIES: Final = ("faust", "mode", "aiokafka", "asyncio")
"""Logged from WARNING on, from INFO on when debugging; never lower: they write whole records, and so articles."""
READERS: Final = ("trafilatura", "htmldate", "courlan", "justext", "charset_normalizer", "py3langid", "tokenizers")
"""Never heard: they quote what they read."""
NEVER: Final = logging.CRITICAL + 1

_TIME: Final = "%Y-%m-%dT%H:%M:%S"
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TOLD: Final = {
    # What follows is the repr of a task, with that of its exception.
    "asyncio": re.compile(r".*"),
    # File, line and category; what follows may quote what was read.
    "py.warnings": re.compile(r".*?:[0-9]+: \w+"),
}
"""What is told of a message whose rest may hold anything, by its logger."""
_STANDARD: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "data", "color_message"}
"""What every log record has; all else was given as `extra` and is a field."""


class TextFormatter(logging.Formatter):
    """Writes an event for a person; the frames of an exception on lines of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = f"{moment(record)} {record.levelname} {message_of(record)}"
        stack = stack_of(record)
        return f"{line}\n{stack}" if stack else line


class JsonFormatter(logging.Formatter):
    """Writes an event as one JSON object on one line: time, level, logger, message; fields and stack where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "time": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
        }
        fields = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        stack = stack_of(record)
        told |= ({"fields": fields} if fields else {}) | ({"stack": stack.splitlines()} if stack else {})
        return orjson.dumps(told, default=str).decode()


def moment(record: logging.LogRecord) -> str:
    """Return when it happened: RFC 3339, UTC, milliseconds."""
    return f"{time.strftime(_TIME, time.gmtime(record.created))}.{int(record.msecs):03d}Z"


def message_of(record: logging.LogRecord) -> str:
    """Return the message on one line of text, exceptions by their class alone."""
    arguments: Any = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(map(_named, arguments))
    elif isinstance(arguments, dict):
        arguments = {name: _named(value) for name, value in arguments.items()}
    message = str(_named(record.msg))
    try:
        message = message % arguments if arguments else message
    except (TypeError, ValueError):
        message = f"{message} (its arguments do not fit)"
    for name, known in _TOLD.items():
        if record.name == name:
            message = found[0] if (found := known.match(message)) else ""
    return _UNPRINTABLE.sub(" ", message).encode(errors="backslashreplace").decode()


def stack_of(record: logging.LogRecord) -> str:
    """Return classes and frames of the exception that an event came with, empty where there is none."""
    error = record.exc_info[1] if record.exc_info else None
    return stack_trace(error) if error is not None else ""


def _named(value: object) -> object:
    """Return what may be told: an exception's class in place of its message, unless a person is meant to read that."""
    for_a_person = isinstance(value, NewsStreamsError) and not isinstance(value, StageError)
    return type(value).__name__ if isinstance(value, BaseException) and not for_a_person else value


def set_up_logging(level: int = logging.INFO, log_format: LogFormat = "auto") -> None:
    """Log to stderr, whatever was set up before.

    Args:
        level: of our own events.
        log_format: auto is text on a terminal and JSON elsewhere.
    """
    as_text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(TextFormatter() if as_text else JsonFormatter())
    logging.root.handlers[:] = [stream]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.INFO if level == logging.DEBUG else logging.WARNING)
    for name in READERS:
        logging.getLogger(name).setLevel(NEVER)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def speaks_json() -> bool:
    """Tell whether what goes to stderr has to be JSON."""
    return any(isinstance(each.formatter, JsonFormatter) for each in logging.root.handlers)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(OURS).critical("not caught: %s", kind.__name__, exc_info=(kind, error, trace))


def _log_uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        _log_uncaught(told.exc_type, told.exc_value, told.exc_traceback)
