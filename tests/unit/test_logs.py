"""Logs: a line for an event, JSON for machines, and never the text of an article, however a library puts it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.supervision import logs
from streams.adapters.supervision.logs import READERS, JsonFormatter, TextFormatter
from streams.errors import EnrichError, Reason, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "Presiden Kanari berkicau"


def lines(formatter: logging.Formatter, log: Callable[[logging.Logger], object], name: str = "streams.test") -> str:
    """What a logger of this name writes."""
    out = io.StringIO()
    stream = logging.StreamHandler(out)
    stream.setFormatter(formatter)
    logger = logging.getLogger(name)
    logger.addHandler(stream)
    before, logger.level, logger.propagate = logger.level, logging.DEBUG, False
    try:
        log(logger)
    finally:
        logger.removeHandler(stream)
        logger.level, logger.propagate = before, True
    return out.getvalue()


def as_json(log: Callable[[logging.Logger], object], name: str = "streams.test") -> dict[str, Any]:
    (line,) = lines(JsonFormatter(), log, name).splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


def failing(error: BaseException) -> Callable[[logging.Logger], None]:
    def log(logger: logging.Logger) -> None:
        try:
            raise error
        except type(error):
            logger.exception("it failed: %s", error)

    return log


def test_json_has_time_level_logger_message_and_fields() -> None:
    told = as_json(lambda logger: logger.warning("%d of %s", 3, "x", extra={"exit_code": 82}))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert told == {"level": "WARNING", "logger": "streams.test", "message": "3 of x", "fields": {"exit_code": 82}}


def test_text_is_a_line_for_a_person() -> None:
    line = lines(TextFormatter(), lambda logger: logger.info("assigned partitions: %s", "0, 1"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO assigned partitions: 0, 1\n", line)


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
@pytest.mark.parametrize(
    "error",
    [
        ValueError(CANARY),
        EnrichError(Reason.INTERNAL, CANARY),
        UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
        ExceptionGroup(CANARY, [ValueError(CANARY)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_is_told_by_its_class_and_where_it_was_raised(
    formatter: logging.Formatter, error: Exception
) -> None:
    written = lines(formatter, failing(error))
    assert CANARY not in written
    assert f"it failed: {type(error).__name__}" in written
    assert "test_logs.py" in written


def test_a_cause_is_told_and_not_quoted() -> None:
    def log(logger: logging.Logger) -> None:
        try:
            try:
                {}[CANARY]
            except KeyError as error:
                raise RuntimeError(CANARY) from error
        except RuntimeError:
            logger.exception("no")

    stack = as_json(log)["stack"]
    assert {"builtins.RuntimeError", "builtins.KeyError"} <= set(stack)
    assert CANARY not in str(stack)


def test_what_we_wrote_for_a_person_is_told() -> None:
    assert (
        as_json(lambda logger: logger.error("%s", SettingsError("setting batch: no")))["message"] == "setting batch: no"
    )


@pytest.mark.parametrize(
    "log",
    [
        lambda logger: logger.error(ValueError(CANARY)),
        lambda logger: logger.error("%r", ValueError(CANARY)),
        lambda logger: logger.error("%(error)s", {"error": ValueError(CANARY)}),
        lambda logger: logger.error("%d", ValueError(CANARY)),
    ],
)
def test_an_exception_in_the_message_is_told_by_its_class(log: Callable[[logging.Logger], object]) -> None:
    assert CANARY not in lines(JsonFormatter(), log)


async def test_a_task_that_nobody_awaited_is_not_quoted() -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    def log(logger: logging.Logger) -> None:
        del logger
        loop = asyncio.get_running_loop()
        loop.call_exception_handler(
            {"message": "Task exception was never retrieved", "future": task, "exception": error}
        )

    task = asyncio.ensure_future(fail())
    await asyncio.wait([task])
    error = task.exception()
    told = as_json(log, "asyncio")
    assert told["message"] == "Task exception was never retrieved"
    assert CANARY not in str(told)


@given(st.text(), st.text())
def test_whatever_is_said_stays_on_one_line(message: str, argument: str) -> None:
    told = lines(JsonFormatter(), lambda logger: logger.info("%s %s", message, argument))
    assert told.count("\n") == 1
    json.loads(told)
    text = lines(TextFormatter(), lambda logger: logger.info("%s %s", message, argument))
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


def test_arguments_that_do_not_fit_lose_no_event() -> None:
    assert as_json(lambda logger: logger.info("%d", "x"))["message"] == "%d (its arguments do not fit)"


def run(code: str, log_format: str = "json") -> str:
    """What a process that logs writes to stderr, which is no terminal."""
    setup = f"from streams.adapters.supervision.logs import set_up_logging; set_up_logging(20, {log_format!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    return done.stderr


@pytest.mark.parametrize(
    "code",
    [
        f"raise ValueError('{CANARY}')",
        f"import threading; t = threading.Thread(target=int, args=('{CANARY}',)); t.start(); t.join()",
        f"import warnings; warnings.warn('{CANARY}'); raise ValueError('{CANARY}')",
    ],
    ids=["main", "thread", "warning"],
)
def test_what_nobody_catches_is_a_line_of_json_as_well(code: str) -> None:
    told = [json.loads(line) for line in run(code).splitlines()]
    assert told[-1]["message"] == "not caught: ValueError"
    assert len(told) == 1 or told[0]["message"] == "<string>:2: UserWarning"
    assert CANARY not in str(told)


def test_auto_is_json_where_nobody_looks() -> None:
    code = "import logging; logging.getLogger('streams.x').info('hello')"
    assert json.loads(run(code, "auto"))["message"] == "hello"
    assert run(code, "text").endswith(" INFO hello\n")


def test_libraries_that_read_articles_are_not_heard() -> None:
    code = f"""
        import logging
        for name in {READERS!r}:
            logging.getLogger(name + ".core").critical("{CANARY}")
        logging.getLogger("some.other").info("{CANARY}")
        logging.getLogger("aiokafka.consumer").warning("a broker is away")
    """
    (line,) = run(code).splitlines()
    assert json.loads(line)["message"] == "a broker is away"


def test_a_worker_that_cannot_start_says_so_in_json_as_well() -> None:
    code = """
        from streams.adapters.supervision.exit_codes import fail
        from streams.errors import SettingsError
        fail(SettingsError("setting batch: no"))
    """
    assert json.loads(run(code))["fields"] == {"exit_code": 1}
    assert run(code, "text") == "news-streams: setting batch: no\n"


def test_every_field_is_json(caplog: pytest.LogCaptureFixture) -> None:
    del caplog
    told = as_json(lambda logger: logger.info("x", extra={"where": {1, 2}, "since": logs}))
    assert set(told["fields"]) == {"where", "since"}
