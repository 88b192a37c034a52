"""Ten rules as an Indonesian newsroom, a bank and a ministry write them; each is tested on what it is for and a near miss."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

FILES: Final = ("newsroom.yaml", "bank.yaml", "ministry.yaml")


def read_examples() -> str:
    """Return all of them as one YAML text of ten documents."""
    return "---\n".join(files(__name__).joinpath(name).read_text(encoding="utf-8") for name in FILES)
