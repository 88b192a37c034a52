"""The machine that was measured on, in a line."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final

import psutil

CPU_INFO: Final = Path("/proc/cpuinfo")


def describe_machine() -> str:
    """Return processor, cores that we may use, memory, system and Python."""
    memory = psutil.virtual_memory().total / 2**30
    system = f"{platform.system()} {platform.release()}"
    return f"{_processor()}, {len(cores())} cores, {memory:.0f} GiB, {system}, Python {platform.python_version()}"


def cores() -> list[int]:
    """Return the numbers of the cores that we may use."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def load_before() -> float:
    """Return the system's load of the last minute: figures of a busy machine are worth less."""
    return psutil.getloadavg()[0]


def _processor() -> str:
    lines = CPU_INFO.read_text().splitlines() if CPU_INFO.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
