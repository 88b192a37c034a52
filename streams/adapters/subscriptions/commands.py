"""The sink that runs a command: the alert on its standard input, 0 for taken, anything else for not."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import Final

from streams.adapters.subscriptions.delivering import SinkError

NOT_RUN: Final = (126, 127)
"""What a shell says where there is nothing to run."""


class Command:
    """Runs a command line for each alert.

    Nothing of an alert is part of the command line or its environment: its text is anyone's.

    Args:
        line: for the shell.
        timeout: seconds until it and what it started are killed.
    """

    def __init__(self, line: str, timeout: float) -> None:
        self._line = line
        self._timeout = timeout

    async def send(self, id_: str, value: bytes) -> None:
        """Run it.

        Raises:
            SinkError: it failed, or took too long.
        """
        del id_
        process = await asyncio.create_subprocess_shell(
            self._line, stdin=asyncio.subprocess.PIPE, start_new_session=True
        )
        try:
            async with asyncio.timeout(self._timeout):
                # One that does not read its input may have taken the alert all the same.
                await process.communicate(value + b"\n")
        except TimeoutError:
            msg = f"the command took longer than {self._timeout:g} s"
            raise SinkError(msg) from None
        finally:
            if process.returncode is None:
                await _kill(process)
        if process.returncode:
            why = " (there is no such command)" if process.returncode in NOT_RUN else ""
            msg = f"the command ended with {process.returncode}{why}"
            raise SinkError(msg)


async def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
