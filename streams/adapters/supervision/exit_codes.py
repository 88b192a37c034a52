"""How a worker ends: exit codes that a supervisor can tell apart, and ending at once."""

from __future__ import annotations

import logging
import os
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

from streams.adapters.supervision.logs import speaks_json

if TYPE_CHECKING:
    from streams.errors import NewsStreamsError

logger = logging.getLogger(__name__)


class ExitCode(IntEnum):
    """The exit codes of `news-streams worker` (70 and 75 as in sysexits.h).

    Besides these, SIGALRM ends a worker whose every thread is held up by one of them (`watchdog.py`).
    Whatever the code: nothing is lost, what was not acked is read again.
    """

    STOPPED = 0
    """Asked to stop; everything in flight was finished."""
    FAILED = 1
    """Could not start: no broker, another topic layout, a wrong setting; one line on stderr says which."""
    USAGE = 2
    """Wrong arguments."""
    CRASHED = 70
    """Something that should not happen; nothing is lost, start it again."""
    UNFINISHED = 75
    """Asked to stop, and the time to stop was over before all in flight was finished; another worker gets it."""
    HUNG = 80
    """Too many records hung in libraries; they are dead letters. Start it again for a fresh process."""
    FAILING = 81
    """Almost everything failed, for reasons of ours (`breaker_ratio`); look before starting it again."""
    STALLED = 82
    """Records to work on, a broker that answers, and none acked for `stall_timeout`; start it again."""
    UNJOINED = 83
    """A broker that answers, and no place in the group for `stall_timeout`; start it again."""
    REPLACED = 84
    """A topic that we read is gone or another one; start it again to read the new one from its beginning."""
    FENCED = 85
    """Another worker took over what this one remembered, or a broker did not say whether it kept it; start it again."""


def end_process(code: ExitCode, why: str) -> NoReturn:
    """End this process now, whatever its threads and its event loop are doing; nothing unacked is lost by it."""
    level = logging.INFO if code is ExitCode.STOPPED else logging.CRITICAL
    logger.log(level, "%s; exit code %d", why, code, extra={"exit_code": int(code)})
    logging.shutdown()
    os._exit(code)


def fail(error: NewsStreamsError) -> NoReturn:
    """Say on one line why a worker cannot start, and end the process."""
    line = " ".join(str(error).split())
    if speaks_json():
        logger.critical("%s", line, extra={"exit_code": int(ExitCode.FAILED)})
    else:
        sys.stderr.write(f"news-streams: {line}\n")
    sys.stderr.flush()
    os._exit(ExitCode.FAILED)
