"""A disk that is full: the broker's folder on a small file system of its own, or a bound on the size of its files.

Where the machine lets us mount, the broker meets a real "no space left on device". Elsewhere the kernel refuses its
process to write a file any further ("file too large"), which to Kafka is the same: a failed log folder.
"""

from __future__ import annotations

import os
import resource
import subprocess
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

    from apache_kafka import Node

MEGABYTES = 256


class SmallDisk:
    """A folder that can be full; use as a context manager.

    Args:
        folder: where; must exist and be empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mounted = False

    @property
    def way(self) -> str:
        """How it becomes full."""
        return "no space left on device" if self.mounted else "file too large"

    def __enter__(self) -> Self:
        command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(self.folder)]
        try:
            self.mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            self.mounted = False
        return self

    def __exit__(self, *_: object) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)

    def fill(self, node: Node) -> None:
        """Leave no room to the broker."""
        if not self.mounted:
            assert node.process is not None
            resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            return
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            piece = os.urandom(1024 * 1024)
            try:
                while piece:
                    piece = piece[: ballast.write(piece)]
            except OSError:
                return

    def make_room(self) -> None:
        """Give the room back; a bound is gone with the process that had it."""
        if self.mounted:
            (self.folder / "ballast").unlink()
