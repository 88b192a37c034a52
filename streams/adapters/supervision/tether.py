"""Run a command for no longer than whoever started it: `python tether.py COMMAND...`.

The starter holds the other end of our standard input. When that closes, because the starter closed
it or died in any way (SIGKILL included), the command is killed. If we ourselves are killed, Linux kills
the command. Standard library only: it runs as a script, without the package.
"""

from __future__ import annotations

import ctypes
import select
import signal
import subprocess
import sys

SECONDS_BETWEEN_LOOKS = 0.1
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main(command: list[str]) -> int:
    """Run the command until it ends or our standard input closes; return its exit code."""
    # preexec_fn is safe here: this process has one thread.
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent) as child:  # noqa: S603, PLW1509
        while child.poll() is None:
            closed, _, _ = select.select([sys.stdin], [], [], SECONDS_BETWEEN_LOOKS)
            if closed:
                child.kill()
                child.wait()
        return child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
